import { z } from 'zod'
import { BecauseRow } from '../../../core/contract/activity.ts'
import {
  Acknowledgement,
  type Alarm,
  AlarmClock,
  AlarmState,
  Explanation,
  Finding,
  Suppression,
} from '../../../core/contract/alarm.ts'
import { EvidenceRow } from '../../../core/contract/evidence.ts'
import { Reading } from '../../../core/contract/reading.ts'
import { Priority } from '../../../core/contract/priority.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import { nextExpiry } from '../../../core/alarms/suppression.ts'
import type { SqlValue } from '../../../platform/sqlite.ts'

/** An alarm without what hangs on it in other tables. */
export type AlarmBase = Omit<Alarm, 'activations' | 'notes' | 'notices' | 'feedback' | 'ladder'>

/** A column that holds JSON. */
const json = <T>(schema: z.ZodType<T>) =>
  z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(schema)

const truth = z.number().transform((value) => value !== 0)

const Columns = z.object({
  id: z.string(),
  number: z.string(),
  site: z.string(),
  rule: z.string(),
  rule_type: z.string(),
  point: z.string(),
  priority: Priority,
  state: AlarmState,
  raised_at: UtcMs,
  clock: json(AlarmClock).nullable(),
  received_at: UtcMs,
  returned_at: UtcMs.nullable(),
  closed_at: UtcMs.nullable(),
  explanation: json(Explanation),
  readings: json(z.array(Reading)),
  evidence: json(z.array(EvidenceRow)),
  because: json(z.array(BecauseRow)).nullable(),
  acknowledgement: json(Acknowledgement).nullable(),
  latched: truth,
  late: truth,
  rule_version: z.string().nullable(),
  return_rule_version: z.string().nullable(),
  sampled_at: UtcMs.nullable(),
  stored_at: UtcMs.nullable(),
  suppressions: json(z.array(Suppression)),
  held: z.number(),
  re_alarm_at: UtcMs.nullable(),
  announce_at: UtcMs.nullable(),
  assignee: z.string().nullable(),
  findings: json(z.array(Finding)),
  raises: z.number(),
  chattering: truth,
  quality: z.enum(['good', 'stale']),
  version: z.number(),
})

/** A row of the table of alarms. */
export const AlarmRow = Columns.transform((row): AlarmBase => ({
  id: row.id,
  number: row.number,
  site: row.site,
  rule: row.rule,
  ruleType: row.rule_type,
  point: row.point,
  priority: row.priority,
  state: row.state,
  raisedAt: row.raised_at,
  ...(row.clock === null ? {} : { clock: row.clock }),
  receivedAt: row.received_at,
  returnedAt: row.returned_at,
  closedAt: row.closed_at,
  explanation: row.explanation,
  readings: row.readings,
  evidence: row.evidence,
  ...(row.because === null ? {} : { because: row.because }),
  acknowledgement: row.acknowledgement,
  latched: row.latched,
  late: row.late,
  ruleVersion: row.rule_version,
  returnRuleVersion: row.return_rule_version,
  sampledAt: row.sampled_at,
  storedAt: row.stored_at,
  suppressions: row.suppressions,
  held: row.held,
  reAlarmAt: row.re_alarm_at,
  ...(row.announce_at === null ? {} : { announceAt: row.announce_at }),
  assignee: row.assignee,
  findings: row.findings,
  raises: row.raises,
  chattering: row.chattering,
  quality: row.quality,
  version: row.version,
}))

/** Values of a row, by column; the version is the table's own business. */
export function columnsOf(alarm: AlarmBase): Readonly<Record<string, SqlValue>> {
  return {
    id: alarm.id,
    number: alarm.number,
    site: alarm.site,
    rule: alarm.rule,
    rule_type: alarm.ruleType,
    point: alarm.point,
    received_at: alarm.receivedAt,
    ...changingColumns(alarm),
  }
}

/** Those of them that may change. */
export function changingColumns(alarm: AlarmBase): Readonly<Record<string, SqlValue>> {
  return {
    priority: alarm.priority,
    state: alarm.state,
    raised_at: alarm.raisedAt,
    clock: textOf(alarm.clock),
    returned_at: alarm.returnedAt,
    closed_at: alarm.closedAt,
    explanation: JSON.stringify(alarm.explanation),
    readings: JSON.stringify(alarm.readings),
    evidence: JSON.stringify(alarm.evidence),
    because: textOf(alarm.because),
    acknowledgement: textOf(alarm.acknowledgement),
    latched: Number(alarm.latched),
    late: Number(alarm.late),
    rule_version: alarm.ruleVersion,
    return_rule_version: alarm.returnRuleVersion,
    sampled_at: alarm.sampledAt,
    stored_at: alarm.storedAt,
    suppressions: JSON.stringify(alarm.suppressions),
    suppressed_until: nextExpiry(alarm),
    held: alarm.held,
    re_alarm_at: alarm.reAlarmAt,
    announce_at: alarm.announceAt ?? null,
    assignee: alarm.assignee,
    findings: JSON.stringify(alarm.findings),
    raises: alarm.raises ?? 1,
    chattering: Number(alarm.chattering),
    quality: alarm.quality,
  }
}

function textOf(value: object | null | undefined): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value)
}
