import { z } from 'zod'
import { Medium } from './notice.ts'
import { Bilingual, Id, Language } from './text.ts'
import { Duration, UtcMs } from './time.ts'

/** The county's clock: fixed +08:00, no daylight saving. */
export const COUNTY_OFFSET_MS = 8 * 3_600_000

/** One way to reach a person: the id of a channel of `control.yaml`, and the number, address or name it needs there. */
export const Contact = z.object({ channel: Id, address: z.string().min(1).max(1_000) }).strict()
export type Contact = z.infer<typeof Contact>

/** Somebody who can be called. `user` is the sign-in name, where the person has one. */
export const Person = z
  .object({
    id: Id,
    name: z.string().min(1).max(64),
    language: Language.default('zh-CN'),
    user: z.string().min(1).max(64).optional(),
    contacts: z.array(Contact),
    /** Leave: not called then, and a gap where nobody stands in. */
    away: z.array(z.object({ from: UtcMs, to: UtcMs, reason: z.string().max(200).default('') }).strict()).default([]),
  })
  .strict()
export type Person = z.infer<typeof Person>

/** What somebody is called as: duty officer, leader on duty (带班领导) … Data, not code. */
export const Role = z
  .object({
    id: Id,
    name: Bilingual,
    /** Called when the shifts name nobody. Never empty. */
    fallback: z.array(Id),
  })
  .strict()
export type Role = z.infer<typeof Role>

const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time of day such as 08:00')
const Day = z.iso.date({ error: 'expected a day such as 2026-01-12' })
export const Weekday = z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])
export type Weekday = z.infer<typeof Weekday>

/** Part of a day, half-open; one that ends at or before its start crosses midnight and belongs to the day it starts (E8). */
export const Shift = z.object({ id: Id, name: Bilingual, from: TimeOfDay, to: TimeOfDay }).strict()
export type Shift = z.infer<typeof Shift>

/**
 * Crews that take turns from `startsOn` on. A day the cycle leaves out consumes no turn: neither a weekday that is not among `days`, nor,
 * where the table has another cycle for days off, a day that is the other one's.
 */
export const Cycle = z
  .object({
    startsOn: Day,
    /** The crew of each turn, in order; each is the persons on duty together. */
    crews: z.array(z.array(Id).min(1)).min(1),
    /** A crew keeps a whole day (every shift of it), or one shift, before the next takes over. */
    turn: z.enum(['day', 'shift']).default('day'),
    /** Days a crew keeps before the next one's turn; for `day` only. */
    length: z.number().int().min(1).max(366).default(1),
    /** Weekdays that are rostered; every day when absent. */
    days: z.array(Weekday).min(1).optional(),
  })
  .strict()
export type Cycle = z.infer<typeof Cycle>

/** Who has a role when: shifts that partition the day, crews, and another cycle for days off where there is one. */
export const ShiftTable = z
  .object({
    role: Id,
    shifts: z.array(Shift).min(1),
    cycle: Cycle,
    /** On the calendar's days off (weekends and holidays that are not worked) instead of `cycle`. */
    holidays: Cycle.optional(),
    /** On days off somebody of this role must be on the spot: checked in within 15 min of the shift's start. */
    onSiteOnHolidays: z.boolean().default(false),
    /** Spot checks (查岗) in each shift, at times nobody knows. */
    spotChecks: z.number().int().min(0).max(6).default(0),
  })
  .strict()
export type ShiftTable = z.infer<typeof ShiftTable>

/** Other persons than the table's for a time; the one entered latest wins. */
export const Override = z
  .object({
    id: Id,
    role: Id,
    from: UtcMs,
    to: UtcMs,
    persons: z.array(Id).min(1),
    by: z.string(),
    at: UtcMs,
    reason: z.string().max(200),
  })
  .strict()
export type Override = z.infer<typeof Override>

/** Two persons change places in one shift each. It holds once both have agreed and a leader has approved. */
export const Swap = z
  .object({
    id: Id,
    role: Id,
    /** Start of the shift that `first` gives away, and of the one taken instead. */
    give: z.object({ person: Id, shiftAt: UtcMs }).strict(),
    take: z.object({ person: Id, shiftAt: UtcMs }).strict(),
    agreed: z.array(Id),
    approvedBy: z.string().nullable(),
    refusedBy: z.string().nullable(),
    at: UtcMs,
  })
  .strict()
export type Swap = z.infer<typeof Swap>

/** Whom one step of a ladder calls. Of a person's contacts those of the named media; all where the person has none of them. */
export const Call = z.object({ role: Id, by: z.array(Medium).min(1).optional() }).strict()
export type Call = z.infer<typeof Call>

/** As people write it (`10min`), or milliseconds, as a stored roster has it. */
const Wait = z.union([Duration, z.number().int().nonnegative()])

const Step = z
  .object({
    /** After the alarm was committed, or after the round began. */
    after: Wait.default(0),
    call: z.array(Call).min(1),
    /** Messages of this step may wait so long for others to go with them; never for red. */
    digest: Wait.optional(),
  })
  .strict()

/** Steps in the order of time, and then again every `loop`, for ever, until somebody acknowledges (E6). */
export const Ladder = z.object({ steps: z.array(Step).min(1), loop: Wait }).strict()
export type Ladder = z.infer<typeof Ladder>

/** Everything there is to know about whom to call when. One document, kept in versions. */
export const Roster = z
  .object({
    persons: z.array(Person).min(1),
    roles: z.array(Role).min(1),
    tables: z.array(ShiftTable).default([]),
    overrides: z.array(Override).default([]),
    swaps: z.array(Swap).default([]),
    /** Blue is shown at the desk and calls nobody. */
    ladders: z.object({ red: Ladder, orange: Ladder, yellow: Ladder }).strict(),
    /** Roles by what the system has to say to them of itself. */
    office: z
      .object({
        /** Gaps of the roster, system faults. */
        notices: Id,
        /** Storms, approvals, the daily root. */
        leader: Id,
      })
      .strict(),
  })
  .strict()
export type Roster = z.infer<typeof Roster>

/** Who has a role at an instant, and why. */
export const OnDuty = z
  .object({
    role: Id,
    from: UtcMs,
    /** Until when this answer holds at least. */
    until: UtcMs,
    shift: Id.nullable(),
    persons: z.array(Id),
    source: z.enum(['override', 'swap', 'holiday', 'cycle', 'fallback', 'nobody']),
  })
  .strict()
export type OnDuty = z.infer<typeof OnDuty>

/** Something wrong with the duty of the next days. */
export const DutyGap = z
  .object({
    kind: z.enum(['nobody', 'fallback-only', 'double-booked', 'unverified', 'calendar-not-announced']),
    role: Id,
    persons: z.array(Id),
    from: UtcMs,
    to: UtcMs,
    /** yellow; orange within 72 h, red within 12 h (§3.7). */
    priority: z.enum(['yellow', 'orange', 'red']),
  })
  .strict()
export type DutyGap = z.infer<typeof DutyGap>

/** That a person can really be reached this way: a code was sent and typed back. Good for 31 days. */
export const ContactProof = z.object({ person: Id, channel: Id, address: z.string(), provenAt: UtcMs }).strict()
export type ContactProof = z.infer<typeof ContactProof>

/** Somebody said that they are there: at the desk, by SMS or on the phone. */
export const CheckIn = z
  .object({
    person: Id,
    role: Id,
    shiftAt: UtcMs,
    at: UtcMs,
    via: z.enum(['desk', 'phone', 'sms']),
    onSite: z.boolean(),
  })
  .strict()
export type CheckIn = z.infer<typeof CheckIn>

/** A spot check (查岗): a test call at a time nobody knows, and how long the answer took. */
export const SpotCheck = z
  .object({
    id: z.string(),
    person: Id,
    role: Id,
    sentAt: UtcMs,
    /** Null while there is none. */
    answeredAt: UtcMs.nullable(),
    verdict: z.enum(['waiting', 'in-time', 'late', 'missed']),
  })
  .strict()
export type SpotCheck = z.infer<typeof SpotCheck>
