import type { Alarm } from '../../../core/contract/alarm.ts'
import { AlarmRowQuery, AlarmRows, MOST_CLOSED_TOLD } from '../../../core/contract/alarm-row.ts'
import { AcknowledgeMany } from '../../../core/contract/acts.ts'
import { AlarmList } from '../../../core/contract/http.ts'
import { Proof, type SlaCheck } from '../../../core/contract/proof.ts'
import { RegisterEntry } from '../../../core/contract/register.ts'
import { rowOf } from '../../../core/alarms/alarm-row.ts'
import { rulerOf } from '../../../core/alarms/proof/ruler.ts'
import { DEFAULT_SLA } from '../../../core/alarms/proof/sla-table.ts'

/** What the list asks for: every open alarm, and closed ones since a time. */
export function rowsReply(alarms: readonly Alarm[], query: Readonly<Record<string, string>>): AlarmRows {
  const { closedSince } = AlarmRowQuery.parse(query)
  const open = alarms.filter(({ state }) => state !== 'closed')
  const closed = alarms
    .filter(({ state, raisedAt }) => state === 'closed' && closedSince !== undefined && raisedAt >= closedSince)
    .sort((a, b) => b.raisedAt - a.raisedAt)
  const rows = [...open, ...closed.slice(0, MOST_CLOSED_TOLD)].map(rowOf)
  return AlarmRows.parse({ rows, more: closed.length > MOST_CLOSED_TOLD })
}

/** Acknowledges many, or says why not; the alarms as they are then. */
export function acknowledgeMany(
  alarms: ReadonlyMap<string, Alarm>,
  body: unknown,
  acknowledged: (alarm: Alarm, note: string) => Alarm,
): { readonly status: number; readonly json: unknown; readonly changed: readonly Alarm[] } {
  const { ids, note } = AcknowledgeMany.parse(body)
  const those = ids.flatMap((id) => alarms.get(id) ?? [])
  if (those.some(({ priority }) => priority === 'red')) {
    const json = { code: 'http/invalid', because: 'red-in-bulk', message: 'expected no red alarm' }
    return { status: 400, json, changed: [] }
  }
  const changed = those.map((alarm) => acknowledged(alarm, note))
  return { status: 200, json: AlarmList.parse({ alarms: changed }), changed }
}

/** A site's file in which two persons answer for it. */
export function fileReply(site: string): RegisterEntry {
  const nobody = { department: null, town: null, 'first-reporter': null, 'grid-worker': null, guard: null }
  const standard = { state: 'unchecked' as const }
  return RegisterEntry.parse({
    ...{ site, version: 1, at: 1, by: 'leader', via: 'form', fields: [] },
    file: {
      ...{ status: 'closed', sealing: null, checkEveryDays: 7, checks: [], notes: '' },
      persons: {
        ...nobody,
        'county-leader': { name: '郑南', post: '副县长', phone: '+8613900000009' },
        'first-finder': { name: '田小禾', post: '', phone: '+8613900000002' },
      },
      standards: {
        ...{
          permits: standard,
          explosives: standard,
          power: standard,
          shafts: standard,
          ground: standard,
          people: standard,
        },
      },
    },
  })
}

/** What can be proved of an alarm, as far as a scripted one has it. */
export function proofReply(alarm: Alarm, now: number): Proof {
  const episode = { alarm, notices: alarm.notices, entries: [] }
  const slas = DEFAULT_SLA.filter(({ priority }) => priority === alarm.priority).map((row): SlaCheck => {
    const metAt = row.ends === 'acknowledged' ? (alarm.acknowledgement?.at ?? null) : null
    const dueAt = alarm.receivedAt + row.withinMs
    const overMs = Math.max(0, (metAt ?? now) - dueAt)
    return {
      row,
      dueAt: dueAt as SlaCheck['dueAt'],
      metAt,
      is: overMs > 0 ? 'exceeded' : metAt === null ? 'running' : 'kept',
      overMs,
    }
  })
  const verdicts = (['late', 'omitted', 'false', 'concealed'] as const).map((kind) => ({
    kind,
    is: kind === 'late' && slas.some(({ is }) => is === 'exceeded') ? 'found' : 'clear',
    because:
      kind === 'late'
        ? slas
            .filter(({ is }) => is === 'exceeded')
            .map(({ row, overMs }) => ({ key: 'sla-exceeded', values: { ends: row.ends, overMs } }))
        : [],
  }))
  return Proof.parse({
    ...{ alarm, issuedAt: now, stamps: rulerOf(episode), called: alarm.notices, slas, verdicts },
    ledger: { entries: [], total: 0, head: null, fault: null, roots: [] },
  })
}
