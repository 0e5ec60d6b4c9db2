import { isReadAnswer } from '../../core/decode/modbus-answer.ts'
import { sameBytes } from '../../core/decode/modbus-cells.ts'
import { isAddressException, type ReadAnswer, type ReadRequest } from '../../core/decode/modbus-pdu.ts'
import type { ModbusAnswer } from '../../core/decode/modbus-request.ts'
import { HouseError } from '../../core/kit/errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { untilAborted } from './connection.ts'
import type { Room } from './field-bus.ts'
import { cutBack } from './shape.ts'
import type { StaleGuard } from './stale-guard.ts'

/** How often one read is put in another way when the device refuses the cells around it. */
const MOST_WAYS = 4

/** An answer held for less, such as for the silence behind it, came now for all that it is used for. */
const WORTH_TELLING_MS = 50

/** An answer as the line gives it. */
export interface Given {
  readonly answer: ModbusAnswer
  readonly pdu: Uint8Array
  /** What the guard said of it: it may be a copy of the answer to another question. */
  readonly mayBeCopy: boolean
  /** Monotonic time at which it came, which is long before it is given where it was doubted. */
  readonly at: number
}

/** One exchange on the line, which writes before it waits for anything. */
export type AskOnce = (sent: ReadRequest, isDoubtful: boolean) => Promise<Given>

/** What a read is to come to, and by what. */
export interface GuardedReadOptions {
  readonly bus: string
  readonly guard: StaleGuard
  readonly clock: Clock
  readonly room: Room | undefined
  /** Makes the line ready for one exchange; called before each. */
  readonly ready: () => Promise<AskOnce>
  readonly signal: AbortSignal
}

/**
 * Asks in a shape that no answer on its way has, again where the device does not have what was added, and once more where
 * what came may be a copy of the answer to another question. Throws `link/timeout` where there is no such shape, and
 * whatever the line throws.
 */
export async function guardedRead(wanted: ReadRequest, options: GuardedReadOptions): Promise<ReadAnswer> {
  const { guard, clock, room, ready, signal } = options
  let doubted: { readonly sent: ReadRequest; readonly pdu: Uint8Array } | null = null
  for (let way = 0; way < MOST_WAYS; way += 1) {
    let ask = await ready()
    // Nothing may happen between the shape and the question.
    let shaped = guard.shape(wanted, room ?? null, clock.mono())
    while (shaped.kind === 'turn') {
      await untilAborted(shaped.over, signal)
      ask = await ready()
      shaped = guard.shape(wanted, room ?? null, clock.mono())
    }
    if (shaped.kind === 'wait') throw blocked(wanted, shaped.until, options)
    const { request: sent, isDoubtful } = shaped
    const { answer, pdu, mayBeCopy, at } = await ask(sent, isDoubtful)
    if (!isReadAnswer(answer)) throw new HouseError('modbus/malformed', `unit ${wanted.unit}: no answer to a read`)
    const isRefused = answer.kind === 'exception' && isAddressException(answer.code)
    if (isRefused && sent.quantity !== wanted.quantity) {
      guard.refused(wanted, sent, clock.mono())
      continue
    }
    if (mayBeCopy && doubted === null) {
      doubted = { sent, pdu }
      continue
    }
    // Of two answers to the same read that differ one was a copy, and the other's own may still come.
    if (doubted !== null && !sameBytes(doubted.pdu, pdu)) guard.doubled(doubted.sent, clock.mono())
    return heldFor(cutBack(wanted, sent, answer), clock.mono() - at)
  }
  throw blocked(wanted, clock.mono(), options)
}

/** What was true when it came is not true of now. */
function heldFor(answer: ReadAnswer, heldMs: number): ReadAnswer {
  return answer.kind === 'exception' || heldMs < WORTH_TELLING_MS ? answer : { ...answer, heldMs }
}

/** To wait for it would keep the line from the units that can be asked. */
function blocked(
  { unit, table, address, quantity }: ReadRequest,
  until: number,
  { bus, clock }: GuardedReadOptions,
): HouseError {
  const inMs = Math.max(0, Math.ceil(until - clock.mono()))
  return new HouseError(
    'link/timeout',
    `unit ${unit} still owes an answer that could be taken for this one, and nothing around ${quantity} cells at ${address} is known to be readable: expected within ${inMs} ms; ask again then`,
    { bus, unit, table, address, quantity, inMs },
  )
}
