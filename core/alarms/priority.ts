import type { Priority } from '../contract/priority.ts'

const RANK: Readonly<Record<Priority, number>> = { red: 0, orange: 1, yellow: 2, blue: 3 }

/** Orders priorities worst first: red, orange, yellow, blue. */
export function comparePriority(a: Priority, b: Priority): number {
  return RANK[a] - RANK[b]
}
