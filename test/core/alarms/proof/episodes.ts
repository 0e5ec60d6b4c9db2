import { Alarm } from '../../../../core/contract/alarm.ts'
import type { LedgerEntry } from '../../../../core/contract/ledger.ts'
import { Notice } from '../../../../core/contract/notice.ts'
import { utcMs } from '../../../../core/contract/time.ts'
import type { Episode } from '../../../../core/alarms/proof/episode.ts'

/** 02:14:05 at night, +08:00. */
export const T0 = Date.UTC(2026, 0, 11, 18, 14, 5)
/** Committed 2.3 s later. */
export const T3 = T0 + 2_300
export const MINUTE = 60_000

export const at = (ms: number) => utcMs(T3 + ms)

/** A red alarm nobody has done anything about. */
export function alarmOf(changes: Partial<Alarm> = {}): Alarm {
  const id = `north-gully.feeder-live.${T0.toString(36)}`
  return Alarm.parse({
    ...{ id, number: 'PW-20260112-0007', site: 'north-gully', rule: 'feeder-live', ruleType: 'should-be-off' },
    ...{ point: 'feeder-meter/active-power', priority: 'red', state: 'unacked', raisedAt: T0, receivedAt: T3 },
    ...{ returnedAt: null, closedAt: null, activations: [{ occurrence: id, from: T0, to: null }] },
    explanation: { key: 'should-be-off.raised', values: { value: 4_200, limit: 1_000, forS: 60 } },
    ...{ readings: [], evidence: [], acknowledgement: null, latched: false, late: false, ruleVersion: null },
    ...{ returnRuleVersion: null, sampledAt: T0 - 60_000, storedAt: T0 + 140, suppressions: [], held: 0 },
    ...{ reAlarmAt: null, assignee: null, findings: [], chattering: false, quality: 'good', ladder: null },
    ...{ notes: [], notices: [], version: 1 },
    ...changes,
  })
}

/** An SMS that was queued at once, unless told otherwise; times in ms after T3. */
export function noticeOf(changes: Partial<Record<keyof Notice, unknown>> = {}): Notice {
  return Notice.parse({
    ...{ id: 'n1', alarm: alarmOf().id, kind: 'raise', round: 0, step: 0, person: 'lin', name: '林' },
    ...{ channel: 'modem', medium: 'sms', state: 'queued', attempts: 0, queuedAt: T3, sentAt: null, acceptedAt: null },
    ...{ deliveredAt: null, seenAt: null, bodyHash: null, answer: null, byEdge: false },
    ...changes,
  })
}

let n = 0
export function entryOf(act: LedgerEntry['act'], ms: number, changes: Partial<LedgerEntry> = {}): LedgerEntry {
  n += 1
  return {
    ...{ n, at: at(ms), actor: { kind: 'person', name: '林' }, act, subject: alarmOf().id },
    ...{ detail: { priority: 'red' }, prev: '0'.repeat(64), hash: '1'.repeat(64) },
    ...changes,
  }
}

export function episodeOf(
  alarm: Partial<Alarm> = {},
  { notices = [], entries = [] }: Partial<Pick<Episode, 'notices' | 'entries'>> = {},
): Episode {
  return { alarm: alarmOf(alarm), notices, entries: [entryOf('alarm-raised', 0), ...entries] }
}
