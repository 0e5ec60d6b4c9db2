import { z } from 'zod'
import { PointRef } from './reading.ts'
import { Bilingual, Id } from './text.ts'
import { Duration, UtcMs } from './time.ts'

/** What a signal is evidence of. Signals of one group have common causes, so that two of them count little more than one. */
export const EvidenceGroup = z.enum(['power', 'pump', 'camera', 'comms', 'entry', 'air'])
export type EvidenceGroup = z.infer<typeof EvidenceGroup>

/**
 * The eight checks a closed pit is inspected by (八查); every rule serves one of them. 0 = none: the rule guards the watching itself.
 * 1 use of power, 2 where coal goes, 3 outcrops, 4 lorries on remote roads, 5 occupied ground, 6 shafts and entries, 7 hidden mouths,
 * 8 strangers.
 */
export const CheckItem = z.union([0, 1, 2, 3, 4, 5, 6, 7, 8].map((n) => z.literal(n)))
export type CheckItem = z.infer<typeof CheckItem>

/** A wall time with zone, such as 2026-11-22T08:00+08:00, parsed to UtcMs. */
export const WallTime = z.iso
  .datetime({ offset: true, error: 'expected a time with its zone, such as 2026-11-22T08:00:00+08:00' })
  .transform((text) => UtcMs.parse(Date.parse(text)))

/** A load that is allowed to run whenever it likes: a dewatering pump, a guard's heater. */
export const KnownLoad = z
  .object({
    id: Id,
    name: Bilingual.optional(),
    /** Its running contact; true while it runs. */
    contact: PointRef,
    /** What it draws, W; learned from its edges when absent. */
    rated: z.number().positive().optional(),
    /** What it is, for the rules of pumps and fans. */
    kind: z.enum(['pump', 'fan', 'heater', 'other']).default('other'),
    /** The level it pumps down, m. */
    level: PointRef.optional(),
  })
  .strict()
export type KnownLoad = z.infer<typeof KnownLoad>

/** What the site's power is made of when nothing is wrong, as far as people know; the rest is learned. */
export const SiteLoad = z
  .object({
    /** The power of the whole site, W. */
    meter: PointRef,
    /** The energy register of the same meter, for what was used while nobody listened. */
    energy: PointRef.optional(),
    /** The most that may be drawn without a permit and without a known load, W. Nothing above it is ever learned as normal. */
    declared: z.number().positive(),
    known: z.array(KnownLoad).default([]),
    /** Outdoor temperature, °C, for heating and cooling. */
    temperature: PointRef.optional(),
    /** Days a bucket of the day must have been seen before it is believed. */
    learnDays: z.number().int().min(2).max(90).default(10),
  })
  .strict()
export type SiteLoad = z.infer<typeof SiteLoad>

/** Planned work somebody answers for: while it lasts, activity it explains counts little. */
export const Permit = z
  .object({
    id: Id,
    /** Who answers for it. */
    who: z.string().min(1).max(100),
    what: z.string().max(500).optional(),
    from: WallTime,
    until: WallTime,
    /** When it was filed; one filed after it began is late. At its beginning when absent. */
    filed: WallTime.optional(),
    /** The most it may draw beside what is normal, W. 0 = it draws nothing. */
    power: z.number().min(0).default(0),
    /** Whether people and vehicles are expected. */
    people: z.boolean().default(true),
    vehicles: z.number().int().min(0).default(0),
    /** Devices it may touch, such as an opened cabinet's contacts; any when absent. */
    devices: z.array(Id).optional(),
  })
  .strict()
  .refine(({ from, until }) => until > from, { path: ['until'], message: 'expected an end after the beginning' })
export type Permit = z.infer<typeof Permit>

/** An order that work stops or power is removed. Pitwatch verifies it, and executes nothing. */
export const StopOrder = z
  .object({
    id: Id,
    by: z.string().min(1).max(100),
    from: WallTime,
    /** null while it stands. */
    until: WallTime.nullable().default(null),
    /** Meters that must fall silent, W; the site's own when absent. */
    feeders: z.array(PointRef).optional(),
  })
  .strict()
  .refine(({ from, until }) => until === null || until > from, {
    path: ['until'],
    message: 'expected an end after the beginning',
  })
export type StopOrder = z.infer<typeof StopOrder>

/** How the site's signals are put together to one alarm. Its presence arms the standard rules that fit the site's points. */
export const Activity = z
  .object({
    /** Log-odds from which evidence is recorded, an alarm is raised, and it is critical. */
    watch: z.number().positive().default(2.5),
    alarm: z.number().positive().default(4),
    critical: z.number().positive().default(6),
    /** Added always: a site known to be at risk. */
    prior: z.number().min(-2).max(2).default(0),
    /** It closes when nothing more was seen for so long. */
    closeAfter: Duration.refine((ms) => ms >= 60_000, 'expected at least 1min').default(30 * 60_000),
    /** An alarm that lasts is raised anew after so long, so that it is not forgotten. */
    reopenAfter: Duration.refine((ms) => ms >= 60_000, 'expected at least 1min').default(4 * 3_600_000),
    /** Standard rules to leave out, by type. */
    without: z.array(z.string()).default([]),
  })
  .strict()
export type Activity = z.infer<typeof Activity>

/** What somebody found out about an alarm, for the rules to know. `known-appliance` widens what is normal, within the declared load. */
export const Feedback = z
  .object({
    id: z.string().min(1).max(64),
    kind: z.enum(['confirmed', 'authorised', 'known-appliance', 'sensor-fault']),
    /** The occurrence it is about. */
    occurrence: z.string().min(1),
    at: UtcMs,
    by: z.string().min(1).max(100),
    note: z.string().max(500).default(''),
    /** What the appliance draws, W, and until when it is normal. */
    power: z.number().positive().optional(),
    until: UtcMs.optional(),
    /** The point whose sensor is at fault. */
    point: PointRef.optional(),
  })
  .strict()
export type Feedback = z.infer<typeof Feedback>

/** Days off and worked weekends of one country, by year. */
export const Calendar = z
  .object({
    calendar: Id,
    source: z.string().min(1),
    years: z.record(
      z.string().regex(/^\d{4}$/),
      z
        .object({
          /** False where the year was not announced yet and only the fixed days are known. */
          announced: z.boolean(),
          off: z.array(z.iso.date()),
          /** Weekend days that are worked (调休). */
          worked: z.array(z.iso.date()).default([]),
          /** What holidays are called, from their first day to their last; a worked day belongs to the nearest. */
          festivals: z.array(z.object({ name: Bilingual, from: z.iso.date(), to: z.iso.date() }).strict()).default([]),
        })
        .strict(),
    ),
  })
  .strict()
export type Calendar = z.infer<typeof Calendar>

/** One signal that an alarm of the whole site rests on. */
export const BecauseRow = z
  .object({
    rule: Id,
    ruleType: z.string().min(1),
    group: EvidenceGroup,
    point: PointRef,
    /** When it was last seen to hold. */
    at: UtcMs,
    /** Log-odds it counts with. */
    strength: z.number(),
    /** A sentence as key and numbers, as in an alarm. */
    explanation: z
      .object({
        key: z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/),
        values: z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()])),
      })
      .strict(),
  })
  .strict()
export type BecauseRow = z.infer<typeof BecauseRow>
