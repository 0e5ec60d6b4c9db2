import { Suppression } from '../../../core/contract/alarm.ts'
import type { SuppressionEntry } from '../../../core/contract/suppressions.ts'
import type { Query } from './route.ts'

/** How far back the register is shown, days. */
export const BACK_DAYS = [7, 30, 90, 365] as const
export type BackDays = (typeof BACK_DAYS)[number]

/** A suppression that ends within this long is about to. */
const SOON_MS = 30 * 60_000

export const HOLD_KINDS = Suppression.shape.kind.options
export type HoldKind = Suppression['kind']

/** What the register shows, as its address holds it. */
export interface SuppressionView {
  readonly show: 'current' | 'all'
  readonly days: BackDays
  readonly kind: HoldKind | null
  /** What is to be found in site, number, rule, people and reason. */
  readonly text: string
}

/** The view an address means; inverse of `queryOfSuppressions`. */
export function suppressionViewOf({ show, days, kind, text }: Query): SuppressionView {
  return {
    show: show === 'all' ? 'all' : 'current',
    days: BACK_DAYS.find((count) => String(count) === days) ?? 30,
    kind: HOLD_KINDS.find((known) => known === kind) ?? null,
    text: text ?? '',
  }
}

/** The address of a view. */
export function queryOfSuppressions({ show, days, kind, text }: SuppressionView): Query {
  return {
    ...(show === 'all' ? { show } : {}),
    ...(days === 30 ? {} : { days: String(days) }),
    ...(kind === null ? {} : { kind }),
    ...(text === '' ? {} : { text }),
  }
}

/** The entries a view asks for, in the order of the register. `siteName` = what people call a site. */
export function shownEntries(
  entries: readonly SuppressionEntry[],
  view: SuppressionView,
  siteName: (site: string) => string,
): SuppressionEntry[] {
  const words = view.text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  return entries.filter((entry) => {
    if (view.show === 'current' && entry.endedAt !== null) return false
    if (view.kind !== null && entry.kind !== view.kind) return false
    const { site, number, rule, point, by, second, reason, ticket } = entry
    const text = [siteName(site), site, number, rule, point, by, second, reason, ticket].join(' ').toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

/** How long it has been, or was, held back, ms. */
export function heldMs({ from, endedAt }: SuppressionEntry, now: number): number {
  return Math.max(0, (endedAt ?? now) - from)
}

/** Whether one that is in force ends within half an hour. */
export function endsSoon({ until, endedAt }: SuppressionEntry, now: number): boolean {
  return endedAt === null && until !== null && until - now <= SOON_MS
}

/** What the register adds up to. */
export interface SuppressionTotals {
  readonly current: number
  readonly soon: number
  readonly held: number
  /** Hours of all of them together. */
  readonly hours: number
}

export function totalsOf(entries: readonly SuppressionEntry[], now: number): SuppressionTotals {
  const current = entries.filter(({ endedAt }) => endedAt === null)
  // Every suppression of an alarm tells of the same announcements that are owed.
  const owed = new Map(current.map(({ alarm, held }) => [alarm, held]))
  return {
    current: current.length,
    soon: current.filter((entry) => endsSoon(entry, now)).length,
    held: [...owed.values()].reduce((sum, held) => sum + held, 0),
    hours: entries.reduce((sum, entry) => sum + heldMs(entry, now), 0) / 3_600_000,
  }
}
