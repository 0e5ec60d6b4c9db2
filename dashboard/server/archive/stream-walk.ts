import type { HoleCause, Link, LinkHead, RangeLink } from '../../../core/contract/chain.ts'
import type { Dating } from '../../../core/contract/clock.ts'
import { hashOfLink } from '../../../platform/chain.ts'
import { believedDating, movedTime, type StreamDatings } from './dating.ts'
import { readingsWithin, readRange } from './range-readings.ts'

/** A link to be vouched for. */
export interface KnownLink {
  readonly stream: string
  readonly n: number
  /** Its hash as it was when it came. */
  readonly hash: string
  /** null when what was kept is no link any more. */
  readonly head: LinkHead | null
  /** Whether its signature was checked. */
  readonly isSigned: boolean
  /** The packed body; null when there is none, or it is no longer kept. Asked of few. */
  readonly body: () => Uint8Array | null
}

export interface WalkFacts {
  /** The interval, UTC ms; `to` is not in it. */
  readonly from: number
  readonly to: number
  /** When it is looked at. Links that say they are from later show nothing of their time. */
  readonly now: number
  /** Dating links by stream. */
  readonly datings: ReadonlyMap<string, StreamDatings>
}

/** Something missing, not yet cut to the interval. */
export interface Missing {
  readonly from: number
  readonly to: number
  readonly cause: HoleCause
  /** null for a time in which nothing was read. */
  readonly readings: number | null
  readonly stream: string
}

/** What links of one stream, taken by rising number, come to. */
export interface StreamWalk {
  readonly stream: string
  readonly take: (link: KnownLink) => void
  /** Number of the first link, and of the first reading accounted for; null while there is none. */
  readonly first: () => number | null
  readonly firstNumber: () => number | null
  readonly last: () => KnownLink | null
  /** Times between which something is known; null while no link has one. */
  readonly span: () => readonly [from: number, to: number] | null
  /** Holes that have an end. */
  readonly holes: readonly Missing[]
  /** Holes after which nothing is known, if they end at `to`. */
  readonly openHoles: (to: number) => readonly Missing[]
  readonly readings: () => number
  /** Worst uncertainty of a reading in the interval, ms; null = nobody can say; undefined = there is no reading. */
  readonly uncertaintyMs: () => number | null | undefined
}

/** A good clock of a gateway and ours are never as far apart. */
const CLOCKS_APART_MS = 3_600_000

/** A hole whose end, or the number of its readings, is told by a later link. */
interface OpenHole {
  readonly cause: HoleCause
  readonly from: number | null
  readings: number | null
  to: number | null
}

export function openStreamWalk(stream: string, facts: WalkFacts): StreamWalk {
  const holes: Missing[] = []
  const datings = facts.datings.get(stream)
  let open: OpenHole[] = []
  let first: number | null = null
  let firstNumber: number | null = null
  let last: KnownLink | null = null
  let span: [from: number, to: number] | null = null
  /** The last reading accounted for. */
  let number: number | null = null
  /** Whether times before here were told by a dating that is no longer believed. */
  let isMoved = false
  let readings = 0
  let uncertaintyMs: number | null | undefined

  const miss = (cause: HoleCause, count: number | null) => {
    open.push({ cause, from: span?.[1] ?? null, readings: count, to: null })
  }
  /** Counts what is missing before reading `next`. */
  const settle = (next: number) => {
    const told = open.reduce((sum, hole) => sum + (hole.readings ?? 0), 0)
    let untold = number === null ? 0 : Math.max(0, next - number - 1 - told)
    for (const hole of open.filter((each) => each.readings === null)) {
      hole.readings = untold
      untold = 0
    }
    if (untold > 0) miss('damaged', untold)
  }
  const closed = (to: number): Missing[] =>
    open
      // Links that are missing and held no reading have nothing to miss.
      .filter(({ cause, readings: count }) => cause !== 'on-its-way' || count !== 0)
      .map(({ cause, from, to: until, readings: count }) => {
        const end = until ?? to
        const begin = from ?? end
        // What follows may bear an earlier time, of a clock that was wrong; the hole stays where its beginning is known.
        return { stream, cause, from: begin, to: Math.max(begin, end), readings: count }
      })
  const reach = (from: number, to: number) => {
    span = [span?.[0] ?? from, to]
  }
  const takeRange = (link: KnownLink, range: RangeLink, fidelity: LinkHead['fidelity']) => {
    const believed = believedDating(range.dating, range.n, datings)
    const [from, to] = range.at.map((at) => movedTime(at, range.dating, believed)) as [number, number]
    settle(range.from)
    firstNumber ??= range.from
    number = range.to
    if (from > facts.now + CLOCKS_APART_MS) return
    holes.push(...closed(from))
    open = []
    isMoved = believed !== range.dating
    // A time nobody vouches for says nothing against one that is known.
    if (believed.uncertaintyMs !== null || span === null || to >= span[1]) reach(from, to)
    if (to < facts.from || from >= facts.to) return
    const all = range.to - range.from + 1
    if (fidelity === 'raw') {
      const isWhole = from >= facts.from && to < facts.to
      const inside = isWhole ? all : countPartly(link, { range, believed, at: [from, to] }, facts)
      if (inside === null) holes.push({ stream, cause: 'damaged', from, to, readings: all })
      else readings += inside
    } else holes.push({ stream, cause: fidelity === 'minutes' ? 'reduced' : 'dropped', from, to, readings: all })
    uncertaintyMs = worse(uncertaintyMs, believed.uncertaintyMs)
  }
  const takeStart = (start: Extract<Link, { kind: 'start' }>) => {
    const believed = believedDating(start.dating, start.n, datings)
    const at = movedTime(start.at, start.dating, believed)
    if (at > facts.now + CLOCKS_APART_MS) return
    const lived = isMoved || start.livedUntil === null ? span?.[1] : Math.max(start.livedUntil, span?.[1] ?? 0)
    const from = lived === undefined ? null : Math.min(lived, at)
    for (const hole of open) hole.to ??= from ?? at
    if (start.before !== null && from !== null) {
      holes.push({ stream, cause: start.before, from, to: at, readings: null })
    }
    isMoved = believed !== start.dating
    reach(at, at)
  }
  const takeTrusted = (link: KnownLink, head: LinkHead) => {
    switch (head.link.kind) {
      case 'range':
        takeRange(link, head.link, head.fidelity)
        return
      case 'gap':
        settle(head.link.from)
        firstNumber ??= head.link.from
        miss(head.link.cause, head.link.to - head.link.from + 1)
        return
      case 'start':
        takeStart(head.link)
        return
      case 'dating':
        return
    }
  }

  return {
    stream,
    take: (link) => {
      first ??= link.n
      // Readings are numbered from 0.
      if (link.n === 0) number = -1
      const before = last
      last = link
      if (before !== null && link.n > before.n + 1) miss('on-its-way', null)
      if (link.head === null || !isTrue(link, link.head, before)) miss('damaged', null)
      else takeTrusted(link, link.head)
    },
    first: () => first,
    firstNumber: () => firstNumber,
    last: () => last,
    span: () => span,
    holes,
    openHoles: closed,
    readings: () => readings,
    uncertaintyMs: () => uncertaintyMs,
  }
}

interface Dated {
  readonly range: RangeLink
  readonly believed: Dating
  readonly at: readonly [from: number, to: number]
}

/** How many readings of a range that lies partly in the interval are in it; by its share of the time when its body is no longer kept. */
function countPartly(link: KnownLink, { range, believed, at }: Dated, facts: WalkFacts): number | null {
  const packed = link.body()
  if (packed === null) {
    const share = (Math.min(at[1], facts.to - 1) - Math.max(at[0], facts.from) + 1) / (at[1] - at[0] + 1)
    return Math.round((range.to - range.from + 1) * share)
  }
  try {
    return readingsWithin(readRange(range, packed), { own: range.dating, believed }, facts)
  } catch {
    // What is wrong with it is for `verify` to say.
    return null
  }
}

/** Whether a link is what it was when it came, and stands after the one before it. */
function isTrue(link: KnownLink, head: LinkHead, before: KnownLink | null): boolean {
  if (head.link.n !== link.n || head.link.stream !== link.stream || hashOfLink(head.link) !== link.hash) return false
  return before === null || link.n !== before.n + 1 || head.link.prev === before.hash
}

/** The worse of two uncertainties; null, nobody can say, is the worst. */
export function worse(a: number | null | undefined, b: number | null): number | null {
  if (a === undefined) return b
  return a === null || b === null ? null : Math.max(a, b)
}
