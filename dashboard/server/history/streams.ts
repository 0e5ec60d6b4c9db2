import { z } from 'zod'
import type { Sqlite } from '../../../platform/sqlite.ts'
import { Coverage, type Range } from './coverage.ts'

/** The tables in which a history remembers what it has of each stream. */
export const STREAM_TABLES = `
  create table streams (
    id integer primary key,
    site text not null,
    stream text not null,
    unique (site, stream)
  ) strict;
  create table covered (
    stream integer not null,
    from_seq integer not null,
    to_seq integer not null,
    primary key (stream, from_seq)
  ) strict, without rowid;
`

/** A stream belongs to the site that sends it, so that no gateway can speak for another's. */
export interface StreamName {
  readonly site: string
  readonly stream: string
}

const IdRow = z.object({ id: z.number() })
const RangeRow = z.object({ from: z.number(), to: z.number() })

/**
 * Knows which readings of which stream are stored, so that a repeated one is stored once. What is added counts at once, in memory; `save`
 * writes it, inside the transaction that stores the readings; then `settle`, or `forget` when that has failed.
 */
export interface Streams {
  /** Adds numbers; answers those that are new, or null when the stream has too many gaps for them. */
  add(name: StreamName, from: number, to: number): readonly Range[] | null
  holds(name: StreamName, from: number, to: number): boolean
  save(): void
  /** Streams that were added to since `settle` or `forget`. */
  touched(): readonly StreamName[]
  settle(): void
  forget(): void
}

interface Known extends StreamName {
  readonly id: number
  readonly coverage: Coverage
}

export function openStreams(sqlite: Sqlite): Streams {
  const known = new Map<string, Known>()
  const touched = new Map<string, Known>()
  const streamOf = (name: StreamName): Known => {
    const key = `${name.site}/${name.stream}`
    const found = known.get(key)
    if (found !== undefined) return found
    const loaded = load(sqlite, name)
    known.set(key, loaded)
    return loaded
  }
  return {
    add: (name, from, to) => {
      const stream = streamOf(name)
      touched.set(`${name.site}/${name.stream}`, stream)
      return stream.coverage.add(from, to)
    },
    holds: (name, from, to) => streamOf(name).coverage.holds(from, to),
    save: () => {
      for (const { id, coverage } of touched.values()) {
        const { written, gone } = coverage.changes()
        for (const from of gone) sqlite.run('delete from covered where stream = ? and from_seq = ?', id, from)
        for (const [from, to] of written) sqlite.run('insert or replace into covered values (?, ?, ?)', id, from, to)
      }
    },
    touched: () => [...touched.values()],
    settle: () => touched.clear(),
    forget: () => {
      // All of them: a stream that was met for the first time in the transaction has lost its number with it.
      known.clear()
      touched.clear()
    },
  }
}

function load(sqlite: Sqlite, { site, stream }: StreamName): Known {
  const row = sqlite.one(
    IdRow,
    'insert into streams (site, stream) values (?, ?) on conflict do update set site = excluded.site returning id',
    ...[site, stream],
  )
  if (row === null) throw new RangeError('insert … returning gave no row')
  const ranges = sqlite.all(
    RangeRow,
    'select from_seq as "from", to_seq as "to" from covered where stream = ? order by from_seq',
    row.id,
  )
  return { site, stream, id: row.id, coverage: new Coverage(ranges.map(({ from, to }): Range => [from, to])) }
}
