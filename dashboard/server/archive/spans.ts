import { z } from 'zod'
import type { Sqlite } from '../../../platform/sqlite.ts'

/** Numbers of a stream's links, both included. */
export interface LinkSpan {
  readonly stream: string
  readonly first: number
  readonly last: number
  /** Newest row of the archive when it was looked up: what came later is not in it. */
  readonly upTo: number
}

const NewestRow = z.object({ newest: z.number().nullable() })
const StreamRow = z.object({ stream: z.string().nullable() })
const EdgeRow = z.object({ n: z.number(), at: z.number() })
const EndsRow = z.object({ first: z.number().nullable(), last: z.number().nullable() })

/**
 * Of each stream of a site, the links that touch [from, to] in time and one that has a time beside them on either side, so
 * that what lies between is known; the oldest stream first.
 */
export function spansIn(sqlite: Sqlite, site: string, { from, to }: { readonly from: number; readonly to: number }) {
  const upTo = sqlite.one(NewestRow, 'select max(id) as newest from links')?.newest ?? 0
  return streamsOf(sqlite, site)
    .map((stream) => spanOf(sqlite, { site, stream }, { from, to }))
    .filter((span) => span !== null)
    .sort((a, b) => a.startedAt - b.startedAt)
    .map(({ stream, first, last }): LinkSpan => ({ stream, first, last, upTo }))
}

/** Few streams have many links, so each is looked up after the one before it. */
function streamsOf(sqlite: Sqlite, site: string): readonly string[] {
  return sqlite
    .all(
      StreamRow,
      `with recursive found(stream) as (
         select min(stream) from links where site = ?1
         union all
         select (select min(stream) from links where site = ?1 and stream > found.stream) from found where found.stream is not null
       ) select stream from found`,
      site,
    )
    .flatMap(({ stream }) => (stream === null ? [] : [stream]))
}

const TIMED = 'from links where site = ? and stream = ? and to_at is not null'

function spanOf(
  sqlite: Sqlite,
  { site, stream }: { readonly site: string; readonly stream: string },
  { from, to }: { readonly from: number; readonly to: number },
): (Omit<LinkSpan, 'upTo'> & { readonly startedAt: number }) | null {
  const edge = (condition: string, ...values: readonly number[]) =>
    sqlite.one(EdgeRow, `select n, to_at as at ${TIMED} ${condition} limit 1`, site, stream, ...values)
  const ends = sqlite.one(
    EndsRow,
    'select min(n) as first, max(n) as last from links where site = ? and stream = ?',
    ...[site, stream],
  )
  const inside = sqlite.one(
    EndsRow,
    `select min(n) as first, max(n) as last ${TIMED} and to_at >= ? and from_at <= ?`,
    ...[site, stream, from, to],
  )
  const started = edge('order by to_at')
  const [lowest, highest] = [ends?.first ?? null, ends?.last ?? null]
  if (lowest === null || highest === null || started === null) return null
  const { first, last } = inside ?? { first: null, last: null }
  const before =
    first === null ? edge('and to_at < ? order by to_at desc', from) : edge('and n < ? order by n desc', first)
  const after = last === null ? edge('and from_at > ? order by from_at', to) : edge('and n > ? order by n', last)
  const span = { first: before?.n ?? lowest, last: after?.n ?? highest }
  // A boot whose clock was wrong may stand elsewhere in time than in the chain.
  return {
    stream,
    first: Math.min(span.first, span.last),
    last: Math.max(span.first, span.last),
    startedAt: started.at,
  }
}
