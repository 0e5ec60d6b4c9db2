import type { Certificate } from '../../../core/contract/chain.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import { type KnownLink, type Missing, openStreamWalk, type StreamWalk, type WalkFacts, worse } from './stream-walk.ts'

/** What a gateway says it still has: how many readings, and the time of the oldest. */
export interface Waiting {
  readonly readings: number
  readonly oldestAt: number | null
}

export interface CertificateFacts extends WalkFacts {
  readonly site: string
  /** null when the gateway has not said. */
  readonly waiting: Waiting | null
}

/** Makes a certificate of links that are shown to it once. */
export interface Certifier {
  /** Links of one stream by rising number; streams by their time. */
  take(link: KnownLink): void
  /** null when nothing is known of the interval. */
  finish(): Certificate | null
}

type Span = readonly [from: number, to: number]

/**
 * What can be proved of the readings of an interval. Where it begins before anything was ever recorded, the certificate begins with the
 * first record. Of a hole that reaches out of the interval all readings count as missing, as nobody knows where in it they were.
 */
export function openCertifier(facts: CertificateFacts): Certifier {
  const walks: StreamWalk[] = []
  return {
    take: (link) => {
      let walk = walks.at(-1)
      if (walk?.stream !== link.stream) {
        walk = openStreamWalk(link.stream, facts)
        walks.push(walk)
      }
      walk.take(link)
    },
    finish: () => certificateOf(walks, facts),
  }
}

function certificateOf(walks: readonly StreamWalk[], facts: CertificateFacts): Certificate | null {
  const [first] = walks
  const begun = first?.span()?.[0]
  if (first === undefined || begun === undefined) return null
  const lead = leadOf(first, begun, facts)
  const from = Math.max(facts.from, lead?.from ?? begun)
  if (from >= facts.to) return null
  const ended = [...walks.flatMap(({ holes }) => holes), ...between(walks), ...unended(walks, facts.to)]
  const inner = lead === null ? ended : [lead, ...ended]
  const holes = [...inner, ...tail(walks, inner, facts)]
  const uncertainties = walks.map((walk) => walk.uncertaintyMs()).filter((each) => each !== undefined)
  const cut = merged(holes.flatMap((hole) => cutTo([from, facts.to], hole)))
  return {
    site: facts.site,
    from: UtcMs.parse(from),
    to: UtcMs.parse(facts.to),
    issuedAt: UtcMs.parse(facts.now),
    complete: cut.length === 0,
    readings: walks.reduce((sum, walk) => sum + walk.readings(), 0),
    missing: cut.reduce((sum, { readings }) => sum + (readings ?? 0), 0),
    uncertaintyMs: uncertainties.reduce<number | null | undefined>(worse, undefined) ?? null,
    holes: cut.map((hole) => ({ ...hole, from: UtcMs.parse(hole.from), to: UtcMs.parse(hole.to) })),
    chains: walks.flatMap((walk) => {
      const [start, last] = [walk.first(), walk.last()]
      if (start === null || last === null) return []
      return [{ stream: walk.stream, first: start, last: last.n, hash: last.hash, signed: last.isSigned }]
    }),
  }
}

/** What was read before the first link that has come, when its gateway says that it still has it. */
function leadOf(walk: StreamWalk, begun: number, { waiting }: CertificateFacts): Missing | null {
  const oldestAt = waiting?.oldestAt ?? null
  const before = walk.firstNumber() ?? 0
  if (waiting === null || oldestAt === null || oldestAt >= begun || (walk.first() ?? 0) === 0) return null
  const readings = Math.min(waiting.readings, before)
  return { stream: walk.stream, cause: 'on-its-way', from: oldestAt, to: begun, readings }
}

interface Reached {
  readonly walk: StreamWalk
  readonly until: number
}

/** From where nothing is known until another stream begins. Streams may overlap: a store that goes on in memory begins one there. */
function between(walks: readonly StreamWalk[]): Missing[] {
  const lost: Missing[] = []
  let reached: Reached | null = null
  for (const walk of walks) {
    const span = walk.span()
    if (span === null) continue
    if (reached !== null && span[0] > reached.until) {
      const { stream } = reached.walk
      lost.push({ stream, cause: 'store-lost', from: reached.until, to: span[0], readings: null })
    }
    if (reached === null || span[1] >= reached.until) reached = { walk, until: span[1] }
  }
  return lost
}

/** After the last link. */
function tail(walks: readonly StreamWalk[], inner: readonly Missing[], { to, waiting }: CertificateFacts): Missing[] {
  const known = walks.flatMap((walk): Reached[] => {
    const until = walk.span()?.[1]
    return until === undefined ? [] : [{ walk, until }]
  })
  const last = known.reduce<Reached | null>(
    (best, each) => (best === null || each.until >= best.until ? each : best),
    null,
  )
  if (last === null || last.until >= to) return []
  const told = inner.filter(({ cause }) => cause === 'on-its-way').reduce((sum, hole) => sum + (hole.readings ?? 0), 0)
  const left = Math.max(0, (waiting?.readings ?? 0) - told)
  const rest = { stream: last.walk.stream, from: last.until, to }
  return [
    left > 0 ? { ...rest, cause: 'on-its-way', readings: left } : { ...rest, cause: 'not-yet-told', readings: null },
  ]
}

/** Holes at the end of a stream: they reach to where something is known again. */
function unended(walks: readonly StreamWalk[], to: number): Missing[] {
  return walks.flatMap((walk) => {
    const until = walk.span()?.[1] ?? 0
    const next = walks.flatMap((other) => other.span()?.[0] ?? []).filter((start) => start > until)
    return walk.openHoles(Math.min(to, ...next))
  })
}

function cutTo([from, to]: Span, hole: Missing): Missing[] {
  if (hole.from >= to || hole.to < from) return []
  const cut = { ...hole, from: Math.max(from, hole.from), to: Math.min(to, hole.to) }
  // A time in which nothing was read is none when it has no length.
  return cut.from === cut.to && (hole.readings === null || hole.readings === 0) ? [] : [cut]
}

/** Holes by time; those of one cause that touch are one. */
function merged(holes: readonly Missing[]): Missing[] {
  const whole: Missing[] = []
  for (const hole of holes.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    const last = whole.at(-1)
    const isSame = last?.cause === hole.cause && last.stream === hole.stream && hole.from <= last.to
    if (last === undefined || !isSame) whole.push(hole)
    else whole.splice(-1, 1, { ...last, to: Math.max(last.to, hole.to), readings: sum(last.readings, hole.readings) })
  }
  return whole
}

function sum(a: number | null, b: number | null): number | null {
  return a === null && b === null ? null : (a ?? 0) + (b ?? 0)
}
