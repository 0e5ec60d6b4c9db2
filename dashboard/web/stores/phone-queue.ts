import { z } from 'zod'
import { OccurrenceId } from '../../../core/contract/occurrence.ts'
import { ClientId } from '../../../core/contract/photo.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import { isHouseError } from '../../../core/kit/errors.ts'

/** What a person says on the phone about an alarm. */
export const PhoneAct = z.discriminatedUnion('do', [
  z.object({ do: z.literal('acknowledge'), note: z.string(), seen: OccurrenceId }).strict(),
  z.object({ do: z.literal('arrive') }).strict(),
  z.object({ do: z.literal('result'), note: z.string() }).strict(),
  z.object({ do: z.literal('photo'), note: z.string() }).strict(),
])
export type PhoneAct = z.infer<typeof PhoneAct>

/** Something said that the control room has not answered yet, or has refused. */
export const Queued = z
  .object({
    id: ClientId,
    /** Who said it. It is never sent in another name. */
    by: z.string(),
    alarm: OccurrenceId,
    /** What people call the alarm, for whoever does not see it any more. */
    number: z.string(),
    /** When it was said. */
    at: UtcMs,
    act: PhoneAct,
    refused: z.object({ code: z.string(), because: z.string().nullable(), message: z.string() }).strict().nullable(),
  })
  .strict()
export type Queued = z.infer<typeof Queued>

/** What was said and is not done yet, in the order it was said. */
export type PhoneQueue = readonly Queued[]

/** What the control room answered: it has it, will never take it, or nobody knows yet. */
export type Outcome =
  { readonly is: 'kept' | 'later' } | { readonly is: 'refused'; readonly refused: NonNullable<Queued['refused']> }

/** With one more at its end; the same one is there once. */
export function enqueued(queue: PhoneQueue, item: Queued): PhoneQueue {
  return queue.some(({ id }) => id === item.id) ? queue : [...queue, item]
}

/** What is to be sent next in this name: the oldest that was not refused. Nothing overtakes it, so that what was said stays in order. */
export function nextOf(queue: PhoneQueue, by: string): Queued | null {
  return queue.find((item) => item.by === by && item.refused === null) ?? null
}

/** After an answer: kept leaves, refused stays to be seen, and what got no answer stays where it was. */
export function settled(queue: PhoneQueue, id: string, outcome: Outcome): PhoneQueue {
  if (outcome.is === 'refused') {
    const { refused } = outcome
    return queue.map((item) => (item.id === id ? { ...item, refused } : item))
  }
  return outcome.is === 'kept' ? dropped(queue, id) : queue
}

/** Without one, as when a person has seen that it was refused. */
export function dropped(queue: PhoneQueue, id: string): PhoneQueue {
  return queue.filter((item) => item.id !== id)
}

/** Whether a failure is the control room's last word. Anything else may be tried again: it does nothing twice. */
export function outcomeOf(error: unknown): Outcome {
  if (!isHouseError(error, 'http/invalid', 'http/forbidden', 'http/not-found', 'http/conflict')) return { is: 'later' }
  const { because } = error.facts
  return {
    is: 'refused',
    refused: { code: error.code, because: typeof because === 'string' ? because : null, message: error.message },
  }
}
