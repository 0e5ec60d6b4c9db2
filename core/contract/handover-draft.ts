import { z } from 'zod'
import { AlarmState, Explanation, Suppression } from './alarm.ts'
import { HoleCause } from './chain.ts'
import { ChannelLamp, Medium } from './notice.ts'
import { Priority } from './priority.ts'
import { CheckIn, SpotCheck } from './roster.ts'
import { Bilingual, Id } from './text.ts'
import { UtcMs } from './time.ts'

const count = z.number().int().nonnegative()

/** Rows a section shows; `total` says how many there are. A county in a flood has more than anybody can hand over one by one. */
export const MOST_ROWS = 2_000

function rowsOf<T extends z.ZodType>(row: T) {
  return z.object({ rows: z.array(row).max(MOST_ROWS), total: count }).strict()
}

/** How many of each colour. */
export const PriorityCounts = z.object({ red: count, orange: count, yellow: count, blue: count }).strict()
export type PriorityCounts = z.infer<typeof PriorityCounts>

/** A site as it was called when the record was drafted; null where it had no name, as the control room itself. */
const Place = z.object({ id: Id, name: Bilingual.nullable() }).strict()

/** Somebody of the shift, and when they said that they are there; null = they have not. */
const ShiftPerson = z
  .object({
    id: Id,
    name: z.string(),
    checkedInAt: UtcMs.nullable(),
    via: CheckIn.shape.via.nullable(),
    onSite: z.boolean(),
  })
  .strict()
export type ShiftPerson = z.infer<typeof ShiftPerson>

/** Which shift of which role a record is about. Half-open; `day` is the one it begins on, also after midnight (E8). */
export const HandoverShift = z
  .object({ role: Id, roleName: Bilingual, shift: Id, name: Bilingual, day: z.iso.date(), from: UtcMs, to: UtcMs })
  .strict()
export type HandoverShift = z.infer<typeof HandoverShift>

/** §5.1 1: who had the shift, who led it, when they came; and who has the next one. */
const ShiftPart = z
  .object({
    isDayOff: z.boolean(),
    crew: z.array(ShiftPerson),
    leaders: z.array(ShiftPerson),
    next: z.array(ShiftPerson),
    spotChecks: z.record(SpotCheck.shape.verdict, count),
  })
  .strict()

/** One alarm as a hand-over names it. */
const named = {
  alarm: z.string(),
  number: z.string(),
  site: Place,
  priority: Priority,
}

/** §5.1 2: what came in the shift and what became of it. Each alarm counts once a column, by the colour it has now. */
const AlarmPart = z
  .object({
    raised: PriorityCounts,
    acked: PriorityCounts,
    returned: PriorityCounts,
    open: PriorityCounts,
    unacked: PriorityCounts,
    /** Of `raised`, those told after the fact (补报). */
    late: count,
    /** The longest that anybody took to answer in this shift. */
    slowest: z
      .object({ ...named, waitedMs: count })
      .strict()
      .nullable(),
    /** Times in which more came than people can handle; `to` null = it goes on. */
    floods: z.array(z.object({ from: UtcMs, to: UtcMs.nullable() }).strict()),
  })
  .strict()

/** What the next crew has to do about an alarm that is open. */
export const NextStep = z.enum([
  'acknowledge',
  'assign',
  'go-there',
  'wait-for-end',
  'acknowledge-returned',
  'acknowledge-and-inspect',
  'inspect-and-reset',
])
export type NextStep = z.infer<typeof NextStep>

/** §5.1 3: an alarm that is open when the shift ends. */
const UnfinishedRow = z
  .object({
    ...named,
    state: AlarmState,
    ruleType: z.string(),
    explanation: Explanation,
    raisedAt: UtcMs,
    /** How often it was raised (×N). */
    raises: z.number().int().positive(),
    next: NextStep,
    /** When it announces itself again; null = it does not. */
    dueAt: UtcMs.nullable(),
    assignee: z.string().nullable(),
    suppressed: Suppression.shape.kind.nullable(),
  })
  .strict()
export type UnfinishedRow = z.infer<typeof UnfinishedRow>

/** §5.1 4: what is held back, and how many announcements that owes. */
const SuppressionRow = z
  .object({
    ...named,
    kind: Suppression.shape.kind,
    by: z.string(),
    second: z.string().nullable(),
    reason: z.string(),
    from: UtcMs,
    until: UtcMs.nullable(),
    held: count,
    ticket: z.string().nullable(),
  })
  .strict()

/** §5.1 5: a time in which a site said nothing. */
const GapRow = z
  .object({
    site: Place,
    from: UtcMs,
    /** null = it goes on. */
    to: UtcMs.nullable(),
    causes: z.array(HoleCause),
    /** Whether what was missing has come since; null = nobody can say yet. */
    filled: z.boolean().nullable(),
  })
  .strict()
const OfflinePart = z
  .object({
    offline: rowsOf(z.object({ site: Place, lastHeardAt: UtcMs.nullable() }).strict()),
    gaps: rowsOf(GapRow),
    sites: count,
  })
  .strict()

/** §5.1 6: messages the control room sent by itself and answers that came back, by channel. Calls people made stand beside it. */
const CallPart = z
  .object({
    channels: z.array(
      z
        .object({
          channel: Id,
          medium: Medium,
          sent: count,
          accepted: count,
          delivered: count,
          seen: count,
          failed: count,
        })
        .strict(),
    ),
    /** Texts and keys that came back and were understood, and those that were not. */
    answers: count,
    refused: count,
  })
  .strict()

/** §5.1 7: who was sent where, when they came, and what they found. */
const CheckRow = z
  .object({
    ...named,
    assignee: z.string().nullable(),
    sentAt: UtcMs.nullable(),
    arrivedAt: UtcMs.nullable(),
    arrivedBy: z.string().nullable(),
    /** What it was, by a judgement or a reset; null = nobody has said. */
    result: z.enum(['confirmed', 'authorised', 'known-appliance', 'sensor-fault', 'nothing-found']).nullable(),
    note: z.string(),
    /** Number under which a higher authority took it. */
    receipt: z.string().nullable(),
  })
  .strict()

/** §5.1 8: an order that work stops, or planned work, in force or beginning in the next 24 h. */
const OrderRow = z
  .object({
    kind: z.enum(['stop-order', 'permit']),
    site: Place,
    id: Id,
    who: z.string(),
    what: z.string(),
    from: UtcMs,
    /** null = while it stands. */
    until: UtcMs.nullable(),
  })
  .strict()
export type OrderRow = z.infer<typeof OrderRow>
const OrderPart = rowsOf(OrderRow)
  .extend({
    /** Sites whose papers the control room does not have. */
    unknownSites: count,
  })
  .strict()

/** §5.1 9: how the watch itself stands. null = nobody can say. */
const SystemPart = z
  .object({
    channels: z.array(
      ChannelLamp.pick({
        channel: true,
        medium: true,
        state: true,
        why: true,
        lastAcceptedAt: true,
        lastDeliveredAt: true,
      })
        .extend({
          /** The last test call of the shift, and what became of it. */
          test: z
            .object({ at: UtcMs, outcome: z.enum(['waiting', 'accepted', 'delivered', 'failed']) })
            .strict()
            .nullable(),
        })
        .strict(),
    ),
    disk: z.object({ freeBytes: count, totalBytes: count }).strict().nullable(),
    /** How far the control room's own clock may be off, ms. */
    clockWithinMs: z.number().nonnegative().nullable(),
    gateways: z
      .object({
        online: count,
        offline: count,
        /** The one whose clock is furthest off. */
        worstClock: z.object({ site: Place, aheadMs: z.number() }).strict().nullable(),
      })
      .strict(),
    watchman: z.enum(['good', 'silent', 'absent']),
    ledger: z.object({ n: count, hash: z.string() }).strict().nullable(),
    /** When a copy of the store was last made. */
    backupAt: UtcMs.nullable(),
  })
  .strict()

/** What the control room itself writes into a hand-over. Nobody can edit it; people comment it. */
export const HandoverDraft = z
  .object({
    shift: ShiftPart,
    alarms: AlarmPart,
    unfinished: rowsOf(UnfinishedRow),
    suppressions: rowsOf(SuppressionRow),
    offline: OfflinePart,
    calls: CallPart,
    checks: rowsOf(CheckRow),
    orders: OrderPart,
    system: SystemPart,
  })
  .strict()
export type HandoverDraft = z.infer<typeof HandoverDraft>
