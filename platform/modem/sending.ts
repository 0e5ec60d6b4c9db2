import { createHash } from 'node:crypto'
import { encodeSubmit, type SubmitPdu } from '../../core/decode/sms-submit.ts'
import { HouseError, isHouseError } from '../../core/kit/errors.ts'
import { sendError } from './at-errors.ts'
import { type AtPort, RANK } from './at-port.ts'
import type { OutgoingText } from './modem.ts'
import { ask } from './set-up.ts'
import { AT_TIMES, VALID_FOR_MS } from './times.ts'

/** A text as messages. The same text has the same reference each time, so that a phone puts parts of two attempts together. */
export function messagesOf({ id, to, text }: OutgoingText): SubmitPdu[] {
  const reference = createHash('sha256').update(id).digest().readUInt8(0)
  return encodeSubmit({ to, text, reference, validForMs: VALID_FOR_MS, wantsReport: true })
}

/** Hands messages to the network one by one and answers their references. Throws `notify/temporary` or `notify/refused`. */
export async function submit(port: AtPort, messages: readonly SubmitPdu[]): Promise<number[]> {
  try {
    // Keeps the line to the network open between parts; a modem that does not know it does without.
    if (messages.length > 1) await ask(port, 'AT+CMMS=1', { rank: RANK.text })
    const refs: number[] = []
    for (const message of messages) refs.push(await submitOne(port, message))
    return refs
  } catch (error) {
    throw isHouseError(error, 'link/timeout', 'link/down') ? unanswered(error) : error
  }
}

async function submitOne(port: AtPort, { hex, length }: SubmitPdu): Promise<number> {
  const common = { rank: RANK.text, withinMs: AT_TIMES.textMs }
  const answer = await port.ask({ text: `AT+CMGS=${length}`, body: hex, answer: '+CMGS:', ...common })
  if (answer.is === 'error') throw sendError(answer)
  const reference = /^\+CMGS: *(\d+)/.exec(answer.lines[0] ?? '')?.[1]
  if (reference === undefined) {
    throw new HouseError('notify/temporary', 'expected the reference of a text, came none', { why: 'unknown' })
  }
  return Number(reference)
}

/** The modem said nothing, or is gone: a text it had in the hand may have gone out. */
function unanswered(error: HouseError): HouseError {
  const why = error.code === 'link/timeout' ? 'no-answer' : 'no-modem'
  return new HouseError('notify/temporary', error.message, { why, mayBeSent: error.facts.mayBeDone === true }, error)
}
