import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { crc16 } from '../../../core/decode/crc16.ts'
import { encodeTcp } from '../../../core/decode/modbus-tcp.ts'
import { join } from '../../core/decode/modbus-arbitraries.ts'

/** What a device on a test line does with a request: when and with which bytes it answers. */
export type Habit = (request: {
  readonly frame: Uint8Array
  readonly good: Uint8Array
  readonly n: number
}) => readonly {
  readonly afterMs: number
  readonly bytes: Uint8Array
}[]

export interface LineDevice extends AsyncDisposable {
  readonly port: number
  /** Takes the line away from whoever is connected. */
  cut(): Promise<void>
}

/** A serial line behind TCP whose one device holds its own address in every register and answers by `habit`. */
export function startLineDevice(habit: Habit): Promise<LineDevice> {
  return startDevice(habit, 8, (frame) => {
    const body = join(frame.subarray(0, 1), goodPdu(frame.subarray(1)))
    const crc = crc16(body)
    return join(body, Uint8Array.of(crc & 0xff, crc >>> 8))
  })
}

/** The same device on Modbus TCP. */
export function startTcpDevice(habit: Habit): Promise<LineDevice> {
  return startDevice(habit, 12, (frame) => {
    const [high = 0, low = 0] = frame
    return encodeTcp({ transaction: (high << 8) | low, unit: frame[6] ?? 0, pdu: goodPdu(frame.subarray(7)) })
  })
}

async function startDevice(habit: Habit, size: number, good: (frame: Uint8Array) => Uint8Array): Promise<LineDevice> {
  const sockets = new Set<Socket>()
  let count = 0
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
    socket.on('data', (chunk: Buffer) => {
      for (let start = 0; start + size <= chunk.length; start += size) {
        const frame = Uint8Array.from(chunk.subarray(start, start + size))
        count += 1
        for (const { afterMs, bytes } of habit({ frame, good: good(frame), n: count })) {
          if (afterMs === 0) socket.write(bytes)
          else setTimeout(() => !socket.destroyed && socket.write(bytes), afterMs)
        }
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    port: address.port,
    cut: async () => {
      const gone = [...sockets].map((socket) => once(socket.destroy(), 'close'))
      sockets.clear()
      await Promise.all(gone)
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** The answer of a device in which each register holds its own address. */
function goodPdu(pdu: Uint8Array): Uint8Array {
  const [code = 0, high = 0, low = 0, , quantity = 0] = pdu
  const address = (high << 8) | low
  const words = Array.from({ length: quantity }, (_, index) => address + index)
  return Uint8Array.of(code, quantity * 2, ...words.flatMap((word) => [word >>> 8, word & 0xff]))
}
