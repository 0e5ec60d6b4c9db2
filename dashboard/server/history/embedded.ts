import { join } from 'node:path'
import { z } from 'zod'
import type { History, HistoryQuery } from '../../../core/contract/http.ts'
import { openSqlite, type Sqlite } from '../../../platform/sqlite.ts'
import { type Chunk, decodeChunk } from './chunk.ts'
import { type ColumnSum, sumColumns } from './columns.ts'
import { HOT_TABLES, type HotLog, openHotLog, type PointSample } from './hot-log.ts'
import { type HistoryBatch, type HistoryReading, type HistoryStore, type HistoryTarget, storedValue } from './store.ts'
import { openStreams, STREAMS_TABLE } from './streams.ts'

const MIGRATIONS = [
  `
  ${STREAMS_TABLE}
  ${HOT_TABLES}
  create table points (
    id integer primary key,
    site text not null,
    device text not null,
    point text not null,
    unique (site, device, point)
  ) strict;
  create table chunks (
    id integer primary key,
    point integer not null,
    from_at integer not null,
    to_at integer not null,
    n integer not null,
    good integer not null,
    min real,
    max real,
    sum real,
    data blob not null
  ) strict;
  create index chunks_by_time on chunks (point, from_at);
  `,
]

const PointRow = z.object({ id: z.number(), site: z.string(), device: z.string(), point: z.string() })
const IdRow = z.object({ id: z.number() })
const HeaderRow = z.object({
  id: z.number(),
  from: z.number(),
  to: z.number(),
  n: z.number(),
  good: z.number(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  sum: z.number().nullable(),
})
const DataRow = z.object({ data: z.instanceof(Uint8Array) })

/**
 * The history inside the control room, in `folder`: an append-only log of new readings, and per point compressed chunks
 * whose headers answer wide queries. Throws `store/failed`, `store/newer`.
 */
export function openEmbeddedHistory(folder: string): HistoryStore {
  const sqlite = openSqlite(join(folder, 'history.sqlite'), MIGRATIONS, { durability: 'full' })
  const streams = openStreams(sqlite)
  const points = openPoints(sqlite)
  const hot = openHotLog(sqlite, (point, chunk) => saveChunk(sqlite, point, chunk))

  const write = (batches: readonly HistoryBatch[]) => {
    const plan = streams.plan(batches)
    const keep = sqlite.transaction(() => {
      const samples = plan.fresh.flatMap(({ batch, readings }) =>
        readings.map((reading): PointSample => {
          const { at, value, quality } = reading
          return { point: points.idOf(batch, reading), at, value: storedValue(value), quality }
        }),
      )
      plan.save()
      return samples.length === 0 ? () => undefined : hot.append(samples)
    })
    plan.settle()
    points.settle()
    keep()
    hot.tidy()
    return plan.receipts
  }

  return {
    kind: 'embedded',
    write: (batches) => promised(() => write(batches)),
    query: (target, query) => promised(() => trend({ sqlite, hot, id: points.find(target) }, target, query)),
    rejected: () => 0,
    close: () => sqlite.close(),
  }
}

/** SQLite answers at once; what it throws still comes as a rejection. */
function promised<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => resolve(work()))
}

interface Points {
  find(target: HistoryTarget): number | null
  idOf(batch: HistoryBatch, reading: HistoryReading): number
  /** Makes the ids given inside a transaction permanent. */
  settle(): void
}

function openPoints(sqlite: Sqlite): Points {
  const known = new Map<string, number>()
  const made = new Map<string, number>()
  for (const { id, site, device, point } of sqlite.all(PointRow, 'select id, site, device, point from points')) {
    known.set(`${site}/${device}/${point}`, id)
  }
  return {
    find: ({ site, point }) => known.get(`${site}/${point}`) ?? null,
    idOf: ({ site, device }, { point }) => {
      const name = `${site}/${device}/${point}`
      const id = known.get(name)
      if (id !== undefined) return id
      // An id made in a transaction that failed is not trusted: the statement finds or makes the row once more.
      const row = sqlite.one(
        IdRow,
        'insert into points (site, device, point) values (?, ?, ?) on conflict do update set site = excluded.site returning id',
        ...[site, device, point],
      )
      if (row === null) throw new RangeError('insert … returning gave no row')
      made.set(name, row.id)
      return row.id
    },
    settle: () => {
      for (const [name, id] of made) known.set(name, id)
      made.clear()
    },
  }
}

function saveChunk(sqlite: Sqlite, point: number, chunk: Chunk): void {
  sqlite.run(
    'insert into chunks (point, from_at, to_at, n, good, min, max, sum, data) values (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ...[point, chunk.from, chunk.to, chunk.n, chunk.good, chunk.min, chunk.max, chunk.sum, chunk.data],
  )
}

interface Place {
  readonly sqlite: Sqlite
  readonly hot: HotLog
  /** null = no reading of this point has ever come. */
  readonly id: number | null
}

function trend({ sqlite, hot, id }: Place, { point }: HistoryTarget, query: HistoryQuery): History {
  const sum = sumColumns(query)
  if (id !== null) {
    addChunks(sqlite, id, query, sum)
    for (const sample of hot.of(id)) sum.add(sample)
  }
  return { point, source: 'embedded', ...sum.finish() }
}

function addChunks(sqlite: Sqlite, point: number, query: HistoryQuery, sum: ColumnSum): void {
  const headers = sqlite.all(
    HeaderRow,
    'select id, from_at as "from", to_at as "to", n, good, min, max, sum from chunks where point = ? and from_at < ? and to_at >= ? order by from_at',
    ...[point, query.to, query.from],
  )
  for (const { id, ...header } of headers) {
    if (sum.addWhole(header)) continue
    const row = sqlite.one(DataRow, 'select data from chunks where id = ?', id)
    if (row !== null) for (const sample of decodeChunk(row.data)) sum.add(sample)
  }
}
