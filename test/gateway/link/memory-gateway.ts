import { scanTcp, encodeTcp, type TcpMessage } from '../../../core/decode/modbus-tcp.ts'
import type { Channel, ChannelEvents, Connect } from '../../../platform/serial/channel.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import type { HandClock } from '../../support/hand-clock.ts'

/** What a gateway under a test's hand does with a question. */
export type Answering = (question: TcpMessage, gateway: MemoryGateway) => void

/** A Modbus TCP server without a network. What it has to say survives the connection it was asked on. */
export interface MemoryGateway {
  readonly connect: Connect
  /** Connections made so far. */
  readonly connections: number
  /** Transaction and unit of the newest question. */
  readonly newest: { readonly transaction: number; readonly unit: number }
  /** Sends bytes `afterMs` from now, over whatever connection there is then. */
  send(bytes: () => Uint8Array, afterMs: number): void
  /** Sends bytes without any time passing. */
  sendNow(bytes: Uint8Array): void
  /** Ends the connection `afterMs` from now as the other side does. */
  hangUp(afterMs: number): void
}

export function memoryGateway(clock: HandClock, answering: Answering): MemoryGateway {
  let events: ChannelEvents | null = null
  let connections = 0
  let newest = { transaction: 0, unit: 0 }
  const heard = (bytes: Uint8Array) => {
    const scan = scanTcp(bytes)
    if (scan.kind !== 'message') throw new Error('expected one whole question at a time')
    newest = { transaction: scan.message.transaction, unit: scan.message.unit }
    answering(scan.message, gateway)
  }
  const gateway: MemoryGateway = {
    connect: (ours) => {
      connections += 1
      events = ours
      const channel: Channel = {
        write: (bytes) => {
          if (events !== ours) throw new HouseError('link/down', 'closed')
          heard(bytes)
        },
        close: () => {
          if (events === ours) events = null
        },
      }
      return Promise.resolve(channel)
    },
    get connections() {
      return connections
    },
    get newest() {
      return newest
    },
    send: (bytes, afterMs) => {
      void clock.sleep(Math.max(afterMs, 0.001)).then(() => events?.received(bytes()))
    },
    sendNow: (bytes) => {
      setImmediate(() => events?.received(bytes))
    },
    hangUp: (afterMs) => {
      void clock.sleep(afterMs).then(() => {
        const gone = events
        events = null
        gone?.lost(new HouseError('link/down', 'closed by the other side'))
      })
    },
  }
  return gateway
}

/** What every register of every unit holds, so that no two within 65,536 steps are alike. */
export function held(unit: number, code: number, address: number): number {
  return (address * 7 + unit * 9_973 + code * 31_337) & 0xffff
}

/** The true answer to a read of registers. */
export function trueAnswer({ transaction, unit, pdu }: TcpMessage): Uint8Array {
  const [code = 0, high = 0, low = 0, , quantity = 0] = pdu
  const address = (high << 8) | low
  const words = Array.from({ length: quantity }, (_, index) => held(unit, code, address + index))
  const bytes = words.flatMap((word) => [word >>> 8, word & 0xff])
  return encodeTcp({ transaction, unit, pdu: Uint8Array.of(code, 2 * quantity, ...bytes) })
}
