import type { LedgerAct, LedgerEntry } from '../../contract/ledger.ts'

const FOR_RED: ReadonlySet<LedgerAct> = new Set<LedgerAct>(['alarm-shelved', 'alarm-suppressed', 'alarm-withdrawn'])

/** Whether an act that needs two persons names only one. What a parent alarm explains needs nobody. (§3.3) */
export function lacksSecond({ act, detail }: Pick<LedgerEntry, 'act' | 'detail'>): boolean {
  const needsTwo = act === 'alarm-out-of-service' || (FOR_RED.has(act) && detail.priority === 'red')
  const isExplained = typeof detail.parent === 'string'
  return needsTwo && !isExplained && typeof detail.second !== 'string'
}
