import { z } from 'zod'
import type { DailyRoot } from '../../../core/contract/proof.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import type { Query } from '../db/database.ts'

/** A root as it lies beside the ledger. */
export const RootRow = z
  .object({
    day: z.string(),
    first_n: z.number(),
    last_n: z.number(),
    entries: z.number(),
    root: z.string(),
    at: UtcMs,
  })
  .transform(({ first_n: first, last_n: last, ...same }): DailyRoot => ({ ...same, first, last }))

/** Every root that was made, the oldest first. */
export function keptRoots(q: Query): Promise<DailyRoot[]> {
  return q.all(RootRow, 'select * from daily_roots order by day')
}

/** The newest roots, the newest first. */
export function newestRoots(q: Query, limit: number): Promise<DailyRoot[]> {
  return q.all(RootRow, 'select * from daily_roots order by day desc limit ?', limit)
}

/** Roots of the days in which any of the entries from `first` to `last` lie. */
export function rootsOver(q: Query, first: number, last: number): Promise<DailyRoot[]> {
  return q.all(RootRow, 'select * from daily_roots where last_n >= ? and first_n <= ? order by day', first, last)
}

export async function addRoot(q: Query, { day, first, last, entries, root, at }: DailyRoot): Promise<void> {
  await q.run(
    'insert into daily_roots (day, first_n, last_n, entries, root, at) values (?, ?, ?, ?, ?, ?)',
    ...[day, first, last, entries, root, at],
  )
}
