import type { LedgerPage } from '../../../core/contract/http.ts'

/** What to ask for to get the `back`-th page of `size` entries counted from the newest of `total`. */
export function ledgerWindow(total: number, size: number, back: number): { after: number; limit: number } {
  const end = Math.max(0, total - back * size)
  const after = Math.max(0, end - size)
  return { after, limit: Math.max(1, end - after) }
}

/** The `back`-th page of `size` of the entries given, newest first. */
export function newestWindow(page: LedgerPage, size: number, back: number): LedgerPage {
  const newest = [...page.entries].sort((a, b) => b.n - a.n)
  return { total: page.total, entries: newest.slice(back * size, (back + 1) * size) }
}
