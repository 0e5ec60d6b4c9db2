import { createHash } from 'node:crypto'
import { type LedgerAct, LedgerEntry } from '../../../core/contract/ledger.ts'
import { canonicalJson } from '../../../core/kit/canonical-json.ts'

export interface ScriptedLedger {
  entries(): readonly LedgerEntry[]
  add(act: LedgerAct, subject: string, at: number): void
}

/** A hash-chained ledger in memory. */
export function openLedger(): ScriptedLedger {
  const entries: LedgerEntry[] = []
  return {
    entries: () => entries,
    add: (act, subject, at) => {
      const prev = entries.at(-1)?.hash ?? '0'.repeat(64)
      const system = act === 'alarm-raised'
      const entry = {
        n: entries.length + 1,
        at,
        actor: system ? { kind: 'system', name: 'pitwatch' } : { kind: 'person', name: 'operator' },
        act,
        subject,
        detail: system ? { rule: 'scripted' } : { from: '127.0.0.1' },
        prev,
      }
      const hash = createHash('sha256').update(prev).update(canonicalJson(entry)).digest('hex')
      entries.push(LedgerEntry.parse({ ...entry, hash }))
    },
  }
}
