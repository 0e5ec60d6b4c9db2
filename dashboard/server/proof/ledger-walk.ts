import { setImmediate as nextTurn } from 'node:timers/promises'
import { z } from 'zod'
import type { LedgerVerdict } from '../../../core/contract/http.ts'
import type { LedgerFault } from '../../../core/contract/proof.ts'
import { messageOf } from '../../../core/kit/errors.ts'
import { checkChain, type LedgerRow } from '../../../platform/ledger.ts'
import { checkRoots, type ComputedRoot, type RootCheck } from './root-check.ts'

const PAGE_ROWS = 500

/** Rows are judged one by one as they are, with no schema in between. */
export const LedgerRows = z.unknown()
/** Rows after a number; bind it and how many. */
export const LEDGER_PAGE = `select n, at, actor_kind, actor_name, act, subject, detail, prev, hash
  from ledger where n > ? order by n limit ?`

export type ReadPage = (after: number, limit: number) => Promise<unknown[]> | unknown[]

/** How a walk over the whole ledger ended. */
export interface Walked extends LedgerVerdict {
  /** The last entry that fits. */
  readonly last: LedgerRow | null
  readonly roots: readonly ComputedRoot[]
}

/**
 * Reads the ledger in pages through `page` and checks its chain and its roots up to the first row that does not fit. `entries` then counts
 * those before it.
 */
export async function walkLedger(page: ReadPage, roots: RootCheck = checkRoots()): Promise<Walked> {
  const chain = checkChain()
  let fault: LedgerFault | null = null
  const takes = (row: unknown): boolean => {
    const before = chain.fitting
    if (!chain.take(row)) return false
    if (chain.fitting > before && chain.last !== null) fault = roots.take(chain.last)
    return fault === null
  }
  for await (const rows of pagesOf(page, (why) => chain.unreadable(why))) if (!rows.every(takes)) break
  fault ??= chain.fault() ?? roots.end(chain.last)
  const entries = chain.fitting
  return { intact: fault === null, entries, brokenAt: fault?.n ?? null, fault, last: chain.last, roots: roots.roots }
}

async function* pagesOf(page: ReadPage, unreadable: (why: string) => void): AsyncGenerator<unknown[]> {
  let after = Number.MIN_SAFE_INTEGER
  let limit = PAGE_ROWS
  while (true) {
    let rows: unknown[]
    try {
      rows = await page(after, limit)
    } catch (error) {
      // One row that cannot be read spoils its page: the rows before it are asked for one by one.
      if (limit === 1) {
        unreadable(messageOf(error))
        return
      }
      limit = 1
      continue
    }
    yield rows
    const reached = numberOf(rows.at(-1))
    // A damaged tree can lead back to where it was.
    if (reached === null || reached <= after) return
    after = reached
    // Queries settle without leaving the turn of the event loop; a large ledger would hold up everything else.
    if (limit > 1) await nextTurn()
  }
}

function numberOf(row: unknown): number | null {
  if (typeof row !== 'object' || row === null || !('n' in row)) return null
  return typeof row.n === 'number' ? row.n : null
}
