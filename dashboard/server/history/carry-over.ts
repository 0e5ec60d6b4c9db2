import { zstdDecompressSync } from 'node:zlib'
import { z } from 'zod'
import { Quality } from '../../../core/contract/reading.ts'
import { HouseError, messageOf } from '../../../core/kit/errors.ts'
import type { Sqlite } from '../../../platform/sqlite.ts'
import { flagOf, type Samples } from './samples.ts'

/** The tables of the first version, which had no roll-ups. */
export const FIRST_STREAMS = `
  create table streams (
    site text not null,
    stream text not null,
    coverage text not null,
    primary key (site, stream)
  ) strict;
`
export const FIRST_TABLES = `
  ${FIRST_STREAMS}
  create table log (id integer primary key autoincrement, data blob not null) strict;
  create table tails (point integer primary key, log integer not null, data blob) strict;
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
`

/** Puts the first version's streams aside, and after the new tables are made takes over what they say. */
export const STREAMS_ASIDE = 'alter table streams rename to first_streams;'
export const STREAMS_OVER = `
  insert into streams (site, stream) select site, stream from first_streams;
  insert into covered
    select streams.id, 0, json_extract(coverage, '$.upTo') from first_streams join streams using (site, stream)
    where json_extract(coverage, '$.upTo') >= 0
    union all
    select streams.id, json_extract(value, '$[0]'), json_extract(value, '$[1]')
    from first_streams join streams using (site, stream), json_each(coverage, '$.ranges');
  drop table first_streams;
`
export const TABLES_ASIDE = `
  drop index chunks_by_time;
  alter table chunks rename to first_chunks;
  alter table log rename to first_log;
  alter table tails rename to first_tails;
`

const IdRow = z.object({ id: z.number() })
const ChunkRow = z.object({ point: z.number(), data: z.instanceof(Uint8Array) })
const TailRow = z.object({ point: z.number(), log: z.number(), data: z.instanceof(Uint8Array).nullable() })
const LogRow = z.object({ id: z.number(), data: z.instanceof(Uint8Array) })

/** Stores what the first version has left, once; `store` is called inside a transaction. Throws `store/failed`. */
export function carryOver(sqlite: Sqlite, store: (point: number, samples: Samples) => void): void {
  const table = sqlite.one(IdRow, "select count(*) as id from sqlite_master where name = 'first_chunks'")
  if (table?.id !== 1) return
  sqlite.transaction(() => {
    for (const { id } of sqlite.all(IdRow, 'select id from first_chunks order by id')) {
      const row = sqlite.one(ChunkRow, 'select point, data from first_chunks where id = ?', id)
      if (row !== null) store(row.point, chunkSamples(row.data))
    }
    for (const [point, samples] of waiting(sqlite)) store(point, columnsOf(samples))
    for (const name of ['first_chunks', 'first_log', 'first_tails']) sqlite.run(`drop table ${name}`)
  })
}

interface Sample {
  readonly at: number
  readonly value: number | null
  readonly quality: Quality
}

/** What was in no chunk yet, by point. */
function waiting(sqlite: Sqlite): Map<number, Sample[]> {
  const samples = new Map<number, Sample[]>()
  const covered = new Map<number, number>()
  const push = (point: number, sample: Sample) => {
    const known = samples.get(point)
    if (known === undefined) samples.set(point, [sample])
    else known.push(sample)
  }
  for (const { point, log, data } of sqlite.all(TailRow, 'select point, log, data from first_tails')) {
    covered.set(point, log)
    if (data !== null) for (const sample of listOf(chunkSamples(data))) push(point, sample)
  }
  for (const { id, data } of sqlite.all(LogRow, 'select id, data from first_log order by id')) {
    for (const { point, ...sample } of logSamples(data)) if (id > (covered.get(point) ?? 0)) push(point, sample)
  }
  return samples
}

const LogColumns = z.object({
  point: z.array(z.number()),
  at: z.array(z.number()),
  value: z.array(z.number().nullable()),
  quality: z.array(Quality),
})

function logSamples(data: Uint8Array): (Sample & { readonly point: number })[] {
  const { point, at, value, quality } = reading(() =>
    LogColumns.parse(JSON.parse(zstdDecompressSync(data).toString('utf8'))),
  )
  return point.map((id, index) => {
    return { point: id, at: at[index] ?? 0, value: value[index] ?? null, quality: quality[index] ?? 'bad' }
  })
}

/** A chunk of the first version: format, count, times as changes of steps, flags, and the values as eight planes of bytes. */
function chunkSamples(data: Uint8Array): Samples {
  return reading(() => {
    const plain = zstdDecompressSync(data, { maxOutputLength: 1 << 24 })
    const length = plain.readUInt32BE(1)
    const at = new Float64Array(length)
    let [place, instant, step] = [5, 0, 0]
    for (let index = 0; index < length; index++) {
      let rest = 0
      let byte = 0x80
      for (let weight = 1; byte >= 0x80; weight *= 0x80) {
        byte = plain[place++] ?? 0
        rest += (byte & 0x7f) * weight
      }
      step += rest % 2 === 0 ? rest / 2 : -(rest + 1) / 2
      instant += step
      at[index] = instant
    }
    const flag = Uint8Array.from(plain.subarray(place, place + length))
    const bytes = new DataView(new ArrayBuffer(8))
    const value = Float64Array.from(flag, (_, index) => {
      for (let plane = 0; plane < 8; plane++) bytes.setUint8(plane, plain[place + length * (plane + 1) + index] ?? 0)
      return bytes.getFloat64(0)
    })
    return { length, at, value, flag }
  })
}

function columnsOf(samples: readonly Sample[]): Samples {
  return {
    length: samples.length,
    at: Float64Array.from(samples, ({ at }) => at),
    value: Float64Array.from(samples, ({ value }) => value ?? 0),
    flag: Uint8Array.from(samples, ({ value, quality }) => flagOf(value, quality)),
  }
}

function listOf({ length, at, value, flag }: Samples): Sample[] {
  return Array.from({ length }, (_, index) => {
    const byte = flag[index] ?? 0
    const quality = Quality.options[byte & 0x7f] ?? 'bad'
    return { at: at[index] ?? 0, value: (byte & 0x80) === 0 ? (value[index] ?? 0) : null, quality }
  })
}

function reading<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw new HouseError('store/failed', `the history of an earlier version is damaged: ${messageOf(error)}`, {}, error)
  }
}
