import { z } from 'zod'
import { Reading } from '../contract/reading.ts'
import { ProvenTime } from './proven-time.ts'

/** An instant at which a run of the condition began, and what the rule's own point said last by then. `mono` null = of another boot. */
export const Seen = z.object({ at: z.number(), mono: z.number().nullable(), reading: Reading.nullable() }).strict()
export type Seen = z.infer<typeof Seen>

/** What a run over a condition remembers; `own` is its rule type's and checked by it. What is null is not written: most rules rest. */
export const ConditionMemory = z
  .object({
    proven: ProvenTime,
    own: z.unknown(),
    /** When the present run of the raw condition began. */
    first: Seen.nullable().default(null),
    measure: z.number().nullable().default(null),
    peak: z.number().nullable().default(null),
    /** When the open alarm's condition began. */
    began: Seen.nullable().default(null),
    strength: z.number().default(0),
    /** When it was last told that the condition was seen to hold, monotonic, and how strong it was then. */
    told: z.object({ mono: z.number(), strength: z.number() }).strict().nullable().default(null),
    /** How far it has been proven to be grave; null where it cannot become so. */
    grave: ProvenTime.nullable().default(null),
  })
  .strict()
export type ConditionMemory = z.infer<typeof ConditionMemory>
