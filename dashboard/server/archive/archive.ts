import { join } from 'node:path'
import { z } from 'zod'
import type { LinkHead } from '../../../core/contract/chain.ts'
import { Quantity } from '../../../core/contract/quantity.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import { systemClock } from '../../../platform/clock.ts'
import { openSqlite, type Sqlite } from '../../../platform/sqlite.ts'
import { ARCHIVE_MIGRATIONS, headOf, LinkRow } from './archive-rows.ts'
import type { ChainedDating } from './dating.ts'
import { keepLink, keptDatings, type NewLink } from './keep-link.ts'
import type { Neighbours } from './neighbours.ts'
import { type LinkSpan, spansIn } from './spans.ts'

/** A link as it lies in the archive. */
export interface ArchivedLink {
  readonly id: number
  readonly stream: string
  readonly n: number
  /** As it was when the link came. */
  readonly hash: string
  /** null when what lies there is no link any more. */
  readonly head: LinkHead | null
  /** Which of the archive's keys its signature was checked with; null where none was. */
  readonly key: number | null
}

/**
 * Every link a gateway has sent, with its body, as it came: what the control room can prove, and what its history could be made from
 * again. All methods throw `store/failed`.
 */
export interface Archive {
  /** What is known of a stream, for judging a link that has come. */
  neighbours(site: string, stream: string): Neighbours
  /** Keeps links in one transaction; durable when it returns. One that is there stays as it is. */
  keep(links: readonly NewLink[], receivedAt: UtcMs): void
  /** The dating links of a stream that are about one boot. */
  datings(place: { readonly site: string; readonly stream: string; readonly boot: string }): readonly ChainedDating[]
  /** What the points of a site measure, as births have told; they are known on when their device is gone. */
  rememberPoints(site: string, points: readonly { readonly point: string; readonly quantity: Quantity }[]): void
  /** What `device/point` measures; null when no birth has told. */
  quantity(site: string, point: string): Quantity | null
  /** Of each stream of a site, the links that touch [from, to] and one beside them on either side; the oldest stream first. */
  spans(site: string, from: number, to: number): readonly LinkSpan[]
  /** Links of a span, at most `most`, beginning with number `from`. */
  page(site: string, span: LinkSpan, from: number, most: number): readonly ArchivedLink[]
  /** The dating links from the beginning of a span on that are about boots in it. */
  datingsFor(site: string, span: LinkSpan): readonly ArchivedLink[]
  /** The packed body; null when there is none, or it was removed for its age. */
  body(id: number): Uint8Array | null
  /** PEM of a key. */
  key(id: number): string | null
  /** Removes at most `most` bodies of readings older than `before`; their links stay. Answers how many. */
  expire(before: number, most: number): number
  close(): void
}

const BodyRow = z.object({ body: z.instanceof(Uint8Array) })
const KeyRow = z.object({ pem: z.string() })
const LINK = 'select id, stream, n, hash, link, fidelity, signature, key from links'

/** Opens (and where needed makes) `archive.sqlite` in `folder`. Throws `store/failed`, `store/newer`. */
export function openArchive(folder: string): Archive {
  const sqlite = openSqlite(join(folder, 'archive.sqlite'), ARCHIVE_MIGRATIONS, { durability: 'full' })
  return {
    neighbours: (site, stream) => neighboursIn(sqlite, site, stream),
    keep: (links, receivedAt) =>
      sqlite.transaction(() => {
        for (const link of links) keepLink(sqlite, link, receivedAt)
      }),
    datings: (place) => keptDatings(sqlite, place),
    ...openPoints(sqlite),
    spans: (site, from, to) => spansIn(sqlite, site, { from, to }),
    page: (site, { stream, last, upTo }, from, most) =>
      sqlite
        .all(
          LinkRow,
          `${LINK} where site = ? and stream = ? and n between ? and ? and id <= ? order by n limit ?`,
          ...[site, stream, from, last, upTo, most],
        )
        .map(archivedLink),
    datingsFor: (site, { stream, first, last, upTo }) =>
      sqlite
        .all(
          LinkRow,
          `${LINK} where site = ?1 and stream = ?2 and n > ?3 and id <= ?5 and kind = 'dating' and boot in
             (select distinct boot from links where site = ?1 and stream = ?2 and n between ?3 and ?4 and boot is not null)
           order by n`,
          ...[site, stream, first, last, upTo],
        )
        .map(archivedLink),
    body: (id) => sqlite.one(BodyRow, 'select body from bodies where link = ?', id)?.body ?? null,
    key: (id) => sqlite.one(KeyRow, 'select pem from keys where id = ?', id)?.pem ?? null,
    expire: (before, most) =>
      sqlite.run(
        'delete from bodies where link in (select link from bodies where to_at < ? order by to_at limit ?)',
        ...[before, most],
      ).changes,
    close: () => sqlite.close(),
  }
}

function archivedLink(row: LinkRow): ArchivedLink {
  const { id, stream, n, hash, key } = row
  return { id, stream, n, hash, key, head: headOf(row) }
}

const HashRow = z.object({ hash: z.string(), prev: z.string() })
const PlaceRow = z.object({ n: z.number(), from: z.number(), to: z.number() })
const CountRow = z.object({ count: z.number() })
const PLACE = 'select n, first as "from", last as "to" from links where site = ? and stream = ? and first is not null'

function neighboursIn(sqlite: Sqlite, site: string, stream: string): Neighbours {
  const isAny = (condition: string, ...values: readonly (string | number)[]) =>
    sqlite.one(CountRow, `select 1 as "count" from links where ${condition} limit 1`, ...values) !== null
  return {
    at: (n) =>
      sqlite.one(HashRow, 'select hash, prev from links where site = ? and stream = ? and n = ?', ...[site, stream, n]),
    before: (n) => sqlite.one(PlaceRow, `${PLACE} and n < ? order by n desc limit 1`, site, stream, n),
    after: (n) => sqlite.one(PlaceRow, `${PLACE} and n > ? order by n limit 1`, site, stream, n),
    between: (n, m) =>
      sqlite.one(
        CountRow,
        'select count(*) as "count" from links where site = ? and stream = ? and n > ? and n < ?',
        ...[site, stream, n, m],
      )?.count ?? 0,
    isSignedBefore: (n) => isAny('site = ? and stream = ? and n < ? and key is not null', site, stream, n),
    followsSigned: () => !isAny('site = ? and stream = ?', site, stream) && isAny('site = ? and key is not null', site),
  }
}

const PointRow = z.object({ point: z.string(), quantity: Quantity })

/** Births that another program has heard are looked for at most this often, ms. */
const LOOK_EVERY_MS = 1_000

/** Kept in memory as well, because every reading asks. */
function openPoints(sqlite: Sqlite): Pick<Archive, 'rememberPoints' | 'quantity'> {
  const known = new Map<string, { readonly at: number; readonly points: Map<string, Quantity> }>()
  const ofSite = (site: string, mostAgeMs = Infinity): Map<string, Quantity> => {
    const found = known.get(site)
    // Every reading asks, and to read the clock takes longer than all the rest.
    if (found !== undefined && mostAgeMs === Infinity) return found.points
    const now = systemClock.mono()
    if (found !== undefined && now - found.at < mostAgeMs) return found.points
    const rows = sqlite.all(PointRow, 'select point, quantity from points where site = ?', site)
    const points = new Map(rows.map(({ point, quantity }) => [point, quantity]))
    known.set(site, { at: now, points })
    return points
  }
  return {
    rememberPoints: (site, points) => {
      const before = ofSite(site)
      const fresh = points.filter(({ point, quantity }) => before.get(point) !== quantity)
      if (fresh.length === 0) return
      sqlite.transaction(() => {
        for (const { point, quantity } of fresh) {
          sqlite.run(
            'insert into points values (?, ?, ?) on conflict do update set quantity = excluded.quantity',
            ...[site, point, quantity],
          )
        }
      })
      for (const { point, quantity } of fresh) before.set(point, quantity)
    },
    quantity: (site, point) => ofSite(site).get(point) ?? ofSite(site, LOOK_EVERY_MS).get(point) ?? null,
  }
}
