import type { AlarmRow } from '../../../core/contract/alarm-row.ts'
import { Priority } from '../../../core/contract/priority.ts'
import { type AlarmView, isClosed, type Sort, takes, waits, wordsOf } from './alarm-view.ts'

/** What the sites, towns, rules and persons of an alarm are called. */
export interface Naming {
  site(id: string): string
  town(site: string): string
  rule(type: string): string
  person(id: string): string
  /** Names in every language, for a search. */
  words(row: AlarmRow): string
}

/** What a view shows. */
export interface Selection {
  /** What fits, in order. */
  readonly rows: readonly AlarmRow[]
  /** Open red ones that do not fit: they are listed all the same. */
  readonly beyond: readonly AlarmRow[]
  /** Open ones that the filter hides. */
  readonly hidden: number
}

/** What the page knows: the open alarms of the feed, and rows that were asked for. */
export interface Sources<T> {
  readonly live: ReadonlyMap<string, T>
  /** Whether the feed tells of every open alarm. */
  readonly isWhole: boolean
  readonly asked: readonly AlarmRow[]
}

/** Rows of alarms, kept ready to be filtered and sorted. What has not changed is not looked at again. */
export interface AlarmIndex<T> {
  /** Takes in what is known now; false when nothing of it is new. */
  take(sources: Sources<T>, naming: Naming): boolean
  /** What a view shows at `now`. At most 10 ms of 10,000 alarms. */
  select(view: AlarmView, now: number): Selection
  readonly size: number
}

interface Entry {
  readonly row: AlarmRow
  /** All its text in small letters; put together when it is first searched. */
  readonly words: string
  /** Order in which a person should see to it. */
  readonly urgency: number
  /** Its number as one that counts: day and count. */
  readonly serial: number
  /** What it is sorted by now. */
  key: number
}

/** An empty index over alarms of which `rowOf` makes rows. */
export function openAlarmIndex<T extends { readonly id: string }>(rowOf: (alarm: T) => AlarmRow): AlarmIndex<T> {
  const shelf = openShelf()
  let from: Sources<T> = { live: new Map(), isWhole: true, asked: [] }
  let names: Names | null = null

  const takeAnew = ({ asked, live, isWhole }: Sources<T>, naming: Naming): void => {
    // A feed that tells of every open alarm knows better than an answer of before which are open.
    const kept = asked.filter((row) => isClosed(row) || !isWhole || live.has(row.id))
    shelf.fill([...kept, ...Array.from(live.values(), rowOf)].map((row) => entryOf(row, naming)))
  }
  const takeChanges = ({ live, isWhole }: Sources<T>, before: ReadonlyMap<string, T>, naming: Naming): void => {
    for (const [id, alarm] of live) if (before.get(id) !== alarm) shelf.put(entryOf(rowOf(alarm), naming))
    if (!isWhole) return
    for (const id of before.keys()) if (!live.has(id)) shelf.drop(id)
  }
  return {
    get size() {
      return shelf.ordered().length
    },
    take: (sources, naming) => {
      const isAnew = sources.asked !== from.asked || naming !== names?.naming || sources.isWhole !== from.isWhole
      if (!isAnew && sources.live === from.live) return false
      if (isAnew || names === null) takeAnew(sources, naming)
      else takeChanges(sources, from.live, naming)
      if (isAnew || names === null) names = namesOf(naming)
      from = sources
      return true
    },
    select: (view, now) => {
      const asked = { now, wanted: wordsOf(view.text) }
      const shown: Entry[] = []
      const beyond: AlarmRow[] = []
      let hidden = 0
      for (const entry of shelf.ordered()) {
        const is = takes(view, entry, asked)
        if (is === 'shown') shown.push(entry)
        else if (is === 'filtered' && !isClosed(entry.row)) {
          if (entry.row.priority === 'red') beyond.push(entry.row)
          else hidden += 1
        }
      }
      if (names !== null) sortEntries(shown, view, { names, now })
      return { rows: shown.map(({ row }) => row), beyond, hidden }
    },
  }
}

/** Entries by id, kept in the order in which a person should see to them. */
function openShelf() {
  const byId = new Map<string, Entry>()
  let ordered: Entry[] = []
  const drop = (entry: Entry): void => {
    byId.delete(entry.row.id)
    ordered.splice(placeOf(ordered, entry), 1)
  }
  return {
    ordered: (): readonly Entry[] => ordered,
    /** Of two rows of one alarm the newer stays, the later of equals. */
    fill: (entries: readonly Entry[]): void => {
      byId.clear()
      for (const entry of entries) {
        const known = byId.get(entry.row.id)
        if (known === undefined || known.row.version <= entry.row.version) byId.set(entry.row.id, entry)
      }
      ordered = [...byId.values()].sort(compareEntries)
    },
    put: (entry: Entry): void => {
      const known = byId.get(entry.row.id)
      if (known !== undefined && known.row.version > entry.row.version) return
      if (known !== undefined) drop(known)
      byId.set(entry.row.id, entry)
      ordered.splice(placeOf(ordered, entry), 0, entry)
    },
    /** Forgets an alarm that is open as far as it knows. */
    drop: (id: string): void => {
      const known = byId.get(id)
      if (known !== undefined && !isClosed(known.row)) drop(known)
    },
  }
}

/** Where an entry stands, or would, in entries that are in order. */
function placeOf(ordered: readonly Entry[], entry: Entry): number {
  let [low, high] = [0, ordered.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const other = ordered[middle]
    if (other !== undefined && compareEntries(other, entry) < 0) low = middle + 1
    else high = middle
  }
  return low
}

/** By urgency, then the newest first; never 0 for two alarms. */
function compareEntries(a: Entry, b: Entry): number {
  return (
    a.urgency - b.urgency ||
    b.row.raisedAt - a.row.raisedAt ||
    (a.row.id === b.row.id ? 0 : a.row.id < b.row.id ? -1 : 1)
  )
}

function entryOf(row: AlarmRow, naming: Naming): Entry {
  const [, day = '0', count = '0'] = /(\d{8})-(\d+)$/.exec(row.number) ?? []
  const serial = Number(day) * 1_000_000 + Number(count)
  let words: string | null = null
  return {
    ...{ row, urgency: urgencyOf(row), serial, key: 0 },
    get words() {
      return (words ??= naming.words(row).toLowerCase())
    },
  }
}

const STATES: Readonly<Record<AlarmRow['state'], number>> = {
  unacked: 0,
  latched: 1,
  returned: 2,
  acked: 3,
  'latched-acked': 4,
  closed: 5,
}

const COLOURS = new Map(Priority.options.map((priority, place) => [priority, place]))

/** What needs a person first, what is held back last; by colour, active before returned. As `compareAlarms`. */
function urgencyOf(row: AlarmRow): number {
  const isHeld = !isClosed(row) && row.suppressions.length > 0
  const group = waits(row) ? 0 : isHeld ? 2 : 1
  return (group * COLOURS.size + (COLOURS.get(row.priority) ?? 0)) * 6 + STATES[row.state]
}

interface Sorting {
  readonly names: Names
  readonly now: number
}

/** By the chosen column. Entries come in the order of urgency and keep it where the column is the same. */
function sortEntries(entries: Entry[], { sort, down }: Pick<AlarmView, 'sort' | 'down'>, sorting: Sorting): void {
  if (sort === 'urgency') {
    if (down) entries.reverse()
    return
  }
  const keyOf = isNamed(sort) ? nameKey(entries, sort, sorting.names) : numberKey(sort, sorting.now)
  for (const entry of entries) entry.key = keyOf(entry)
  entries.sort(down ? (a, b) => b.key - a.key : (a, b) => a.key - b.key)
}

/** Columns that hold a name. */
const NAMED = ['site', 'town', 'rule', 'assignee'] as const
type Named = (typeof NAMED)[number]

function isNamed(sort: Sort): sort is Named {
  return NAMED.some((one) => one === sort)
}

/** What a named column is the name of. */
const ID_OF: Readonly<Record<Named, (entry: Entry) => string>> = {
  site: ({ row }) => row.site,
  town: ({ row }) => row.site,
  rule: ({ row }) => row.ruleType,
  assignee: ({ row }) => row.assignee ?? '',
}

function nameKey(entries: readonly Entry[], sort: Named, names: Names): (entry: Entry) => number {
  const idOf = ID_OF[sort]
  const ranks = names.ranks[sort](entries.map(idOf))
  return (entry) => ranks.get(idOf(entry)) ?? 0
}

function numberKey(sort: Exclude<Sort, Named | 'urgency'>, now: number): (entry: Entry) => number {
  switch (sort) {
    case 'number':
      return ({ serial }) => serial
    case 'value':
      return ({ row }) => beyondLimit(row)
    case 'since':
      return ({ row }) => row.raisedAt
    case 'lasted':
      return ({ row }) => (row.returnedAt ?? now) - row.raisedAt
    case 'times':
      return ({ row }) => row.raises
    case 'step':
      return ({ row: { ladder } }) => (ladder === null ? -1 : ladder.round * 100 + ladder.step)
    case 'state':
      return ({ row }) => STATES[row.state]
  }
}

/** How many times its limit a value is: what lets different quantities stand in one order. */
function beyondLimit({ value, limit }: AlarmRow): number {
  if (typeof value !== 'number') return -1
  return limit === null || limit === 0 ? 0 : Math.abs(value / limit)
}

/** The place of names in the order of a dictionary, by what they name. */
type Ranks = (ids: Iterable<string>) => ReadonlyMap<string, number>

interface Names {
  readonly naming: Naming
  readonly ranks: Readonly<Record<Named, Ranks>>
}

function namesOf(naming: Naming): Names {
  return {
    naming,
    ranks: {
      site: openRanks((id) => naming.site(id)),
      town: openRanks((site) => naming.town(site)),
      rule: openRanks((type) => naming.rule(type)),
      assignee: openRanks((id) => (id === '' ? '' : naming.person(id))),
    },
  }
}

/** To compare in the order of a dictionary is slow, and the same few names come ten thousand times: they are compared when one is new. */
function openRanks(nameOf: (id: string) => string): Ranks {
  const order = new Intl.Collator('zh-CN', { numeric: true })
  const ranks = new Map<string, number>()
  return (ids) => {
    const before = ranks.size
    for (const id of ids) if (!ranks.has(id)) ranks.set(id, 0)
    if (ranks.size === before) return ranks
    const names = [...new Set([...ranks.keys()].map(nameOf))].sort(order.compare)
    const places = new Map(names.map((name, place) => [name, place]))
    for (const id of ranks.keys()) ranks.set(id, places.get(nameOf(id)) ?? 0)
    return ranks
  }
}
