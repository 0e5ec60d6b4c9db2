import type { ModbusAnswer, ModbusRequest } from '../../../core/decode/modbus-request.ts'
import { type Exchange, newTally } from '../../../gateway/link/line.ts'
import { TcpLine } from '../../../gateway/link/tcp-line.ts'
import { type HandClock, handClock } from '../../support/hand-clock.ts'
import { quietLog } from '../../support/quiet-log.ts'
import { type Answering, held, type MemoryGateway, memoryGateway } from './memory-gateway.ts'

export const TIMEOUT_MS = 100
const never = new AbortController().signal

/** A read of holding registers. */
export function at(address: number, quantity = 1, unit = 1): ModbusRequest & { readonly kind: 'read' } {
  return { kind: 'read', unit, table: 'holding-register', address, quantity }
}

/** The one right answer to it. */
export function words(address: number, quantity = 1, unit = 1): ModbusAnswer {
  return { kind: 'registers', words: Array.from({ length: quantity }, (_, index) => held(unit, 3, address + index)) }
}

export interface Bench {
  readonly line: TcpLine
  readonly clock: HandClock
  readonly gateway: MemoryGateway
  readonly tally: ReturnType<typeof newTally>
  readonly ask: (request: ModbusRequest, how?: Partial<Exchange>, signal?: AbortSignal) => Promise<ModbusAnswer>
}

/** A line to a gateway under the test's hand; asking moves the clock on until the answer is there. */
export function bench(answering: Answering): Bench {
  const clock = handClock()
  const gateway = memoryGateway(clock, answering)
  const tally = newTally()
  const options = { bus: 'net', connect: gateway.connect, timeoutMs: TIMEOUT_MS, tally, log: quietLog(), clock }
  const line = new TcpLine({ ...options, worstMs: () => 8 * TIMEOUT_MS })
  let running = 0
  const run = async () => {
    while (running > 0) await clock.advance(20)
  }
  const ask: Bench['ask'] = async (request, how = {}, signal = never) => {
    running += 1
    if (running === 1) setImmediate(() => void run())
    try {
      return await line.exchange(request, { withinMs: TIMEOUT_MS, ...how }, signal)
    } finally {
      running -= 1
    }
  }
  return { line, clock, gateway, tally, ask }
}
