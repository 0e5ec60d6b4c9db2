import { z } from 'zod'
import { AlarmState, Suppression } from './alarm.ts'
import { OccurrenceId } from './occurrence.ts'
import { Priority } from './priority.ts'
import { PointRef } from './reading.ts'
import { Id } from './text.ts'
import { UtcMs } from './time.ts'

/** The interval whose suppressions are asked for, UTC ms; `to` is not in it. At most 400 days. */
export const SuppressionQuery = z
  .object({
    from: z.coerce.number().int().nonnegative(),
    to: z.coerce.number().int().nonnegative(),
    site: Id.optional(),
  })
  .strict()
export type SuppressionQuery = z.infer<typeof SuppressionQuery>

/** One time that an alarm was, or is, held back. */
export const SuppressionEntry = Suppression.extend({
  alarm: OccurrenceId,
  number: z.string(),
  site: Id,
  rule: Id,
  ruleType: z.string(),
  point: PointRef,
  priority: Priority,
  state: AlarmState,
  /** When it ended; null while it is in force. */
  endedAt: UtcMs.nullable(),
  /** Who ended it before its time; null where its time ran out, or the alarm that explained it ended. */
  endedBy: z.string().nullable(),
  /** Why it ended, in the words of whoever ended it; null where its time ran out, and while it is in force. */
  endedWhy: z.string().nullable(),
  /** Announcements held back: those owed now, or, once it is over, those that were held back meanwhile. */
  held: z.number().int().nonnegative(),
}).strict()
export type SuppressionEntry = z.infer<typeof SuppressionEntry>

/** What was held back in an interval: what is in force first, that which ends soonest before the others; then the newest that is over. */
export const SuppressionRegister = z.object({ entries: z.array(SuppressionEntry) }).strict()
export type SuppressionRegister = z.infer<typeof SuppressionRegister>
