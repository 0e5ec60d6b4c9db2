import { z } from 'zod'
import { Reading } from '../../contract/reading.ts'
import { Id } from '../../contract/text.ts'
import { Allowance, Distrust } from './papers.ts'
import { Term } from './score.ts'

const Mark = z.object({ at: z.number(), mono: z.number() }).strict()

/** A signal that waits until no older one can come; what it counts was settled when it came. */
export const Waiting = z.object({ term: Term, isActive: z.boolean(), readings: z.array(Reading) }).strict()
export type Waiting = z.infer<typeof Waiting>

/** The alarm while it is open. */
const Open = z
  .object({
    raised: Mark,
    /** When the first of a chain of alarms of one episode was raised; more than one where it outlived `reopenAfter`. UtcMs. */
    firstAt: z.number(),
    priority: z.enum(['orange', 'red']),
    /** Rules that were told with it. */
    told: z.array(Id),
    peak: z.number(),
    /** When something worth telling was last seen. */
    lastSeen: Mark,
  })
  .strict()

/** Everything a judge remembers. Monotonic times are of one boot, that of `upTo`. */
export const FusionMemory = z
  .object({
    terms: z.array(Term),
    waiting: z.array(Waiting),
    open: Open.nullable(),
    /** Up to where signals were judged; null before the first was. */
    upTo: Mark.nullable(),
    /** The program was started in another boot since: how its monotonic clock stands to the one before is not known yet. */
    isAdrift: z.boolean(),
    /** Night, holiday and site, as at the last signal. */
    prior: z.number(),
    /** Until when the score stands at watching, monotonic; null where it does not. */
    suspiciousUntil: z.number().nullable(),
    /** When a door, a camera or a fall of power last told that somebody came, monotonic. */
    entered: z.number().nullable(),
    allowances: z.array(Allowance),
    distrusted: z.array(Distrust),
  })
  .strict()
export type FusionMemory = z.infer<typeof FusionMemory>

/** A judge that has heard nothing. */
export function freshMemory(): FusionMemory {
  return {
    terms: [],
    waiting: [],
    open: null,
    upTo: null,
    isAdrift: false,
    prior: 0,
    suspiciousUntil: null,
    entered: null,
    allowances: [],
    distrusted: [],
  }
}

/** Moves every monotonic time to another boot's clock, which shows `byMs` more. */
export function shiftMemory(memory: FusionMemory, byMs: number): void {
  for (const term of memory.terms) term.mono += byMs
  for (const { term } of memory.waiting) term.mono += byMs
  if (memory.entered !== null) memory.entered += byMs
  if (memory.suspiciousUntil !== null) memory.suspiciousUntil += byMs
  if (memory.upTo !== null) memory.upTo = { ...memory.upTo, mono: memory.upTo.mono + byMs }
  if (memory.open === null) return
  const { raised, lastSeen } = memory.open
  memory.open.raised = { at: raised.at, mono: raised.mono + byMs }
  memory.open.lastSeen = { at: lastSeen.at, mono: lastSeen.mono + byMs }
}
