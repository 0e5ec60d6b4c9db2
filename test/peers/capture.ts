/** What went over one TCP connection: who said it, in order. */
export interface Said {
  readonly by: 'client' | 'server'
  readonly bytes: Uint8Array
}

const LINKTYPE_RAW_IP = 101
const IP_HEADER = 20
const TCP_HEADER = 20
const FIRST_CLIENT_PORT = 10_000

/** A capture file with one TCP connection for each conversation, all to `serverPort`. (libpcap format 2.4, RFC 791, RFC 9293) */
export function captureOf(conversations: readonly (readonly Said[])[], serverPort: number): Uint8Array {
  const packets = conversations.flatMap((conversation, index) => {
    const sent = { client: 1, server: 1 }
    return conversation.map(({ by, bytes }) => {
      const other = by === 'client' ? 'server' : 'client'
      const ports = { client: FIRST_CLIENT_PORT + index, server: serverPort }
      const hosts = { client: 1, server: 2 }
      const packet = packetOf({
        hosts: [hosts[by], hosts[other]],
        ports: [ports[by], ports[other]],
        numbers: [sent[by], sent[other]],
        payload: bytes,
      })
      sent[by] += bytes.length
      return packet
    })
  })
  const head = new DataView(new ArrayBuffer(24))
  head.setUint32(0, 0xa1b2c3d4)
  head.setUint16(4, 2)
  head.setUint16(6, 4)
  head.setUint32(16, 65_535)
  head.setUint32(20, LINKTYPE_RAW_IP)
  return Buffer.concat([new Uint8Array(head.buffer), ...packets.map((packet, index) => recordOf(packet, index))])
}

function recordOf(packet: Uint8Array, seconds: number): Uint8Array {
  const head = new DataView(new ArrayBuffer(16))
  head.setUint32(0, seconds)
  head.setUint32(8, packet.length)
  head.setUint32(12, packet.length)
  return Buffer.concat([new Uint8Array(head.buffer), packet])
}

interface Packet {
  readonly hosts: readonly [number, number]
  readonly ports: readonly [number, number]
  /** Sequence and acknowledgement number. */
  readonly numbers: readonly [number, number]
  readonly payload: Uint8Array
}

function packetOf({ hosts, ports, numbers, payload }: Packet): Uint8Array {
  const bytes = new Uint8Array(IP_HEADER + TCP_HEADER + payload.length)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, 0x45)
  view.setUint16(2, bytes.length)
  view.setUint8(8, 64)
  view.setUint8(9, 6)
  for (const [index, host] of hosts.entries()) view.setUint32(12 + 4 * index, 0x0a00_0000 + host)
  for (const [index, port] of ports.entries()) view.setUint16(IP_HEADER + 2 * index, port)
  for (const [index, number] of numbers.entries()) view.setUint32(IP_HEADER + 4 + 4 * index, number)
  view.setUint8(IP_HEADER + 12, (TCP_HEADER / 4) << 4)
  // Push and acknowledge.
  view.setUint8(IP_HEADER + 13, 0x18)
  view.setUint16(IP_HEADER + 14, 65_535)
  bytes.set(payload, IP_HEADER + TCP_HEADER)
  return bytes
}
