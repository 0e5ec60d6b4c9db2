import { z } from 'zod'
import { BootId } from '../contract/clock.ts'
import { PointRef, Quality, ReadingValue, ReasonCode } from '../contract/reading.ts'
import { Id } from '../contract/text.ts'
import { OccurrenceState } from './occurrences.ts'

/** What is remembered of a point that some rule reads: its last sample, and what rules ask of it. */
export const ChannelState = z
  .object({
    at: z.number(),
    mono: z.number(),
    value: ReadingValue,
    quality: Quality,
    reason: ReasonCode.nullable(),
    validMs: z.number(),
    /** The last value that was not bad. */
    shown: ReadingValue,
    good: z.object({ value: z.number(), mono: z.number(), until: z.number() }).strict().nullable(),
    changedMono: z.number().nullable(),
  })
  .strict()
export type ChannelState = z.infer<typeof ChannelState>

/** What the engine keeps of one rule. Its memory is checked by its type. */
export const RuleState = z
  .object({ fingerprint: z.string(), memory: z.unknown(), occurrence: OccurrenceState })
  .strict()
export type RuleState = z.infer<typeof RuleState>

/** Everything the engine remembers, as plain JSON. */
export const EngineState = z
  .object({
    /** The boot that monotonic times count from; absent where nobody has told. */
    boot: BootId.optional(),
    rules: z.record(Id, RuleState),
    channels: z.record(PointRef, ChannelState),
    load: z.unknown(),
    activity: z.object({ memory: z.unknown(), occurrence: OccurrenceState }).strict().nullable(),
    /** Ids of feedback that was taken, newest last. */
    feedback: z.array(z.string()).optional(),
  })
  .strict()
export type EngineState = z.infer<typeof EngineState>
