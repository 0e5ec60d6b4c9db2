import { z } from 'zod'
import type { TrendColumns } from '../../../core/contract/chain.ts'
import type { History, HistoryQuery } from '../../../core/contract/http.ts'
import type { Sqlite } from '../../../platform/sqlite.ts'
import { type Cells, decodeCells, encodeCells } from './cells.ts'
import { columnOf, type Columns, columnWidth } from './columns.ts'
import type { HistoryTarget, HistoryTrend } from './store.ts'
import type { StreamName, Streams } from './streams.ts'

/** The tables in which trends are kept apart from readings. */
export const TREND_TABLES = `
  create table trends (
    id integer primary key,
    site text not null,
    stream text not null,
    from_seq integer not null,
    to_seq integer not null,
    width integer not null,
    final integer not null
  ) strict;
  create index trends_by_stream on trends (site, stream);
  create table trend_columns (
    site text not null,
    point text not null,
    trend integer not null references trends (id) on delete cascade,
    from_at integer not null,
    to_at integer not null,
    data blob not null,
    primary key (site, point, trend)
  ) strict, without rowid;
  create index trend_columns_by_trend on trend_columns (trend);
`

/** The columns of a query, and which of them stand on a trend because no readings are there. */
export interface Overlaid extends Columns {
  readonly provisional: readonly boolean[]
}

/** The trends that stand in for readings. */
export interface Provisional {
  /** Stores a trend in place of earlier ones that lie within it, unless its readings are all there; called inside a transaction. */
  add(trend: HistoryTrend): void
  /** Removes the trends of these streams whose readings have all come or are lost; called inside a transaction. */
  tidy(names: readonly StreamName[]): void
  /** The transaction has failed. */
  forget(): void
  /** The columns of a query with trends where no readings are. */
  over(target: HistoryTarget, query: HistoryQuery, columns: Columns): Overlaid
}

const TrendRow = z.object({ id: z.number(), from: z.number(), to: z.number() })
const NameRow = z.object({ site: z.string(), stream: z.string() })
const DataRow = z.object({ width: z.number(), data: z.instanceof(Uint8Array) })

export function openProvisional(sqlite: Sqlite, streams: Streams): Provisional {
  /** Streams with a trend that waits for its readings: only these are looked after. Null = to be read anew. */
  let waiting: Set<string> | null = null
  const waitingNow = () =>
    (waiting ??= new Set(sqlite.all(NameRow, 'select distinct site, stream from trends where final = 0').map(keyOf)))
  const remove = (id: number) => sqlite.run('delete from trends where id = ?', id)
  const ofStream = ({ site, stream }: StreamName) =>
    sqlite.all(
      TrendRow,
      'select id, from_seq as "from", to_seq as "to" from trends where site = ? and stream = ? and final = 0',
      ...[site, stream],
    )
  return {
    add: (trend) => {
      if (!trend.isFinal && streams.holds(trend, trend.from, trend.to)) return
      for (const old of ofStream(trend)) if (old.from >= trend.from && old.to <= trend.to) remove(old.id)
      save(sqlite, trend)
      if (!trend.isFinal) waitingNow().add(keyOf(trend))
    },
    tidy: (names) => {
      for (const name of names) {
        if (!waitingNow().has(keyOf(name))) continue
        const left = ofStream(name)
        const done = left.filter(({ from, to }) => streams.holds(name, from, to))
        for (const { id } of done) remove(id)
        if (done.length === left.length) waitingNow().delete(keyOf(name))
      }
    },
    forget: () => {
      waiting = null
    },
    over: ({ site, point }, query, columns) => {
      const rows = sqlite.all(
        DataRow,
        `select width, data from trend_columns join trends on trends.id = trend
          where trend_columns.site = ? and point = ? and from_at < ? and to_at > ?`,
        ...[site, point, query.to, query.from],
      )
      return overlaid(
        query,
        columns,
        rows.map(({ width, data }) => ({ width, cells: decodeCells(data, 0) })),
      )
    },
  }
}

/** The answer to a query. */
export function historyOf({ point }: HistoryTarget, source: History['source'], columns: Overlaid): History {
  const { provisional, ...rest } = columns
  return { point, source, ...rest, ...(provisional.includes(true) ? { provisional: [...provisional] } : {}) }
}

function keyOf({ site, stream }: StreamName): string {
  return `${site}/${stream}`
}

function save(sqlite: Sqlite, { site, stream, from, to, widthMs, isFinal, columns }: HistoryTrend): void {
  const { lastId } = sqlite.run(
    'insert into trends (site, stream, from_seq, to_seq, width, final) values (?, ?, ?, ?, ?, ?)',
    ...[site, stream, from, to, widthMs, isFinal ? 1 : 0],
  )
  for (const one of columns) {
    const cells = cellsOf(one)
    const [first, last] = [cells.index[0], cells.index[cells.length - 1]]
    if (first === undefined || last === undefined) continue
    sqlite.run(
      'insert or replace into trend_columns values (?, ?, ?, ?, ?, ?)',
      ...[site, `${one.device}/${one.point}`, lastId, first * widthMs, (last + 1) * widthMs, encodeCells(cells, 0)],
    )
  }
}

/** A trend's columns as cells; a column without a good reading is a gap. Where an index comes twice the later one counts. */
function cellsOf({ columns }: TrendColumns): Cells {
  const known = new Map(columns.map((column) => [column.index, column]))
  const list = [...known.values()].sort((a, b) => a.index - b.index)
  const good = list.map((column) =>
    column.min === null || column.mean === null || column.max === null ? 0 : column.good,
  )
  return {
    length: list.length,
    index: list.map(({ index }) => index),
    n: good.map((count) => Math.max(1, count)),
    good,
    min: list.map(({ min }) => min ?? 0),
    max: list.map(({ max }) => max ?? 0),
    sum: list.map(({ mean }, place) => (mean ?? 0) * (good[place] ?? 0)),
  }
}

interface Trend {
  readonly width: number
  readonly cells: Cells
}

interface Filled {
  good: number
  min: number
  max: number
  sum: number
}

function overlaid(query: HistoryQuery, columns: Columns, trends: readonly Trend[]): Overlaid {
  const width = columnWidth(query)
  const taken = new Set(columns.at.map((at) => columnOf(query, at)))
  const filled = new Map<number, Filled>()
  for (const { width: cellMs, cells } of trends) {
    for (let place = 0; place < cells.length; place++) {
      const start = Math.max(query.from, (cells.index[place] ?? 0) * cellMs)
      const end = Math.min(query.to, ((cells.index[place] ?? 0) + 1) * cellMs)
      for (let at = start; at < end; at = query.from + (columnOf(query, at) + 1) * width) {
        const column = columnOf(query, at)
        if (!taken.has(column)) fill(filled, column, { cells, place })
      }
    }
  }
  return merged(query, columns, filled)
}

function fill(filled: Map<number, Filled>, column: number, { cells, place }: { cells: Cells; place: number }): void {
  const known = filled.get(column) ?? { good: 0, min: Infinity, max: -Infinity, sum: 0 }
  filled.set(column, known)
  const good = cells.good[place] ?? 0
  if (good === 0) return
  known.good += good
  known.sum += cells.sum[place] ?? 0
  known.min = Math.min(known.min, cells.min[place] ?? 0)
  known.max = Math.max(known.max, cells.max[place] ?? 0)
}

function merged(query: HistoryQuery, columns: Columns, filled: ReadonlyMap<number, Filled>): Overlaid {
  if (filled.size === 0) return { ...columns, provisional: columns.at.map(() => false) }
  const width = columnWidth(query)
  const all = [
    ...columns.at.map((at, index) => ({
      at,
      min: columns.min[index] ?? null,
      mean: columns.mean[index] ?? null,
      max: columns.max[index] ?? null,
      provisional: false,
    })),
    ...[...filled].map(([column, { good, min, max, sum }]) => ({
      at: query.from + column * width,
      ...(good === 0 ? { min: null, mean: null, max: null } : { min, mean: sum / good, max }),
      provisional: true,
    })),
  ].sort((a, b) => a.at - b.at)
  return {
    at: all.map(({ at }) => at),
    min: all.map(({ min }) => min),
    mean: all.map(({ mean }) => mean),
    max: all.map(({ max }) => max),
    provisional: all.map(({ provisional }) => provisional),
    readings: columns.readings,
  }
}
