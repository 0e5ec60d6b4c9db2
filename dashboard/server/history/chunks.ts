import { z } from 'zod'
import type { Sqlite } from '../../../platform/sqlite.ts'
import { decodeChunk, encodeChunk, sumOf } from './chunk.ts'
import type { ColumnSum } from './columns.ts'
import { part, placeOf, type Samples, sorted } from './samples.ts'

/** `reach`: which of REACHES a chunk stays within, so that those around an instant are found without looking at all older ones. */
export const CHUNK_TABLES = `
  create table chunks (
    id integer primary key,
    point integer not null,
    reach integer not null,
    from_at integer not null,
    to_at integer not null,
    n integer not null,
    good integer not null,
    min real,
    max real,
    sum real,
    data blob not null
  ) strict;
  create index chunks_by_time on chunks (point, reach, from_at, to_at);
`

/** Longest time between the first and the last sample of a chunk, by its reach: an hour, a day, 32 days, and for what comes more rarely still all time. */
export const REACHES = [3_600_000, 86_400_000, 32 * 86_400_000, 2 ** 52] as const

const MOST_SAMPLES = 500
/** Samples that came together and lie further apart than this many usual steps, and than an hour, go into chunks of their own: late ones do not stretch a chunk of live ones. */
const FAR_STEPS = 16
const FAR_MS = 3_600_000

const ChunkRow = z.object({
  id: z.number(),
  from: z.number(),
  to: z.number(),
  n: z.number(),
  good: z.number(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  sum: z.number().nullable(),
  data: z.instanceof(Uint8Array),
})
type ChunkRow = z.infer<typeof ChunkRow>
const OneRow = z.object({ one: z.number() })
const CountRow = z.object({ n: z.number() })

const FIND = `select id, from_at as "from", to_at as "to", n, good, min, max, sum, data from chunks
  where point = ? and reach = ? and from_at > ? and from_at < ? and to_at >= ?`
const COUNT = `select count(*) as n from (
  select 1 from chunks where point = ? and reach = ? and from_at > ? and from_at < ? and to_at >= ? limit ?)`

const ANY = 'select 1 as one from chunks where point = ? and reach = ? limit 1'

/** A point's samples in compressed chunks on disk. */
export interface Chunks {
  /** Stores samples, in whatever order; called inside a transaction. Answers them sorted. */
  add(point: number, samples: Samples): Samples
  /** Whether fewer than so many chunks have to be looked at for [from, to). */
  isFewerThan(most: number, point: number, [from, to]: readonly [number, number]): boolean
  /** Adds the samples in [from, to) to the columns of a query. */
  read(point: number, [from, to]: readonly [number, number], sum: ColumnSum): void
}

export function openChunks(sqlite: Sqlite): Chunks {
  // Where a column ends, the minute before and the minute after are often in the same chunk.
  let last: { readonly id: number; readonly samples: Samples } | null = null
  const samplesOf = ({ id, data }: ChunkRow): Samples => {
    if (last?.id !== id) last = { id, samples: decodeChunk(data) }
    return last.samples
  }
  /** The reaches of a point's chunks: nearly always one or two. */
  const reaches = new Map<number, readonly number[]>()
  const reachesOf = (point: number): readonly number[] => {
    const known = reaches.get(point)
    if (known !== undefined) return known
    const found = REACHES.flatMap((_, reach) => (sqlite.one(OneRow, ANY, point, reach) === null ? [] : [reach]))
    reaches.set(point, found)
    return found
  }
  return {
    add: (point, samples) => {
      reaches.delete(point)
      const inOrder = sorted(samples)
      for (const piece of pieces(inOrder)) save(sqlite, point, piece)
      return inOrder
    },
    isFewerThan: (most, point, [from, to]) => {
      let count = 0
      for (const reach of reachesOf(point)) {
        const bounds = [from - (REACHES[reach] ?? 0), to, from]
        count += sqlite.one(CountRow, COUNT, point, reach, ...bounds, most)?.n ?? 0
        if (count >= most) return false
      }
      return true
    },
    read: (point, [from, to], sum) => {
      for (const reach of reachesOf(point)) {
        for (const row of sqlite.all(ChunkRow, FIND, point, reach, from - (REACHES[reach] ?? 0), to, from)) {
          const isWhole = row.from >= from && row.to < to
          const { n, good, min, max, sum: all } = row
          const whole = { n, good, min: min ?? Infinity, max: max ?? -Infinity, sum: all ?? 0 }
          if (isWhole && sum.addSum(whole, row.from, row.to)) continue
          const samples = samplesOf(row)
          sum.addSamples(part(samples, placeOf(samples, from), placeOf(samples, to)), from, to)
        }
      }
    },
  }
}

function save(sqlite: Sqlite, point: number, samples: Samples): void {
  const [from, to] = [samples.at[0] ?? 0, samples.at[samples.length - 1] ?? 0]
  const reach = REACHES.findIndex((length) => to - from < length)
  const { n, good, min, max, sum } = sumOf(samples)
  const sums =
    good === 0 ? [null, null, null] : [min, max, Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, sum))]
  sqlite.run(
    'insert into chunks (point, reach, from_at, to_at, n, good, min, max, sum, data) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ...[point, reach, from, to, n, good, ...sums, encodeChunk(samples)],
  )
}

/** Samples cut into what makes one chunk each. */
function pieces(samples: Samples): Samples[] {
  const far = Math.max(FAR_MS, FAR_STEPS * usualStep(samples))
  const made: Samples[] = []
  let start = 0
  for (let index = 1; index <= samples.length; index++) {
    const step = (samples.at[index] ?? Infinity) - (samples.at[index - 1] ?? 0)
    if (step <= far && index - start < MOST_SAMPLES) continue
    made.push(part(samples, start, index))
    start = index
  }
  return made
}

/** The median time between two neighbours. */
function usualStep({ length, at }: Samples): number {
  const steps = new Float64Array(Math.max(0, length - 1))
  for (let index = 0; index < steps.length; index++) steps[index] = (at[index + 1] ?? 0) - (at[index] ?? 0)
  return steps.sort()[steps.length >> 1] ?? 0
}
