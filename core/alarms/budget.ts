/** What a provider lets through: `most` in any `perMs`, of which `reserved` are kept for red. `most` null = as many as one wants. */
export interface Allowance {
  readonly most: number | null
  readonly perMs: number
  readonly reserved: number
}

/** One message that was given to a channel: `ended` when its outcome was known, null while it is in hand. Dispatcher's time, ms. */
export interface Spent {
  readonly ended: number | null
}

/** How many messages may begin now, as red ones and as others; Infinity where nothing limits them. */
export interface Free {
  readonly red: number
  readonly other: number
}

/**
 * What is free at `t`. A message counts from when it is taken in hand until `perMs` after its outcome was known: the provider may have
 * got it at any instant between, so that counted so no sliding window of the provider's own can ever hold more than `most` (E4).
 */
export function freeTokens({ most, perMs, reserved }: Allowance, spent: readonly Spent[], t: number): Free {
  if (most === null) return { red: Infinity, other: Infinity }
  const used = spent.filter(({ ended }) => ended === null || ended > t - perMs).length
  // Where a provider allows very little, others get their turn when red needs none of it at that moment.
  const kept = Math.min(reserved, Math.max(0, most - 1))
  return { red: Math.max(0, most - used), other: Math.max(0, most - kept - used) }
}
