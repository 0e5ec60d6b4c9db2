import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { z } from 'zod'
import { Quality } from '../../../core/contract/reading.ts'
import { HouseError, messageOf } from '../../../core/kit/errors.ts'
import type { Sqlite } from '../../../platform/sqlite.ts'
import { type Chunk, decodeChunk, encodeChunk, type Sample } from './chunk.ts'
import { openSampleBuffer, type SampleBuffer } from './sample-buffer.ts'

/**
 * `log`: each write as one row, in the order they came. `tails`: per point, the samples of log rows up to `log` that are in
 * no chunk yet, so that these rows can go.
 */
export const HOT_TABLES = `
  create table log (
    id integer primary key autoincrement,
    data blob not null
  ) strict;
  create table tails (
    point integer primary key,
    log integer not null,
    data blob
  ) strict;
`

/** Samples of a point that are packed into one chunk. */
const CHUNK_SAMPLES = 500

/** Samples in the log after which the points' tails are written and the log begins anew: what a start has to read. */
const LOG_SAMPLES = 100_000

/** Points packed or written after one write: many fill at the same time, and all at once would hold up the rest. */
const POINTS_PER_WRITE = 8

export interface PointSample extends Sample {
  readonly point: number
}

/** The readings that are in no chunk yet: durable on disk, and in memory by point. */
export interface HotLog {
  /** Writes samples; called inside a transaction. Answers what makes them count, to be called once it is committed. */
  append(samples: readonly PointSample[]): () => void
  of(point: number): Iterable<Sample>
  /** Does some of the packing that is due, in a transaction of its own. */
  tidy(): void
}

/** Reads what an earlier run has left. `saveChunk` stores a full point's chunk, inside a transaction. */
export function openHotLog(sqlite: Sqlite, saveChunk: (point: number, chunk: Chunk) => void): HotLog {
  const buffers = new Map<number, SampleBuffer>()
  const full = new Set<number>()
  let logged = 0
  let lastId = 0
  /** The sweep under way: log rows up to `upTo` go when every point in `points` has its tail written. */
  let sweep: { readonly upTo: number; readonly points: number[] } | null = null

  const bufferOf = (point: number): SampleBuffer => {
    const known = buffers.get(point)
    if (known !== undefined) return known
    const made = openSampleBuffer()
    buffers.set(point, made)
    return made
  }
  const keep = ({ point, ...sample }: PointSample) => {
    const buffer = bufferOf(point)
    buffer.push(sample)
    if (buffer.length >= CHUNK_SAMPLES) full.add(point)
  }
  const setTail = (point: number, data: Uint8Array | null) => {
    sqlite.run(
      'insert into tails values (?, ?, ?) on conflict (point) do update set log = excluded.log, data = excluded.data',
      ...[point, lastId, data],
    )
  }
  const packOne = (point: number, buffer: SampleBuffer) => {
    const chunk = encodeChunk([...buffer])
    sqlite.transaction(() => {
      saveChunk(point, chunk)
      setTail(point, null)
    })
    buffer.clear()
    full.delete(point)
  }
  const sweepSome = ({ upTo, points }: NonNullable<typeof sweep>) => {
    const some = points.slice(-POINTS_PER_WRITE)
    sqlite.transaction(() => {
      for (const point of some) {
        const samples = [...bufferOf(point)]
        setTail(point, samples.length === 0 ? null : encodeChunk(samples).data)
      }
    })
    points.splice(-POINTS_PER_WRITE)
    if (points.length > 0) return
    sqlite.run('delete from log where id <= ?', upTo)
    sweep = null
  }

  const left = leftBehind(sqlite)
  for (const sample of left.samples) keep(sample)
  logged = left.logged
  lastId = left.lastId

  return {
    append: (samples) => {
      const { lastId: id } = sqlite.run('insert into log (data) values (?)', encodeRow(samples))
      return () => {
        lastId = id
        logged += samples.length
        for (const sample of samples) keep(sample)
      }
    },
    of: (point) => buffers.get(point) ?? [],
    tidy: () => {
      for (const point of [...full].slice(0, POINTS_PER_WRITE)) packOne(point, bufferOf(point))
      if (sweep === null && logged > LOG_SAMPLES) {
        sweep = { upTo: lastId, points: [...buffers.keys()] }
        logged = 0
      }
      if (sweep !== null) sweepSome(sweep)
    },
  }
}

const TailRow = z.object({ point: z.number(), log: z.number(), data: z.instanceof(Uint8Array).nullable() })
const LogRow = z.object({ id: z.number(), data: z.instanceof(Uint8Array) })
const LastRow = z.object({ id: z.number() })

interface LeftBehind {
  readonly samples: readonly PointSample[]
  readonly logged: number
  readonly lastId: number
}

function leftBehind(sqlite: Sqlite): LeftBehind {
  const samples: PointSample[] = []
  const covered = new Map<number, number>()
  for (const { point, log, data } of sqlite.all(TailRow, 'select point, log, data from tails')) {
    covered.set(point, log)
    if (data !== null) for (const sample of decodeChunk(data)) samples.push({ point, ...sample })
  }
  let logged = 0
  for (const { id, data } of sqlite.all(LogRow, 'select id, data from log order by id')) {
    const row = decodeRow(data)
    logged += row.length
    for (const sample of row) if (id > (covered.get(sample.point) ?? 0)) samples.push(sample)
  }
  // Also right when the log is empty: numbers of rows that are gone are not given again.
  const last = sqlite.one(LastRow, "select seq as id from sqlite_sequence where name = 'log'")
  return { samples, logged, lastId: last?.id ?? 0 }
}

const Columns = z.object({
  point: z.array(z.number()),
  at: z.array(z.number()),
  value: z.array(z.number().nullable()),
  quality: z.array(Quality),
})

function encodeRow(samples: readonly PointSample[]): Uint8Array {
  const columns: z.infer<typeof Columns> = {
    point: samples.map(({ point }) => point),
    at: samples.map(({ at }) => at),
    value: samples.map(({ value }) => value),
    quality: samples.map(({ quality }) => quality),
  }
  return zstdCompressSync(JSON.stringify(columns))
}

function decodeRow(data: Uint8Array): PointSample[] {
  try {
    const { point, at, value, quality } = Columns.parse(JSON.parse(zstdDecompressSync(data).toString('utf8')))
    return point.map((id, index) => {
      return { point: id, at: at[index] ?? 0, value: value[index] ?? null, quality: quality[index] ?? 'bad' }
    })
  } catch (error) {
    throw new HouseError('store/failed', `the history's log is damaged: ${messageOf(error)}`, {}, error)
  }
}
