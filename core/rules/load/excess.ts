import { z } from 'zod'

const WH = 3_600_000

/** Energy beyond what is usual becomes remarkable above so many times what it reached while learning, and so much more, Wh. (detection.md §6.2) */
export const EXCESS_FACTOR = 1.6
export const EXCESS_MORE_WH = 600

/** It does not rise without end, so that it comes down in time. */
const CLAMP = 1.15

/** After so long at or below the usual, what was too much is over and is forgotten as fast. */
const CALM_MS = 20 * 60_000

/** The CUSUM of what is drawn beyond the usual, W·ms, and for how long no more than usual was drawn, ms. */
export const Excess = z.object({ sum: z.number(), calmMs: z.number() }).strict()
export type Excess = z.infer<typeof Excess>

export function startExcess(): Excess {
  return { sum: 0, calmMs: 0 }
}

/** For `ms`, `over` W more than usual were drawn. A load beyond the envelope is told of at once and not added up. */
export function addExcess(
  excess: Excess,
  over: number,
  within: { readonly ms: number; readonly isBeyond: boolean; readonly mostWh: number },
): void {
  const { ms } = within
  excess.calmMs = over > 0 ? 0 : excess.calmMs + ms
  if (excess.calmMs > CALM_MS) excess.sum *= Math.max(0, 1 - ms / CALM_MS)
  if (within.isBeyond) return
  excess.sum = Math.max(0, Math.min(excess.sum + over * ms, within.mostWh * WH))
}

/** How far it may rise, by what it reached while learning, Wh; Infinity where that is not known. */
export function mostExcess(learnedWh: number | null): number {
  return learnedWh === null ? Infinity : CLAMP * (EXCESS_FACTOR * learnedWh + EXCESS_MORE_WH)
}
