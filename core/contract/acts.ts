import { z } from 'zod'
import { SignIn } from './access.ts'
import { OccurrenceId } from './occurrence.ts'
import { ClientId } from './photo.ts'
import { UtcMs } from './time.ts'

/** A second person beside whoever is signed in: types name and password at the same desk. Never the same person. */
export const Second = SignIn
export type Second = z.infer<typeof Second>

/** Why an act about an alarm was refused: a word, so that whoever shows it can say it in the reader's language. */
export const RefusedBecause = z.enum([
  'note-too-short', // red and orange want words
  'red-in-bulk', // each red alarm wants a look of its own
  'end-past', // what is to end has ended already
  'end-too-far', // longer than its priority allows
  'second-needed', // a second person, and nobody came
  'second-same', // the second person is the first
  'second-refused', // name and password do not fit, or the second may not act
  'leader-needed', // the third shelving in a day
  'still-active', // the condition holds on
  'acknowledge-first',
  'found-ahead', // found at a time that has not come
  'person-only', // a program may only add a note
  'raised-anew', // it has been raised again since whoever acknowledges has seen it
])
export type RefusedBecause = z.infer<typeof RefusedBecause>

const reason = z.string().trim().min(4, 'expected a reason of at least 4 characters').max(500)

/** Acknowledge. For red and orange a note of at least 4 characters is required. */
export const Acknowledge = z.object({ note: z.string().max(2_000).default('') }).strict()
export type Acknowledge = z.infer<typeof Acknowledge>

/** Acknowledge at a desk, or on a phone that may have had to keep it for a while. */
export const AcknowledgeAlarm = Acknowledge.extend({
  /** When it was said, by the clock of the phone. */
  saidAt: UtcMs.optional(),
  /** The newest raise that whoever says it has seen: a later one is not acknowledged by it. */
  seen: OccurrenceId.optional(),
})
export type AcknowledgeAlarm = z.infer<typeof AcknowledgeAlarm>

/** Acknowledge many, none of them red, for one reason. */
export const AcknowledgeMany = z.object({ ids: z.array(OccurrenceId).min(1).max(200), note: reason }).strict()
export type AcknowledgeMany = z.infer<typeof AcknowledgeMany>

export const AddNote = z.object({ text: z.string().min(1).max(2_000) }).strict()
export type AddNote = z.infer<typeof AddNote>

/** Shelve (搁置): at most 2 h for red, 8 h orange, 24 h yellow, 7 d blue; red needs a second person. */
export const Shelve = z.object({ until: UtcMs, reason, second: Second.optional() }).strict()
export type Shelve = z.infer<typeof Shelve>

/** Suppress by design: an order of work in force, with its end. */
export const Suppress = z.object({ until: UtcMs, reason, second: Second.optional() }).strict()
export type Suppress = z.infer<typeof Suppress>

/** Take out of service (停用): two persons, the number of the order, at most 30 d. */
export const OutOfService = z
  .object({ until: UtcMs, reason, ticket: z.string().trim().min(1).max(100), second: Second })
  .strict()
export type OutOfService = z.infer<typeof OutOfService>

/** Which suppression ends before its time, and why. */
export const EndSuppression = z.object({ kind: z.enum(['shelved', 'by-design', 'out-of-service']), reason }).strict()
export type EndSuppression = z.infer<typeof EndSuppression>

/** The place was looked at: what was found, and the picture that shows it where there is one. */
export const Reset = z
  .object({
    result: z.enum(['confirmed', 'authorised', 'known-appliance', 'sensor-fault', 'nothing-found']),
    note: reason,
  })
  .strict()
export type Reset = z.infer<typeof Reset>

/** The rule or point is no more; red needs a second person. */
export const Withdraw = z.object({ reason, second: Second.optional() }).strict()
export type Withdraw = z.infer<typeof Withdraw>

/** Who is to see to it: a person of the roster; null takes it back. */
export const Assign = z.object({ to: z.string().min(1).max(64).nullable() }).strict()
export type Assign = z.infer<typeof Assign>

/** On the spot, or reported upwards (T9). */
export const AddFinding = z
  .object({
    kind: z.enum(['on-site', 'reported']),
    at: UtcMs.optional(),
    note: z.string().max(2_000).default(''),
    receipt: z.string().max(100).nullable().default(null),
    /** What the phone it comes from calls it: the same one is added once. */
    id: ClientId.optional(),
  })
  .strict()
export type AddFinding = z.infer<typeof AddFinding>
