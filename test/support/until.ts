import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Waits until `look` answers something other than null, undefined or false, and answers that. For real processes whose
 * clock cannot be moved. Rejects with `what` and the last answer when it does not happen within `withinMs`.
 */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  withinMs = 30_000,
): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const seen = await look()
    if (seen !== null && seen !== undefined && seen !== false) return seen as NonNullable<Exclude<T, false>>
    if (performance.now() > deadline)
      throw new Error(`expected ${what} within ${withinMs} ms; last answer ${String(seen)}`)
    await sleep(25)
  }
}
