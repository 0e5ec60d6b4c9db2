import type { AlarmRow } from '../../../core/contract/alarm-row.ts'
import { Priority } from '../../../core/contract/priority.ts'
import type { Query } from './route.ts'

/** Columns a list of alarms can be sorted by; `urgency` is the order in which a person should see to them. */
export const SORTS = [
  'urgency',
  'number',
  'site',
  'town',
  'rule',
  'value',
  'since',
  'lasted',
  'times',
  'assignee',
  'step',
  'state',
] as const
export type Sort = (typeof SORTS)[number]

/** What an alarm waits for. */
export const STANDINGS = ['any', 'waiting', 'acknowledged', 'returned', 'held-back'] as const
export type Standing = (typeof STANDINGS)[number]

/** How far back a list reaches, in days. It is about closed alarms only. */
export const REACHES = [1, 7, 30, 90, 365] as const
export type Reach = (typeof REACHES)[number]

/** Everything that decides what a list of alarms shows and in which order. */
export interface AlarmView {
  /** Open ones only, or closed ones too. */
  readonly show: 'open' | 'all'
  readonly reach: Reach
  /** None = every colour. */
  readonly colours: readonly Priority[]
  readonly standing: Standing
  /** Sign-in name or person; empty = whoever it is. */
  readonly assignee: string
  /** Words that must all occur in number, site, town, rule or person. */
  readonly text: string
  readonly sort: Sort
  readonly down: boolean
}

export const FIRST_VIEW: AlarmView = {
  show: 'open',
  reach: 7,
  colours: [],
  standing: 'any',
  assignee: '',
  text: '',
  sort: 'urgency',
  down: false,
}

/** The query of a view, without what is as it is at first. `show` has its own place in the route. */
export function queryOfView({ reach, colours, standing, assignee, text, sort, down }: AlarmView): Query {
  return {
    ...(reach === FIRST_VIEW.reach ? {} : { days: String(reach) }),
    ...(colours.length === 0 ? {} : { colours: Priority.options.filter((one) => colours.includes(one)).join('.') }),
    ...(standing === FIRST_VIEW.standing ? {} : { standing }),
    ...(assignee === '' ? {} : { assignee }),
    ...(text === '' ? {} : { text }),
    ...(sort === FIRST_VIEW.sort ? {} : { sort }),
    ...(down ? { down: '1' } : {}),
  }
}

/** The view of a query; what means nothing in it is as it is at first. Inverse of `queryOfView`. */
export function viewOfQuery(show: AlarmView['show'], query: Query): AlarmView {
  const named = (query.colours ?? '').split('.')
  return {
    show,
    reach: REACHES.find((days) => String(days) === query.days) ?? FIRST_VIEW.reach,
    colours: Priority.options.filter((one) => named.includes(one)),
    standing: STANDINGS.find((one) => one === query.standing) ?? FIRST_VIEW.standing,
    assignee: query.assignee ?? '',
    text: query.text ?? '',
    sort: SORTS.find((one) => one === query.sort) ?? FIRST_VIEW.sort,
    down: query.down === '1',
  }
}

/** The view with one colour taken in or out. */
export function withColour(view: AlarmView, colour: Priority): AlarmView {
  const isIn = view.colours.includes(colour)
  const colours = Priority.options.filter((one) => (one === colour ? !isIn : view.colours.includes(one)))
  return { ...view, colours: colours.length === Priority.options.length ? [] : colours }
}

/** The view sorted by a column; chosen a second time, the other way round. */
export function sortedBy(view: AlarmView, sort: Sort): AlarmView {
  return { ...view, sort, down: view.sort === sort ? !view.down : FIRST_DOWN.has(sort) }
}

/** Columns whose greatest is looked for first. */
const FIRST_DOWN: ReadonlySet<Sort> = new Set(['value', 'since', 'lasted', 'times', 'step'])

type ClosedRow = AlarmRow & { readonly state: 'closed' }

export function isClosed(row: AlarmRow): row is ClosedRow {
  return row.state === 'closed'
}

/** Whether an alarm is older than a list reaches. Only a closed one can be asked for: no filter of time ever hides an open alarm. */
function isBeyondReach(row: ClosedRow, { reach }: Pick<AlarmView, 'reach'>, now: number): boolean {
  return row.raisedAt < now - reach * DAY_MS
}

export const DAY_MS = 86_400_000

/** True while nobody has acknowledged and nothing holds it back. */
export function waits({ state, suppressions }: Pick<AlarmRow, 'state' | 'suppressions'>): boolean {
  return (state === 'unacked' || state === 'returned' || state === 'latched') && suppressions.length === 0
}

const STANDS: Readonly<Record<Standing, (row: AlarmRow) => boolean>> = {
  any: () => true,
  waiting: waits,
  acknowledged: ({ state }) => state === 'acked' || state === 'latched-acked',
  returned: ({ state }) => state === 'returned' || state === 'latched' || state === 'latched-acked',
  'held-back': (row) => !isClosed(row) && row.suppressions.length > 0,
}

/** How a view takes an alarm: `shown`, or why not. `words` is all text of the alarm in small letters, and looked at by a search only. */
export function takes(
  view: AlarmView,
  entry: { readonly row: AlarmRow; readonly words: string },
  { now, wanted }: { readonly now: number; readonly wanted: readonly string[] },
): 'shown' | 'filtered' | 'not-asked' {
  const { row } = entry
  if (isClosed(row) && (view.show === 'open' || isBeyondReach(row, view, now))) return 'not-asked'
  const fits =
    (view.colours.length === 0 || view.colours.includes(row.priority)) &&
    STANDS[view.standing](row) &&
    (view.assignee === '' || row.assignee === view.assignee) &&
    wanted.every((word) => entry.words.includes(word))
  return fits ? 'shown' : 'filtered'
}

/** The words of a search, in small letters. */
export function wordsOf(text: string): readonly string[] {
  return text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
}
