import { z } from 'zod'
import { AlarmState, Suppression } from './alarm.ts'
import { OccurrenceId } from './occurrence.ts'
import { Priority } from './priority.ts'
import { Quantity } from './quantity.ts'
import { Id } from './text.ts'
import { UtcMs } from './time.ts'

/** How far the messages about an alarm have come: when the first of them reached T4 sent, T5 accepted, T6 delivered, T7 seen. */
export const Told = z.tuple([UtcMs.nullable(), UtcMs.nullable(), UtcMs.nullable(), UtcMs.nullable()])
export type Told = z.infer<typeof Told>

/** What a list says of an alarm: a tenth of the whole, so that ten thousand can be sent and kept. */
export const AlarmRow = z
  .object({
    id: OccurrenceId,
    number: z.string(),
    site: Id,
    rule: Id,
    ruleType: z.string(),
    priority: Priority,
    state: AlarmState,
    raisedAt: UtcMs,
    returnedAt: UtcMs.nullable(),
    /** What the value is of; null where the rule names none. */
    quantity: Quantity.nullable(),
    /** What decided, and against which limit, in the quantity's own unit; null where the rule has none. */
    value: z.union([z.number(), z.boolean()]).nullable(),
    limit: z.number().nullable(),
    /** How often it was raised (×N). */
    raises: z.number().int().positive(),
    assignee: z.string().nullable(),
    /** Who acknowledged; null while nobody has. */
    acknowledgedBy: z.string().nullable(),
    /** What holds it back, said first first. */
    suppressions: z.array(Suppression.shape.kind),
    late: z.boolean(),
    chattering: z.boolean(),
    quality: z.enum(['good', 'stale']),
    /** Who was called last, and how many persons were in all; null while nobody was. */
    called: z.object({ name: z.string(), persons: z.number().int().positive() }).strict().nullable(),
    told: Told,
    /** Where its ladder stands; null when nobody is being called. */
    ladder: z.object({ round: z.number().int(), step: z.number().int(), dueAt: UtcMs }).strict().nullable(),
    version: z.number().int().positive(),
  })
  .strict()
export type AlarmRow = z.infer<typeof AlarmRow>

/** Every open alarm, and of the closed ones those raised at or after `closedSince`; none of them where it is absent. */
export const AlarmRowQuery = z.object({ closedSince: z.coerce.number().int().nonnegative().optional() }).strict()
export type AlarmRowQuery = z.infer<typeof AlarmRowQuery>

/** Most closed alarms a list is told of, the newest. Open ones are told whatever their number. */
export const MOST_CLOSED_TOLD = 10_000

export const AlarmRows = z
  .object({
    rows: z.array(AlarmRow),
    /** True when there are more closed ones in that time than were told. */
    more: z.boolean(),
  })
  .strict()
export type AlarmRows = z.infer<typeof AlarmRows>
