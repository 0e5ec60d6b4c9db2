import { connect, type Socket } from 'node:net'
import { type IConnectPacket, type Packet, parser } from 'mqtt-packet'
import type { Clock } from '../../platform/clock.ts'
import { listenTcp, type Listener } from '../../sim/listen.ts'
import { isSparkplugTopic, openNotes } from './notes.ts'
import type { Said, TappedMessage, Timeline } from './timeline.ts'

export interface TapOptions {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  readonly to: { readonly host: string; readonly port: number }
  readonly clock: Clock
}

/** A wire between an MQTT client and its broker that is listened in on. */
export interface Tap extends Listener {
  /** Everything heard so far. */
  timeline(): Timeline
}

/**
 * Passes MQTT between whoever connects and a broker, byte by byte as it comes, and notes what Sparkplug has to do with.
 * What cannot be read as MQTT is passed on and noted no further.
 */
export async function openTap({ host, port, to, clock }: TapOptions): Promise<Tap> {
  const notes = openNotes('wire', clock)
  let connections = 0
  const converse = (near: Socket) => {
    connections += 1
    const connection = connections
    const far = connect({ ...to, noDelay: true })
    near.setNoDelay(true)
    const note = (said: Said) => notes.add(connection, said)
    const ears = openEars(note)
    near.on('data', (bytes: Buffer) => ears.fromNode(bytes))
    far.on('data', (bytes: Buffer) => ears.fromBroker(bytes))
    near.pipe(far)
    far.pipe(near)
    near.once('close', () => {
      note({ kind: 'end' })
      far.destroy()
    })
    far.on('error', () => far.destroy())
    far.once('close', () => near.destroy())
  }
  const listener = await listenTcp({ host, port, converse })
  return { ...listener, timeline: () => notes.timeline() }
}

interface Ears {
  fromNode(bytes: Buffer): void
  fromBroker(bytes: Buffer): void
}

function openEars(note: (said: Said) => void): Ears {
  let broker: ReturnType<typeof parser> | null = null
  const node = parser()
  let isLost = false
  const lose = () => (isLost = true)
  node.on('packet', (packet) => {
    // How the broker's packets look depends on the version the node has asked for.
    if (packet.cmd === 'connect') broker = brokerEar(packet, note, lose)
    const said = saidByNode(packet)
    if (said !== null) note(said)
  })
  node.on('error', lose)
  return {
    fromNode: (bytes) => {
      if (!isLost) node.parse(bytes)
    },
    fromBroker: (bytes) => {
      if (!isLost) broker?.parse(bytes)
    },
  }
}

function brokerEar({ protocolVersion = 4 }: IConnectPacket, note: (said: Said) => void, lose: () => void) {
  const broker = parser({ protocolVersion })
  broker.on('packet', (packet) => {
    if (packet.cmd === 'connack')
      note({ kind: 'connack', accepted: (packet.returnCode ?? packet.reasonCode ?? 0) === 0 })
    else if (packet.cmd === 'suback') note({ kind: 'suback' })
    else if (packet.cmd === 'publish' && isSparkplugTopic(packet.topic))
      note({ kind: 'publish', by: 'broker', ...messageOf(packet) })
  })
  broker.on('error', lose)
  return broker
}

function saidByNode(packet: Packet): Said | null {
  switch (packet.cmd) {
    case 'connect':
      return {
        kind: 'connect',
        clientId: packet.clientId,
        version: packet.protocolVersion ?? 4,
        clean: packet.clean ?? false,
        sessionExpiryS: packet.properties?.sessionExpiryInterval ?? 0,
        will: packet.will === undefined ? null : messageOf(packet.will),
      }
    case 'subscribe':
      return { kind: 'subscribe', filters: packet.subscriptions.map(({ topic, qos }) => ({ filter: topic, qos })) }
    case 'publish':
      return isSparkplugTopic(packet.topic) ? { kind: 'publish', by: 'node', ...messageOf(packet) } : null
    case 'disconnect':
      return { kind: 'disconnect', reason: packet.reasonCode ?? 0 }
    default:
      return null
  }
}

function messageOf(message: {
  readonly topic: string
  readonly payload: Buffer | string
  readonly qos?: number
  readonly retain?: boolean
}): TappedMessage {
  const { topic, payload, qos = 0, retain = false } = message
  return { topic, payload: typeof payload === 'string' ? Buffer.from(payload) : payload, qos, retain }
}
