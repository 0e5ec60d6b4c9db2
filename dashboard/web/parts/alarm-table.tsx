import type { ComponentChild } from 'preact'
import { useMemo, useRef } from 'preact/hooks'
import type { AlarmRow } from '../../../core/contract/alarm-row.ts'
import { usePage, useRuleTexts } from '../page.ts'
import type { Naming } from '../stores/alarm-index.ts'
import type { ListItem } from '../stores/alarm-items.ts'
import { type AlarmView, type Sort, sortedBy, SORTS } from '../stores/alarm-view.ts'
import { mayAct } from '../stores/session.ts'
import { AlarmCells, useAlarmWords } from './alarm-cells.tsx'
import { Mark, PriorityWord } from './mark.tsx'
import { useNarrow } from './use-narrow.ts'
import { FALLBACK_ZONE } from './use-zone.ts'
import { VirtualList } from './virtual-list.tsx'

/** Up to this width the page is a phone's, as in narrow.css. */
const NARROW_PX = 640
const ROW_PX = 44
/** On a phone a row is a card with a button as wide as it. */
const CARD_PX = 168

export interface AlarmTableProps {
  readonly items: readonly ListItem[]
  readonly view: AlarmView
  readonly naming: Naming
  readonly label: string
  readonly change: (view: AlarmView) => void
  readonly open: (item: ListItem) => void
  readonly acknowledge: (id: string) => void
}

/** The list of alarms as a table of which only what is seen is drawn. */
export function AlarmTable({ items, view, naming, label, change, open, acknowledge }: AlarmTableProps) {
  const { desk, session } = usePage()
  const isNarrow = useNarrow(NARROW_PX)
  const cellsOf = useCells(naming, acknowledge)
  return (
    <VirtualList
      class="alarm-table"
      items={items}
      keyOf={({ key }) => key}
      rowHeight={isNarrow ? CARD_PX : ROW_PX}
      label={label}
      cursor={desk.cursor.value}
      onCursor={(key) => (desk.cursor.value = key)}
      onOpen={open}
      chosen={mayAct(session.signedIn.value) ? desk.bulk.marked.value : undefined}
      head={SORTS.map((column) => (
        <Head key={column} column={column} view={view} change={change} />
      ))}
      rowClass={(item) => (item.is === 'group' ? 'is-group' : `is-${item.row.state} is-${item.row.priority}`)}
      row={(item) => (item.is === 'group' ? <GroupCells item={item} open={open} /> : cellsOf(item))}
    />
  )
}

type AlarmItem = Extract<ListItem, { is: 'alarm' }>

/** Cells by row. An alarm that has not changed keeps the very same cells, over which a scroll then goes without drawing them again. */
function useCells(naming: Naming, acknowledge: (id: string) => void): (item: AlarmItem) => ComponentChild {
  const { live } = usePage()
  const now = useRef(acknowledge)
  now.current = acknowledge
  return useMemo(() => {
    const known = new WeakMap<AlarmRow, { readonly isBeyond: boolean; readonly cells: ComponentChild }>()
    const begin = (id: string) => now.current(id)
    return ({ row, isBeyond }) => {
      const found = known.get(row)
      if (found?.isBeyond === isBeyond) return found.cells
      const zone = live.state.peek().sites.get(row.site)?.site.zone ?? FALLBACK_ZONE
      const cells = <AlarmCells row={row} isBeyond={isBeyond} naming={naming} zone={zone} acknowledge={begin} />
      known.set(row, { isBeyond, cells })
      return cells
    }
  }, [naming])
}

interface HeadProps {
  readonly column: Sort
  readonly view: AlarmView
  readonly change: (view: AlarmView) => void
}

function Head({ column, view, change }: HeadProps) {
  const words = useAlarmWords()
  const isSorted = view.sort === column
  const order = view.down ? 'descending' : 'ascending'
  const name = words.columns[column]
  return (
    <div role="columnheader" class={`cell c-${CLASSES[column] ?? column}`} aria-sort={isSorted ? order : undefined}>
      <button class="sort" type="button" title={words.sortBy(name)} onClick={() => change(sortedBy(view, column))}>
        {name}
        <span class="sort-sign" aria-hidden="true">
          {isSorted ? (view.down ? '▾' : '▴') : ''}
        </span>
      </button>
    </div>
  )
}

const CLASSES: Readonly<Partial<Record<Sort, string>>> = { urgency: 'mark' }

interface GroupProps {
  readonly item: Extract<ListItem, { is: 'group' }>
  readonly open: (item: ListItem) => void
}

/** Alarms that are alike as one row of a storm. */
function GroupCells({ item, open }: GroupProps) {
  const rules = useRuleTexts()
  const words = useAlarmWords()
  const { group, isOpen, key } = item
  const sites = new Set(group.alarms.map(({ site }) => site)).size
  return (
    <div role="gridcell" class="cell c-group" data-group={key}>
      <button class="group-button" type="button" tabIndex={-1} aria-expanded={isOpen} onClick={() => open(item)}>
        <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span>
        <span class="unseen">{isOpen ? words.opened : words.closed}</span>
        <Mark priority={group.priority} size={26} />
        <PriorityWord priority={group.priority} />
        <strong>{rules.typeName(group.ruleType)}</strong>
        <span class="soft">{words.group(group.alarms.length, sites)}</span>
      </button>
    </div>
  )
}
