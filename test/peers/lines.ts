import type { ModbusAnswer, ModbusRequest } from '../../core/decode/modbus-request.ts'
import type { Connect } from '../../platform/serial/channel.ts'
import { type LineOptions, type ModbusLine, newTally, type Tally } from '../../gateway/link/line.ts'
import { RtuLine } from '../../gateway/link/rtu-line.ts'
import { TcpLine } from '../../gateway/link/tcp-line.ts'
import { systemClock } from '../../platform/clock.ts'
import { quietLog } from '../support/quiet-log.ts'

/** Long enough for any peer on a busy machine. */
const WITHIN_MS = 3_000
const never = new AbortController().signal

/** One of our lines to a peer. */
export interface OpenLine extends Disposable {
  readonly tally: Tally
  readonly ask: (request: ModbusRequest, withinMs?: number) => Promise<ModbusAnswer>
}

export function tcpLine(connect: Connect): OpenLine {
  return opened((options) => new TcpLine(options), connect)
}

export function rtuLine(connect: Connect, baud: number): OpenLine {
  return opened((options) => new RtuLine({ ...options, baud, hangsAfter: 3 }), connect)
}

function opened(make: (options: LineOptions & { worstMs: () => number }) => ModbusLine, connect: Connect): OpenLine {
  const tally = newTally()
  const options = { bus: 'peer', connect, timeoutMs: WITHIN_MS, tally, log: quietLog(), clock: systemClock }
  const line = make({ ...options, worstMs: () => 100 })
  return {
    tally,
    ask: (request, withinMs = WITHIN_MS) => line.exchange(request, { withinMs }, never),
    [Symbol.dispose]: () => line.close(),
  }
}
