import { createHash } from 'node:crypto'
import type { LedgerVerdict } from '../core/contract/http.ts'
import type { LedgerEntry } from '../core/contract/ledger.ts'
import { canonicalJson } from '../core/kit/canonical-json.ts'

/** What `prev` of the first entry holds. */
export const GENESIS = '0'.repeat(64)

/** An entry before it is given its place in the chain. */
export type UnsealedEntry = Omit<LedgerEntry, 'n' | 'prev' | 'hash'>

/** SHA-256 over `prev` and the canonical JSON of everything but `hash`. */
export function hashOf(entry: Omit<LedgerEntry, 'hash'>): string {
  const { n, at, actor, act, subject, detail, prev } = entry
  return createHash('sha256')
    .update(prev)
    .update(canonicalJson({ n, at, actor, act, subject, detail, prev }))
    .digest('hex')
}

/** `entry` as the one after `last`; null = as the first. */
export function sealEntry(last: Pick<LedgerEntry, 'n' | 'hash'> | null, entry: UnsealedEntry): LedgerEntry {
  const placed = { ...entry, n: (last?.n ?? 0) + 1, prev: last?.hash ?? GENESIS }
  return { ...placed, hash: hashOf(placed) }
}

/**
 * Checks the chain from its first entry: numbers without gaps from 1, times that never go back, each `prev` the hash
 * before it, each hash right. An element `null` is a row that is no entry at all and breaks the chain where it stands.
 * `brokenAt` is the number the first wrong entry should have. What a chain cannot show is its last entries being cut
 * off: keep the count, or the last hash, somewhere else as well.
 */
export async function verifyLedger(
  entries: Iterable<LedgerEntry | null> | AsyncIterable<LedgerEntry | null>,
): Promise<LedgerVerdict> {
  let last: LedgerEntry | null = null
  let counted = 0
  let brokenAt: number | null = null
  for await (const entry of entries) {
    counted += 1
    if (brokenAt !== null) continue
    if (entry === null || !follows(last, entry)) brokenAt = counted
    last = entry
  }
  return { intact: brokenAt === null, entries: counted, brokenAt }
}

function follows(last: LedgerEntry | null, entry: LedgerEntry): boolean {
  return (
    entry.n === (last?.n ?? 0) + 1 &&
    entry.prev === (last?.hash ?? GENESIS) &&
    entry.at >= (last?.at ?? 0) &&
    entry.hash === hashOf(entry)
  )
}
