import type { Socket } from 'node:net'
import { systemClock } from '../../platform/clock.ts'
import { listenTcp, type Listener } from '../listen.ts'
import { type Framed, rtuCutter, tcpCutter } from './framing.ts'
import type { Act, Hostile, Sending } from './hostile.ts'
import { answerOf, exception, type Station } from './pdu.ts'

/** What a Modbus/TCP gateway says for a unit that does not answer on its line. */
const NO_ANSWER_BEHIND_GATEWAY = 0x0b

export interface BusOptions {
  readonly kind: 'tcp' | 'rtu-over-tcp'
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  readonly stations: readonly Station[]
  /** How long the devices think, in ms; 0 when absent. */
  readonly latencyMs?: number
  /** Who answers in place of the devices' better selves. */
  readonly hostile?: Hostile
}

/**
 * Serves a bus with all its devices on one TCP port. An unknown unit id is met with silence on an RTU line, and with
 * exception 0x0B on Modbus/TCP, as a serial converter would.
 */
export function serveBus(options: BusOptions): Promise<Listener> {
  const { kind, hostile, latencyMs = 0 } = options
  const byUnit = new Map(options.stations.map((station) => [station.unit, station]))
  const answerTo = ({ unit, pdu }: Framed): Uint8Array | null => {
    const station = byUnit.get(unit)
    if (station !== undefined) return answerOf(station, pdu)
    return kind === 'tcp' ? exception(pdu[0] ?? 0, NO_ANSWER_BEHIND_GATEWAY) : null
  }
  const converse = (socket: Socket) => {
    const cut = kind === 'tcp' ? tcpCutter() : rtuCutter()
    const answer = answering(socket, latencyMs, hostile)
    socket.setNoDelay(true)
    socket.on('data', (bytes) => {
      try {
        for (const request of cut(bytes)) {
          const pdu = answerTo(request)
          if (pdu !== null) answer(request, pdu)
        }
      } catch {
        // A stream that is not Modbus/TCP cannot be resynchronised; a real device hangs up as well.
        socket.destroy()
      }
    })
  }
  return listenTcp({ host: options.host, port: options.port, converse })
}

type Answer = (request: Framed, pdu: Uint8Array) => void

function answering(socket: Socket, latencyMs: number, hostile: Hostile | undefined): Answer {
  const closed = new AbortController()
  let isMute = false
  socket.once('close', () => closed.abort())
  const act = (request: Framed, pdu: Uint8Array): Act => {
    if (hostile !== undefined) return hostile.act(request, pdu, { now: systemClock.mono(), latencyMs })
    return { fault: null, sendings: [{ afterMs: latencyMs, bytes: () => request.wrap(pdu) }], then: 'go-on' }
  }
  return (request, pdu) => {
    if (isMute) return
    const { sendings, then } = act(request, pdu)
    if (then === 'hang-up') socket.destroy()
    if (then === 'go-mute') isMute = true
    for (const sending of sendings) {
      if (sending.afterMs > 0) void later(sending, socket, closed.signal)
      else socket.write(sending.bytes())
    }
  }
}

async function later(sending: Sending, socket: Socket, signal: AbortSignal): Promise<void> {
  try {
    await systemClock.sleep(sending.afterMs, signal)
    if (!socket.destroyed) socket.write(sending.bytes())
  } catch {
    // The master has hung up; nobody hears it any more.
  }
}
