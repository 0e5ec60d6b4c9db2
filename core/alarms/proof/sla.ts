import type { SlaCheck, SlaEnd, SlaRow } from '../../contract/proof.ts'
import type { UtcMs } from '../../contract/time.ts'
import { later } from '../../kit/time.ts'
import { earliestOf, type Episode, firstAcknowledgement } from './episode.ts'

/** How an alarm has kept each time limit of its priority, at `now`. */
export function slaChecks(episode: Episode, table: readonly SlaRow[], now: UtcMs): SlaCheck[] {
  const { alarm } = episode
  return table
    .filter(({ priority }) => priority === alarm.priority)
    .map((row): SlaCheck => {
      const dueAt = later(alarm.receivedAt, row.withinMs)
      const metAt = metBy(episode, row.ends)
      const reached = metAt ?? now
      if (metAt !== null && metAt <= dueAt) return { row, dueAt, metAt, is: 'kept', overMs: 0 }
      if (isReleased(episode, row.ends, dueAt)) return { row, dueAt, metAt, is: 'released', overMs: 0 }
      if (reached <= dueAt) return { row, dueAt, metAt, is: 'running', overMs: 0 }
      return { row, dueAt, metAt, is: 'exceeded', overMs: reached - dueAt }
    })
}

function metBy({ alarm, entries }: Episode, ends: SlaEnd): UtcMs | null {
  if (ends === 'acknowledged') return firstAcknowledgement({ alarm, entries })?.at ?? null
  const reports = alarm.findings.filter(
    ({ kind, receipt }) => kind === 'reported' && (ends === 'reported' || receipt !== null),
  )
  return earliestOf(reports.map(({ at }) => at))
}

/** What turns out to be nothing before the report is due need not be reported; afterwards it is too late to find that out. */
function isReleased({ alarm, entries }: Episode, ends: SlaEnd, dueAt: UtcMs): boolean {
  if (ends === 'acknowledged') return false
  const judged = harmlessAt(alarm, entries)
  return judged !== null && judged <= dueAt
}

/** When a person first found that there was nothing to report; null where nobody has, or somebody has confirmed it. */
function harmlessAt(alarm: Episode['alarm'], entries: Episode['entries']): UtcMs | null {
  const said = alarm.feedback ?? []
  const results = entries
    .filter(({ act }) => act === 'alarm-reset')
    .map(({ at, detail }) => ({ at, kind: detail.result }))
  const all = [...said, ...results]
  if (all.some(({ kind }) => kind === 'confirmed')) return null
  return earliestOf(all.map(({ at }) => at))
}
