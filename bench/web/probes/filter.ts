import type { AlarmRow } from '../../../core/contract/alarm-row.ts'
import { type Naming, openAlarmIndex } from '../../../dashboard/web/stores/alarm-index.ts'
import { FIRST_VIEW, SORTS } from '../../../dashboard/web/stores/alarm-view.ts'

const NAMES: Naming = {
  site: (id) => id,
  town: (site) => `town of ${site}`,
  rule: (type) => type,
  person: (id) => id,
  words: ({ number, site, ruleType, assignee }) => `${number} ${site} ${ruleType} ${assignee ?? ''}`,
}
/** Nothing to look for, and words that some rows hold. */
const TEXTS = ['', 'gas north'] as const

/** Filters and sorts rows by every column, with and without a search: ms of each turn, by column and search. */
export function timeFilter(rows: readonly AlarmRow[], repeats: number): number[][] {
  const index = openAlarmIndex((row: AlarmRow) => row)
  index.take({ live: new Map(), isWhole: false, asked: rows }, NAMES)
  const now = Math.max(...rows.map(({ raisedAt }) => raisedAt))
  return SORTS.flatMap((sort) =>
    TEXTS.map((text) => {
      const view = { ...FIRST_VIEW, show: 'all' as const, reach: 365 as const, sort, text }
      return Array.from({ length: repeats }, () => {
        const began = performance.now()
        const { rows: shown } = index.select(view, now)
        const passed = performance.now() - began
        if (text === '' && shown.length !== rows.length) throw new Error(`expected every row, came ${shown.length}`)
        return passed
      })
    }),
  )
}
