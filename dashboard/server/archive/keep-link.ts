import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import { Link, type LinkHead } from '../../../core/contract/chain.ts'
import type { Dating } from '../../../core/contract/clock.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import { canonicalJson } from '../../../core/kit/canonical-json.ts'
import type { Sqlite } from '../../../platform/sqlite.ts'
import { IdRow } from './archive-rows.ts'
import { believedDating, byBoot, type ChainedDating, movedTime, type StreamDatings } from './dating.ts'

/** A link as it came, found right. */
export interface NewLink {
  readonly head: LinkHead
  readonly hash: string
  /** Packed; empty where there is none. */
  readonly body: Uint8Array
  /** The key its signature was checked with; null where nobody checked it. */
  readonly key: KeyObject | null
}

const TextRow = z.object({ link: z.string() })
const DatingLink = Link.options[2]
const TimedLink = z.union([Link.options[0], Link.options[3]])

/** The dating links of a stream that are about one boot. */
export function keptDatings(
  sqlite: Sqlite,
  { site, stream, boot }: { readonly site: string; readonly stream: string; readonly boot: string },
): readonly ChainedDating[] {
  const rows = sqlite.all(
    TextRow,
    "select link from links where site = ? and stream = ? and boot = ? and kind = 'dating' order by n",
    ...[site, stream, boot],
  )
  return rows.flatMap(({ link }) => DatingLink.safeParse(jsonOf(link)).data ?? [])
}

/** Writes a link, inside a transaction. One that is there stays as it is. */
export function keepLink(sqlite: Sqlite, { head, hash, body, key }: NewLink, receivedAt: UtcMs): void {
  const { link, fidelity, signature } = head
  const told = 'dating' in link ? toldOf(link, byBoot(keptDatings(sqlite, { ...link, boot: link.dating.boot }))) : null
  const { changes, lastId } = sqlite.run(
    `insert into links (site, stream, n, kind, hash, prev, link, fidelity, signature, key, first, last,
       boot, offset_ms, uncertainty_ms, source, from_at, to_at, received_at)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing`,
    ...[link.site, link.stream, link.n, link.kind, hash, link.prev, canonicalJson(link), fidelity],
    ...[signature ?? null, key === null ? null : keyId(sqlite, key)],
    ...('from' in link ? [link.from, link.to] : [null, null]),
    ...(told === null ? [null, null, null, null, null, null] : columnsOf(told)),
    receivedAt,
  )
  if (changes === 0) {
    mustBeTheSame(sqlite, link, hash)
    return
  }
  if (body.length > 0) sqlite.run('insert into bodies values (?, ?, ?)', lastId, told?.at?.[1] ?? receivedAt, body)
  if (link.kind === 'dating') moveBoot(sqlite, link)
}

/** Another program that shares the archive may have kept another link meanwhile; ours is then judged anew when it comes again. */
function mustBeTheSame(sqlite: Sqlite, { site, stream, n }: Link, hash: string): void {
  const row = sqlite.one(
    z.object({ hash: z.string() }),
    'select hash from links where site = ? and stream = ? and n = ?',
    ...[site, stream, n],
  )
  if (row?.hash !== hash)
    throw new HouseError('store/failed', `archive: another link ${n} of ${site} was kept meanwhile`)
}

interface Told {
  readonly believed: Dating
  /** First and last time; null for a link that has none. */
  readonly at: readonly [number, number] | null
}

/** How a link is dated now. */
function toldOf(link: Exclude<Link, { kind: 'gap' }>, datings: StreamDatings): Told {
  const believed = believedDating(link.dating, link.n, datings)
  if (link.kind === 'dating') return { believed, at: null }
  const [from, to] = link.kind === 'range' ? link.at : [link.at, link.at]
  return { believed, at: [movedTime(from, link.dating, believed), movedTime(to, link.dating, believed)] }
}

function columnsOf({ believed: { boot, offsetMs, uncertaintyMs, source }, at }: Told) {
  return [boot, offsetMs, uncertaintyMs, source, at?.[0] ?? null, at?.[1] ?? null]
}

/** A dating moves what stands before it of its boot in time. */
function moveBoot(sqlite: Sqlite, { site, stream, n, dating }: z.infer<typeof DatingLink>): void {
  const datings = keptDatings(sqlite, { site, stream, boot: dating.boot })
  const isLast = datings.at(-1)?.n === n
  // The conditions are those of `supersedes`, because a boot may have more links than can be read one by one. Where a later
  // dating came earlier, they are all read.
  const rows = sqlite.all(
    TextRow,
    `select link from links where site = ?1 and stream = ?2 and boot = ?3 and n < ?4 and kind <> 'dating' and (
       not ?5
       or (uncertainty_ms is null and (?6 is not null or ?7 <> 'none'))
       or ?6 < uncertainty_ms
       or (?6 is not null and abs(?8 - offset_ms) > uncertainty_ms))`,
    ...[site, stream, dating.boot, n, isLast ? 1 : 0, dating.uncertaintyMs, dating.source, dating.offsetMs],
  )
  for (const link of rows.flatMap((row) => TimedLink.safeParse(jsonOf(row.link)).data ?? [])) {
    sqlite.run(
      `update links set boot = ?, offset_ms = ?, uncertainty_ms = ?, source = ?, from_at = ?, to_at = ?
       where site = ? and stream = ? and n = ?`,
      ...[...columnsOf(toldOf(link, byBoot(datings))), site, stream, link.n],
    )
  }
}

/** The number of a key in the archive; one that is new is written. */
function keyId(sqlite: Sqlite, key: KeyObject): number {
  const pem = key.export({ type: 'spki', format: 'pem' }).toString()
  const row = sqlite.one(
    IdRow,
    'insert into keys (pem) values (?) on conflict do update set pem = excluded.pem returning id',
    pem,
  )
  if (row === null) throw new RangeError('insert … returning gave no row')
  return row.id
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
