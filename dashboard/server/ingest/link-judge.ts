import type { KeyObject } from 'node:crypto'
import type { LinkHead, RangeLink } from '../../../core/contract/chain.ts'
import type { Dating } from '../../../core/contract/clock.ts'
import type { RangeBatch } from '../../../core/decode/range-body.ts'
import { decodeTrendBody } from '../../../core/decode/trend-body.ts'
import { utcMs } from '../../../core/contract/time.ts'
import { isHouseError, messageOf } from '../../../core/kit/errors.ts'
import { unpackBody } from '../../../platform/chain.ts'
import { signerOf } from '../../../platform/link-signature.ts'
import type { Archive } from '../archive/archive.ts'
import { believedDating, byBoot, type ChainedDating, movedTime, readingTime } from '../archive/dating.ts'
import type { NewLink } from '../archive/keep-link.ts'
import { contradiction, type Neighbours } from '../archive/neighbours.ts'
import { MOST_BODY_BYTES, readRange } from '../archive/range-readings.ts'
import type { HistoryBatch, HistoryReading, HistoryTrend, StreamSpan } from '../history/store.ts'
import { refusal } from './refusals.ts'

/** What is left of a range at fidelity `minutes`. */
const MINUTE_MS = 60_000

/** A link as it came, its body still packed. */
export interface CameLink {
  readonly head: LinkHead
  readonly hash: string
  readonly body: Uint8Array
}

/** What is to be done with a link. */
export type Judged =
  /** It is in the archive already. */
  | { readonly is: 'known' }
  /** It is new, with what the history is to have of it. */
  | {
      readonly is: 'new'
      readonly link: NewLink
      readonly batches: readonly HistoryBatch[]
      readonly trend: HistoryTrend | null
      /** Numbers that will never come. */
      readonly lost: StreamSpan | null
      /** Readings of points no birth has told of. */
      readonly unknown: number
    }
  /** It will never be taken. */
  | { readonly is: 'reject'; readonly error: unknown }
  /** It cannot be taken now. */
  | { readonly is: 'keep'; readonly why: string }

export interface JudgeDeps {
  readonly archive: Archive
  /** Every key the site ever had; none where it has no identity. */
  readonly keysOf: (site: string) => readonly KeyObject[]
  /** Whether the births of the site's gateway are known; they are asked for where not. */
  readonly isBorn: (site: string) => boolean
}

/** Judges links one after the other; those found new are counted on when the next are judged, also in their dating. */
export function openLinkJudge(deps: JudgeDeps): (link: CameLink) => Judged {
  const streams = new Map<string, ReturnType<typeof withPending>>()
  const known = (site: string, stream: string) => {
    const name = `${site}/${stream}`
    const found = streams.get(name) ?? withPending(deps.archive.neighbours(site, stream))
    streams.set(name, found)
    return found
  }
  return (came) => {
    const { site, stream, n } = came.head.link
    const around = known(site, stream)
    const there = around.at(n)
    if (there?.hash === came.hash) return { is: 'known' }
    try {
      if (there !== null) throw refusal('fork', `another link ${n} of stream ${stream} came before`)
      const key = keyFor(came, around, deps)
      const wrong = contradiction(came.head.link, came.hash, around)
      if (wrong !== null) throw refusal('chain', `link ${n}: ${wrong}`)
      const judged = contentsOf(came, key, { ...deps, later: around.datings() })
      if (judged.is === 'new') around.add(came)
      return judged
    } catch (error) {
      if (isHouseError(error, 'message/malformed')) return { is: 'reject', error }
      throw error
    }
  }
}

/** The key that signed a link; null where it bears no signature that could be checked. */
function keyFor({ head, hash }: CameLink, around: Neighbours, { keysOf }: JudgeDeps): KeyObject | null {
  const { site, n } = head.link
  const keys = keysOf(site)
  if (keys.length === 0) return null
  if (head.signature === undefined) {
    // A stream may have begun before its gateway had a key, but no gateway loses its key on the way.
    if (around.isSignedBefore(n) || around.followsSigned())
      throw refusal('unsigned', `link ${n} is not signed, others of ${site} are`)
    return null
  }
  const key = signerOf(keys, hash, head.signature)
  if (key === null) throw refusal('signature', `link ${n} is not signed with a key of ${site}`)
  return key
}

interface ContentsDeps extends JudgeDeps {
  /** Dating links of the stream that are not in the archive yet. */
  readonly later: readonly ChainedDating[]
}

function contentsOf({ head, hash, body }: CameLink, key: KeyObject | null, deps: ContentsDeps): Judged {
  const { link, fidelity } = head
  const made = { is: 'new', link: { head, hash, body, key }, batches: [], trend: null, lost: null, unknown: 0 } as const
  if (link.kind === 'gap') return { ...made, lost: spanOf(link) }
  if (link.kind !== 'range') return made
  const kept = deps.archive.datings({ site: link.site, stream: link.stream, boot: link.dating.boot })
  const believed = believedDating(link.dating, link.n, byBoot([...kept, ...deps.later]))
  switch (fidelity) {
    case 'none':
      return { ...made, lost: spanOf(link) }
    case 'minutes':
      return { ...made, trend: minutesOf(link, body, believed) }
    case 'raw': {
      const read = readRange(link, body)
      const split = historyOf(link, read, { believed, archive: deps.archive })
      // Without its births nobody knows what a point measures; they are on their way.
      if (split.unknown > 0 && !deps.isBorn(link.site)) {
        return { is: 'keep', why: `births of ${link.site} are not known yet` }
      }
      return { ...made, ...split }
    }
  }
}

function spanOf({ site, stream, from, to }: StreamSpan): StreamSpan {
  return { site, stream, from, to }
}

interface Reading {
  readonly believed: Dating
  readonly archive: Pick<Archive, 'quantity'>
}

/** A range as the history takes it. A reading of a point nobody knows is left out, and the numbers go on behind it. */
function historyOf(link: RangeLink, batches: readonly RangeBatch[], { believed, archive }: Reading) {
  const { site, stream } = link
  const made: HistoryBatch[] = []
  // A range names few points, each hundreds of times.
  const asked = new Map<string, Map<string, ReturnType<Archive['quantity']>>>()
  let unknown = 0
  for (const { device, firstSeq, readings } of batches) {
    const known = asked.get(device) ?? new Map<string, ReturnType<Archive['quantity']>>()
    asked.set(device, known)
    let run: HistoryReading[] = []
    const close = (next: number) => {
      if (run.length > 0) made.push({ site, device, stream, firstSeq: next - run.length, readings: run })
      run = []
    }
    for (const [index, reading] of readings.entries()) {
      const { point, value, quality } = reading
      let quantity = known.get(point)
      if (quantity === undefined) {
        quantity = archive.quantity(site, `${device}/${point}`)
        known.set(point, quantity)
      }
      if (quantity === null) {
        unknown += 1
        close(firstSeq + index)
        continue
      }
      run.push({ point, quantity, value, quality, at: utcMs(readingTime(reading, link.dating, believed)) })
    }
    close(firstSeq + readings.length)
  }
  return { batches: made, unknown }
}

function minutesOf(link: RangeLink, body: Uint8Array, believed: Dating): HistoryTrend {
  const moved = Math.round((movedTime(link.at[0], link.dating, believed) - link.at[0]) / MINUTE_MS)
  try {
    const columns = decodeTrendBody(unpackBody(body, MOST_BODY_BYTES)).map((point) => ({
      ...point,
      columns: point.columns.map((column) => ({ ...column, index: Math.max(0, column.index + moved) })),
    }))
    return { ...spanOf(link), widthMs: MINUTE_MS, columns, isFinal: true }
  } catch (error) {
    throw refusal('body', messageOf(error))
  }
}

/** What is known of a stream, and what has just been judged. */
function withPending(
  kept: Neighbours,
): Neighbours & { add(link: CameLink): void; datings(): readonly ChainedDating[] } {
  const pending = new Map<number, CameLink>()
  const places = (isNear: (n: number) => boolean) =>
    [...pending.values()].flatMap(({ head: { link } }) =>
      'from' in link && isNear(link.n) ? [{ n: link.n, from: link.from, to: link.to }] : [],
    )
  return {
    add: (link) => void pending.set(link.head.link.n, link),
    datings: () =>
      [...pending.values()].flatMap(({ head: { link } }) =>
        link.kind === 'dating' ? [{ n: link.n, dating: link.dating }] : [],
      ),
    at: (n) => {
      const own = pending.get(n)
      return own === undefined ? kept.at(n) : { hash: own.hash, prev: own.head.link.prev }
    },
    before: (n) => {
      const found = [kept.before(n), ...places((other) => other < n)]
      return found.reduce((best, each) => (best === null || (each !== null && each.n > best.n) ? each : best), null)
    },
    after: (n) => {
      const found = [kept.after(n), ...places((other) => other > n)]
      return found.reduce((best, each) => (best === null || (each !== null && each.n < best.n) ? each : best), null)
    },
    between: (n, m) => kept.between(n, m) + [...pending.keys()].filter((other) => other > n && other < m).length,
    isSignedBefore: (n) =>
      kept.isSignedBefore(n) || [...pending].some(([other, { head }]) => other < n && head.signature !== undefined),
    followsSigned: () => pending.size === 0 && kept.followsSigned(),
  }
}
