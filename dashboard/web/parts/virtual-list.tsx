import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { rowsDrawn, rowWindow, scrollToRow, type ListView } from '../show/virtual-window.ts'

/** Rows drawn above and below what is seen, so that a fast scroll shows no hole; fewer until somebody scrolls. */
const OVERSCAN = { scrolled: 8, atTop: 2 } as const

/** A list of any length whose rows all have one height. */
export interface VirtualListProps<T> {
  readonly items: readonly T[]
  /** What tells an item from the others; the same over updates. */
  readonly keyOf: (item: T) => string
  /** In px, and the same for every row. */
  readonly rowHeight: number
  /** What stands in a row: elements with role `gridcell` in a grid, plain words in a listbox. */
  readonly row: (item: T, index: number) => ComponentChildren
  /** What the list is called. */
  readonly label: string
  /** Key of the row the keyboard is at; null = none yet. */
  readonly cursor: string | null
  /** The keyboard, or a click, has come to a row. */
  readonly onCursor: (key: string) => void
  /** Enter on a row. */
  readonly onOpen?: ((item: T) => void) | undefined
  /** A grid has cells and a head; a listbox is for choosing. */
  readonly as?: 'grid' | 'listbox'
  /** Cells with role `columnheader`; they stay in view. Their row takes the class `virtual-row` too, so one set of columns fits both. */
  readonly head?: ComponentChildren
  /** Keys of chosen rows; undefined = rows are not chosen. */
  readonly chosen?: ReadonlySet<string> | undefined
  readonly class?: string
  readonly rowClass?: (item: T) => string
}

/**
 * Draws only the rows that are seen, and the one the keyboard is at. It scrolls inside itself: whoever shows it gives its class a height.
 * The arrow keys, Page Up and Down, Home and End move through it, and what is read stays where it is while rows come and go above it.
 */
export function VirtualList<T>(props: VirtualListProps<T>) {
  const { items, keyOf, rowHeight, label, cursor, as = 'grid', head, chosen } = props
  const ref = useRef<HTMLDivElement>(null)
  const height = useHeight(ref)
  const headRow = useRef<HTMLDivElement>(null)
  const [scrollTop, setScrollTop] = useState(0)
  const view = (): ListView => ({
    count: items.length,
    rowHeight,
    scrollTop: ref.current?.scrollTop ?? 0,
    height: (ref.current?.clientHeight ?? height) - (headRow.current?.offsetHeight ?? 0),
  })
  const at = cursor === null ? -1 : items.findIndex((item) => keyOf(item) === cursor)
  const range = rowWindow(
    { count: items.length, rowHeight, scrollTop, height },
    scrollTop === 0 ? OVERSCAN.atTop : OVERSCAN.scrolled,
  )
  const anchor = useAnchor(props, ref, setScrollTop)
  useCursor(cursor, at, { ref, view })
  const reachable = at === -1 ? range.from : at
  const scroll = () => {
    anchor()
    // Less than a row changes nothing that is drawn.
    const { scrollTop: now } = view()
    setScrollTop((before) => (Math.floor(before / rowHeight) === Math.floor(now / rowHeight) ? before : now))
  }
  const rows = rowsDrawn(range, at === -1 ? null : at)
  return (
    <div
      ref={ref}
      class={`virtual ${props.class ?? ''}`}
      role={as}
      aria-label={label}
      aria-rowcount={as === 'grid' ? items.length + (head === undefined ? 0 : 1) : undefined}
      aria-multiselectable={chosen === undefined ? undefined : true}
      tabIndex={items.length === 0 ? 0 : -1}
      onScroll={scroll}
      onKeyDown={(event) => move(event, props, { at: reachable, view })}
    >
      {head !== undefined && (
        <div role="rowgroup" class="virtual-head">
          <div ref={headRow} class="virtual-row" role="row" aria-rowindex={1}>
            {head}
          </div>
        </div>
      )}
      <div
        class="virtual-body"
        role={as === 'grid' ? 'rowgroup' : 'presentation'}
        style={{ height: `${items.length * rowHeight}px` }}
      >
        {rows.map((index) => (
          <Row key={keyAt(props, index)} list={props} index={index} at={at} isReachable={index === reachable} />
        ))}
      </div>
    </div>
  )
}

function keyAt<T>({ items, keyOf }: VirtualListProps<T>, index: number): string {
  const item = items[index]
  return item === undefined ? '' : keyOf(item)
}

interface RowProps<T> {
  readonly list: VirtualListProps<T>
  readonly index: number
  readonly at: number
  readonly isReachable: boolean
}

function Row<T>({ list, index, at, isReachable }: RowProps<T>) {
  const { items, keyOf, rowHeight, row, as = 'grid', head, chosen, onCursor, rowClass } = list
  const item = items[index]
  if (item === undefined) return null
  const key = keyOf(item)
  const isSelected = chosen === undefined ? (as === 'listbox' ? index === at : undefined) : chosen.has(key)
  const place =
    as === 'grid'
      ? { 'aria-rowindex': index + (head === undefined ? 1 : 2) }
      : { 'aria-posinset': index + 1, 'aria-setsize': items.length }
  return (
    <div
      {...place}
      role={as === 'grid' ? 'row' : 'option'}
      class={`virtual-row ${rowClass?.(item) ?? ''}${index === at ? ' is-cursor' : ''}${index % 2 === 1 ? ' is-odd' : ''}`}
      data-row={key}
      aria-selected={isSelected}
      tabIndex={isReachable ? 0 : -1}
      style={{ height: `${rowHeight}px`, transform: `translateY(${index * rowHeight}px)` }}
      onFocusIn={() => index !== at && onCursor(key)}
    >
      {row(item, index)}
    </div>
  )
}

/** Of a list that has not been laid out yet, as a share of the window's height. */
const GUESSED = 0.7

/**
 * The height of a list. Guessed until the browser has laid it out, and then told before anything is painted: to ask for it at once would have
 * the browser lay out the screen twice.
 */
function useHeight(ref: Scroller['ref']): number {
  const [height, setHeight] = useState(GUESSED * window.innerHeight)
  useLayoutEffect(() => {
    const list = ref.current
    if (list === null) return undefined
    const observer = new ResizeObserver(() => setHeight(list.clientHeight))
    observer.observe(list)
    return () => observer.disconnect()
  }, [])
  return height
}

interface Scroller {
  readonly ref: { readonly current: HTMLDivElement | null }
  readonly view: () => ListView
}

/** Brings the cursor's row into view when it moves, and the focus with it unless that is elsewhere on the page. */
function useCursor(cursor: string | null, at: number, { ref, view }: Scroller): void {
  useLayoutEffect(() => {
    const list = ref.current
    if (list === null || at === -1) return
    list.scrollTop = scrollToRow(view(), at)
    const row = list.querySelector<HTMLElement>('.virtual-row.is-cursor')
    const { activeElement: focused } = document
    const isElsewhere = focused !== document.body && !list.contains(focused)
    if (row === null || isElsewhere || row.contains(focused)) return
    row.focus({ preventScroll: true })
  }, [cursor, at === -1])
}

/** Keeps the first row that is seen at its place while others come and go above it. Answers what notes it after a scroll. */
function useAnchor<T>(
  { items, keyOf, rowHeight }: VirtualListProps<T>,
  ref: Scroller['ref'],
  scrolled: (top: number) => void,
): () => void {
  const kept = useRef<{ readonly key: string; readonly index: number } | null>(null)
  const note = () => {
    const top = ref.current?.scrollTop ?? 0
    const index = Math.floor(top / rowHeight)
    const item = items[index]
    // At the very top what is new shall be seen.
    kept.current = top === 0 || item === undefined ? null : { key: keyOf(item), index }
  }
  useLayoutEffect(() => {
    const list = ref.current
    const before = kept.current
    if (list === null || before === null) return
    const index = items.findIndex((item) => keyOf(item) === before.key)
    if (index !== -1 && index !== before.index) list.scrollTop += (index - before.index) * rowHeight
    // The browser shortens the offset itself where the list has become shorter.
    scrolled(list.scrollTop)
    note()
  }, [items])
  return note
}

const TYPED_IN = ['INPUT', 'TEXTAREA', 'SELECT']

interface Place {
  readonly at: number
  readonly view: () => ListView
}

function move<T>(event: KeyboardEvent, list: VirtualListProps<T>, { at, view }: Place): void {
  const { target, key } = event
  if (event.ctrlKey || event.metaKey || event.altKey) return
  if (!(target instanceof HTMLElement) || TYPED_IN.includes(target.tagName)) return
  const item = list.items[at]
  if (key === 'Enter' && list.onOpen !== undefined && item !== undefined && target.classList.contains('virtual-row')) {
    list.onOpen(item)
  } else {
    const next = target.classList.contains('virtual-row') ? nextRow(key, at, view()) : null
    const to = next === null ? undefined : list.items[next]
    if (to === undefined) return
    list.onCursor(list.keyOf(to))
  }
  event.preventDefault()
  event.stopPropagation()
}

function nextRow(key: string, at: number, { count, height, rowHeight }: ListView): number | null {
  const page = Math.max(1, Math.floor(height / rowHeight) - 1)
  switch (key) {
    case 'ArrowDown':
      return Math.min(count - 1, at + 1)
    case 'ArrowUp':
      return Math.max(0, at - 1)
    case 'PageDown':
      return Math.min(count - 1, at + page)
    case 'PageUp':
      return Math.max(0, at - page)
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return null
  }
}
