import type { Dating } from '../contract/clock.ts'

/**
 * Whether `later`, which its gateway chained behind what was dated with `before`, holds for that too: it is surer, or it says
 * that the time told before was off by more than was admitted. A dating says nothing of what is chained after it.
 */
export function supersedes(later: Dating, before: Dating): boolean {
  if (later.boot !== before.boot) return false
  if (before.uncertaintyMs === null) return later.uncertaintyMs !== null || later.source !== 'none'
  if (later.uncertaintyMs === null) return false
  return later.uncertaintyMs < before.uncertaintyMs || Math.abs(later.offsetMs - before.offsetMs) > before.uncertaintyMs
}
