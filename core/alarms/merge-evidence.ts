import type { EvidenceRow } from '../contract/evidence.ts'

/** The first pictures show who came, the newest what is going on; the ledger names every one. */
const FIRST = 20
const NEWEST = 80

/** The pictures known and those of `more` that are new, each once by its hash. Past 100 those in the middle give way. */
export function mergeEvidence(known: readonly EvidenceRow[], more: readonly EvidenceRow[]): EvidenceRow[] {
  const seen = new Set(known.map((row) => row.sha256))
  const merged = [...known]
  for (const row of more) {
    if (seen.has(row.sha256)) continue
    seen.add(row.sha256)
    merged.push(row)
  }
  return merged.length <= FIRST + NEWEST ? merged : [...merged.slice(0, FIRST), ...merged.slice(-NEWEST)]
}
