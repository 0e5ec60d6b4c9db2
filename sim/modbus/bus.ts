import type { Socket } from 'node:net'
import { listenTcp, type Listener } from '../listen.ts'
import { rtuCutter, tcpCutter } from './framing.ts'
import { answerOf, type Station } from './pdu.ts'

/** What a Modbus/TCP gateway says for a unit that does not answer on its line. */
const NO_ANSWER_BEHIND_GATEWAY = 0x0b

export interface BusOptions {
  readonly kind: 'tcp' | 'rtu-over-tcp'
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  readonly stations: readonly Station[]
}

/**
 * Serves a bus with all its devices on one TCP port. An unknown unit id is met with silence on an RTU line, and with
 * exception 0x0B on Modbus/TCP, as a serial converter would.
 */
export function serveBus(options: BusOptions): Promise<Listener> {
  const byUnit = new Map(options.stations.map((station) => [station.unit, station]))
  const converse = (socket: Socket) => {
    const cut = options.kind === 'tcp' ? tcpCutter() : rtuCutter()
    socket.setNoDelay(true)
    socket.on('data', (bytes) => {
      try {
        for (const request of cut(bytes)) {
          const station = byUnit.get(request.unit)
          if (station !== undefined) socket.write(request.wrap(answerOf(station, request.pdu)))
          else if (options.kind === 'tcp') {
            const code = ((request.pdu[0] ?? 0) | 0x80) & 0xff
            socket.write(request.wrap(Uint8Array.of(code, NO_ANSWER_BEHIND_GATEWAY)))
          }
        }
      } catch {
        // A stream that is not Modbus/TCP cannot be resynchronised; a real device hangs up as well.
        socket.destroy()
      }
    })
  }
  return listenTcp({ host: options.host, port: options.port, converse })
}
