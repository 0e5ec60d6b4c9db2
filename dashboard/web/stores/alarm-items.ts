import type { AlarmRow } from '../../../core/contract/alarm-row.ts'
import type { Selection } from './alarm-index.ts'
import { type AlarmGroup, stormGroups } from './alarm-order.ts'
import { waits } from './alarm-view.ts'

/** A row of the list: an alarm, or in a storm what is alike as one. */
export type ListItem =
  | { readonly is: 'alarm'; readonly key: string; readonly row: AlarmRow; readonly isBeyond: boolean }
  | { readonly is: 'group'; readonly key: string; readonly group: AlarmGroup<AlarmRow>; readonly isOpen: boolean }

export interface Folding {
  /** Whether what is alike is one row. */
  readonly folds: boolean
  /** Keys of the groups that are open. */
  readonly opened: ReadonlySet<string>
}

/** The rows of a selection: red ones beyond the filter first, then what fits. */
export function itemsOf({ rows, beyond }: Selection, { folds, opened }: Folding): readonly ListItem[] {
  const beyondIds = new Set(beyond.map(({ id }) => id))
  const all = beyond.length === 0 ? rows : [...beyond, ...rows]
  const itemOf = (row: AlarmRow): ListItem => ({ is: 'alarm', key: row.id, row, isBeyond: beyondIds.has(row.id) })
  if (!folds) return all.map(itemOf)
  return stormGroups(all).flatMap((one): ListItem[] => {
    if ('id' in one) return [itemOf(one)]
    const key = groupKey(one)
    const isOpen = opened.has(key)
    const head: ListItem = { is: 'group', key, group: one, isOpen }
    return isOpen ? [head, ...one.alarms.map(itemOf)] : [head]
  })
}

export function groupKey({ priority, ruleType }: Pick<AlarmRow, 'priority' | 'ruleType'>): string {
  return `${priority}/${ruleType}`
}

/** The next alarm that waits for somebody after the one the keyboard is at, round the end; null where none waits. */
export function nextWaiting(items: readonly ListItem[], cursor: string | null): string | null {
  const at = items.findIndex(({ key }) => key === cursor)
  const order = [...items.slice(at + 1), ...items.slice(0, at + 1)]
  return order.find((item) => item.is === 'alarm' && waits(item.row))?.key ?? null
}
