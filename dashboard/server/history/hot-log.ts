import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { z } from 'zod'
import { HouseError } from '../../../core/kit/errors.ts'
import type { Sqlite } from '../../../platform/sqlite.ts'
import { decodeChunk, encodeChunk } from './chunk.ts'
import { openSampleBuffer, type SampleBuffer } from './sample-buffer.ts'
import { type Samples, sorted } from './samples.ts'

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
const LOG_SAMPLES = 200_000

/** Points packed or written after one write at least: many fill at the same time, and all at once would hold up the writes behind. */
const POINTS_PER_WRITE = 8

/** Samples of many points, in the order they came. */
export interface PointSamples extends Samples {
  readonly point: Uint32Array
}

/** The readings that are in no chunk yet: durable on disk, and in memory by point. */
export interface HotLog {
  /** Writes samples; called inside a transaction. Answers what makes them count, to be called once it is committed. */
  append(samples: PointSamples): () => void
  of(point: number): Samples | null
  /** Does the packing that is due after a write of so many samples, in a transaction of its own. */
  tidy(written: number): void
}

/** Reads what an earlier run has left. `pack` stores a full point's samples for good, inside a transaction. */
export function openHotLog(sqlite: Sqlite, pack: (point: number, samples: Samples) => void): HotLog {
  const buffers = new Map<number, SampleBuffer>()
  const full = new Set<number>()
  let buffered = 0
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
  const keep = (point: number, { at, value, flag }: Samples, index: number) => {
    const buffer = bufferOf(point)
    buffer.push(at[index] ?? 0, value[index] ?? 0, flag[index] ?? 0)
    buffered++
    if (buffer.length === CHUNK_SAMPLES) full.add(point)
  }
  const setTail = (point: number, data: Uint8Array | null) => {
    sqlite.run(
      'insert into tails values (?, ?, ?) on conflict (point) do update set log = excluded.log, data = excluded.data',
      ...[point, lastId, data],
    )
  }
  const packSome = (points: readonly number[]) => {
    if (points.length === 0) return
    sqlite.transaction(() => {
      for (const point of points) {
        pack(point, bufferOf(point).samples())
        setTail(point, null)
      }
    })
    for (const point of points) {
      buffered -= bufferOf(point).length
      bufferOf(point).clear()
      full.delete(point)
    }
  }
  const sweepSome = ({ upTo, points }: NonNullable<typeof sweep>, most: number) => {
    const some = points.slice(-most)
    sqlite.transaction(() => {
      for (const point of some) {
        const samples = bufferOf(point).samples()
        setTail(point, samples.length === 0 ? null : encodeChunk(sorted(samples)))
      }
      if (some.length === points.length) sqlite.run('delete from log where id <= ?', upTo)
    })
    points.splice(-most)
    if (points.length === 0) sweep = null
  }

  const left = leftBehind(sqlite, keep)
  logged = left.logged
  lastId = left.lastId

  return {
    append: (samples) => {
      const { lastId: id } = sqlite.run('insert into log (data) values (?)', encodeRow(samples))
      return () => {
        lastId = id
        logged += samples.length
        for (let index = 0; index < samples.length; index++) keep(samples.point[index] ?? 0, samples, index)
      }
    },
    of: (point) => buffers.get(point)?.samples() ?? null,
    tidy: (written) => {
      // Twice what a write can fill, so that points which fill together are worked off.
      const most = Math.max(POINTS_PER_WRITE, Math.ceil((2 * written) / CHUNK_SAMPLES))
      packSome([...full].slice(0, most))
      // Tails are written once for many samples, however many points there are.
      if (sweep === null && logged > Math.max(LOG_SAMPLES, 2 * buffered)) {
        sweep = { upTo: lastId, points: [...buffers.keys()] }
        logged = 0
      }
      if (sweep !== null) sweepSome(sweep, most)
    },
  }
}

const TailRow = z.object({ point: z.number(), log: z.number(), data: z.instanceof(Uint8Array).nullable() })
const LogRow = z.object({ id: z.number(), data: z.instanceof(Uint8Array) })
const IdRow = z.object({ id: z.number() })

/** Hands the samples that are in no chunk yet to `keep`, with their point. */
export function leftBehind(sqlite: Sqlite, keep: (point: number, samples: Samples, index: number) => void) {
  const covered = new Map<number, number>()
  for (const { point, log, data } of sqlite.all(TailRow, 'select point, log, data from tails')) {
    covered.set(point, log)
    const samples = data === null ? null : decodeChunk(data)
    for (let index = 0; index < (samples?.length ?? 0); index++) if (samples !== null) keep(point, samples, index)
  }
  let logged = 0
  for (const { id } of sqlite.all(IdRow, 'select id from log order by id')) {
    const row = sqlite.one(LogRow, 'select id, data from log where id = ?', id)
    const samples = row === null ? null : decodeRow(row.data)
    logged += samples?.length ?? 0
    for (let index = 0; index < (samples?.length ?? 0); index++) {
      const point = samples?.point[index] ?? 0
      if (samples !== null && id > (covered.get(point) ?? 0)) keep(point, samples, index)
    }
  }
  // Also right when the log is empty: numbers of rows that are gone are not given again.
  const last = sqlite.one(IdRow, "select seq as id from sqlite_sequence where name = 'log'")
  return { logged, lastId: last?.id ?? 0 }
}

/** Bytes of a sample in a log row: time, value, point, flag. */
const ROW_BYTES = 8 + 8 + 4 + 1

function encodeRow({ length, at, value, point, flag }: PointSamples): Uint8Array {
  const row = rowOf(new ArrayBuffer(length * ROW_BYTES))
  row.at.set(at)
  row.value.set(value)
  row.point.set(point)
  row.flag.set(flag)
  return zstdCompressSync(new Uint8Array(row.at.buffer), { params: { [constants.ZSTD_c_compressionLevel]: 1 } })
}

function decodeRow(data: Uint8Array): PointSamples {
  let plain: Uint8Array
  try {
    plain = zstdDecompressSync(data)
  } catch (error) {
    throw damaged('bytes zstd does not know', error)
  }
  if (plain.length % ROW_BYTES !== 0) throw damaged(`a row of ${plain.length} bytes`)
  return rowOf(Uint8Array.from(plain).buffer)
}

function damaged(why: string, cause?: unknown): HouseError {
  return new HouseError('store/failed', `the history's log is damaged: ${why}`, {}, cause)
}

/** The columns of a row, which lie one behind the other. */
function rowOf(buffer: ArrayBuffer): PointSamples {
  const length = buffer.byteLength / ROW_BYTES
  return {
    length,
    at: new Float64Array(buffer, 0, length),
    value: new Float64Array(buffer, 8 * length, length),
    point: new Uint32Array(buffer, 16 * length, length),
    flag: new Uint8Array(buffer, 20 * length, length),
  }
}
