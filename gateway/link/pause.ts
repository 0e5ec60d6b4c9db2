import { createHash } from 'node:crypto'

/** Between which pauses a growing one grows. */
export interface PauseLimits {
  /** The first pause, in ms. */
  readonly first: number
  /** The longest pause, in ms. */
  readonly most: number
}

/**
 * The pause before attempt number `attempt` (from 1), in ms: it doubles each time up to `most`, and is shortened by up to
 * a fifth by `name` and attempt, so that many things that failed together do not come back together.
 */
export function growingPause(name: string, attempt: number, { first, most }: PauseLimits): number {
  const full = Math.min(most, first * 2 ** Math.min(30, attempt - 1))
  return full * (1 - 0.2 * spread(`${name}/${attempt}`))
}

/** A number in [0, 1) that is always the same for one text and evenly spread over texts. */
export function spread(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32
}
