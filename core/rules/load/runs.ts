import { z } from 'zod'

/** Powers above the least the hour needs, of which it is known how long they last, W; each half as much again as the one before. */
export const LEVELS = [2_000, 3_000, 4_500, 6_500, 9_500, 14_000, 21_000, 32_000] as const

/** What counts as longer than ever: longer by a quarter and these ten minutes than a run that was seen on two days. */
const LONGER = 1.25
const SLACK_MS = 600_000

/** A pause takes five times its length off a run, so that a load that cycles is no long run. */
const LEAK = 5

/** A heater that has warmed the room goes off again, even on the first cold day. */
const HEATER_MS = 90 * 60_000

/** How long it has been above each level, ms. */
export const Runs = z.object({ now: z.array(z.number()).length(LEVELS.length), isAny: z.boolean() }).strict()
export type Runs = z.infer<typeof Runs>

export function startRuns(): Runs {
  return { now: LEVELS.map(() => 0), isAny: false }
}

/** It was so high for `ms`. */
export function addToRuns(runs: Runs, power: number, ms: number): void {
  if (power < LEVELS[0] && !runs.isAny) return
  const { now } = runs
  let isAny = false
  for (let level = 0; level < LEVELS.length; level += 1) {
    const before = now[level] ?? 0
    const after = power >= (LEVELS[level] ?? Infinity) ? before + ms : Math.max(0, before - LEAK * ms)
    now[level] = after
    if (after > 0) isAny = true
  }
  runs.isAny = isAny
}

/** Whether it has been above a level it now exceeds for longer than the longest run known (ms, per level) lets expect. */
export function isOverdue(
  runs: Runs,
  power: number,
  known: { readonly longest: readonly number[]; readonly isHeaterExpected: boolean },
): boolean {
  if (!runs.isAny) return false
  for (let level = 0; level < LEVELS.length && power >= (LEVELS[level] ?? Infinity); level += 1) {
    const longest = Math.max(known.longest[level] ?? Infinity, known.isHeaterExpected ? HEATER_MS : 0)
    if ((runs.now[level] ?? 0) > LONGER * longest + SLACK_MS) return true
  }
  return false
}
