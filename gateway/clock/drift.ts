/** An offset (UTC minus monotonic time) as it was known at one instant. */
export interface Anchor {
  /** Monotonic time, ms. */
  readonly mono: number
  readonly offsetMs: number
  readonly uncertaintyMs: number
}

/** How the offset moves between two looks: at `rate`, and at most `bound` off that; both in ms per ms. */
export interface Drift {
  readonly rate: number
  readonly bound: number
}

/** Crystals of cheap boards at −20 °C; before anything is measured the clock may run wrong by as much. */
export const UNMEASURED: Drift = { rate: 0, bound: 200e-6 }

/** A crystal wanders as much between a warm day and a cold night. */
const WANDER = 20e-6
/** No crystal is as wrong: then one of the two looks was, and nothing was measured. */
const IMPOSSIBLE = 500e-6
/** Looks closer than this measure mostly the line they came over, ms. */
const SHORTEST_MS = 600_000
const ANCHOR_EVERY_MS = 3_600_000
const ANCHORS_FOR_MS = 24 * 3_600_000

/** What two looks at the true time, some while apart, tell of the clock's rate. */
export function driftBetween(first: Anchor, last: Anchor): Drift {
  const span = last.mono - first.mono
  if (span < SHORTEST_MS) return UNMEASURED
  const rate = (last.offsetMs - first.offsetMs) / span
  const bound = (first.uncertaintyMs + last.uncertaintyMs) / span + WANDER
  if (Math.abs(rate) > IMPOSSIBLE || bound >= UNMEASURED.bound) return UNMEASURED
  return { rate, bound }
}

/** Looks worth keeping to measure against: one an hour, of the last day. The oldest comes first. */
export function keepAnchor(anchors: readonly Anchor[], next: Anchor): readonly Anchor[] {
  const last = anchors.at(-1)
  const recent = anchors.filter(({ mono }) => mono >= next.mono - ANCHORS_FOR_MS)
  return last !== undefined && next.mono - last.mono < ANCHOR_EVERY_MS ? recent : [...recent, next]
}

/** How far an offset may have moved over `ms` when it is told as one that does not move. */
export function movedBy({ rate, bound }: Drift, ms: number): number {
  return (Math.abs(rate) + bound) * Math.max(0, ms)
}
