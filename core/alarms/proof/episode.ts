import type { Alarm } from '../../contract/alarm.ts'
import type { LedgerEntry } from '../../contract/ledger.ts'
import type { Notice } from '../../contract/notice.ts'
import type { UtcMs } from '../../contract/time.ts'

/** Everything that is written down about one alarm. */
export interface Episode {
  readonly alarm: Alarm
  /** All its messages, oldest first. */
  readonly notices: readonly Notice[]
  /** All entries of the ledger about it, oldest first. */
  readonly entries: readonly LedgerEntry[]
}

/** Messages that call somebody; the others tell that it is over or that somebody has it. */
export function callsOf(notices: readonly Notice[]): readonly Notice[] {
  return notices.filter(({ kind }) => kind !== 'returned' && kind !== 'acknowledged')
}

/** Who acknowledged first, when and how; null while nobody has. What was acknowledged before the alarm came back counts. */
export function firstAcknowledgement({ alarm, entries }: Pick<Episode, 'alarm' | 'entries'>): {
  readonly at: UtcMs
  readonly by: string
  readonly via: string | null
} | null {
  const entry = entries.find(({ act }) => act === 'alarm-acknowledged')
  const known = alarm.acknowledgement
  if (entry === undefined) return known
  // At the site it may have been acknowledged long before the ledger heard of it.
  if (known !== null && known.at < entry.at) return known
  const { via } = entry.detail
  return { at: entry.at, by: entry.actor.name, via: typeof via === 'string' ? via : null }
}

/** The earliest of some times; null of none. */
export function earliestOf(times: readonly (UtcMs | null)[]): UtcMs | null {
  return times.reduce<UtcMs | null>((first, at) => (at !== null && (first === null || at < first) ? at : first), null)
}
