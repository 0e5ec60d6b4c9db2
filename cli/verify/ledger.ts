import type { LedgerFault } from '../../core/contract/proof.ts'
import { COUNTY_OFFSET_MS } from '../../core/contract/roster.ts'
import type { Language } from '../../core/contract/text.ts'
import type { Expectation } from '../../dashboard/server/proof/root-check.ts'
import { type Call, UsageError } from '../command.ts'
import { LEDGER_FAULTS, say } from './texts.ts'

/** Checks the ledger in a database file and says that it is intact, or what is wrong with the first entry that is not. Answers the exit code. */
export async function verifyLedger(path: string, call: Call): Promise<number> {
  const { language } = call
  const expect = call.option('expect')
  const expected = expect === null ? [] : [expectationOf(expect, language)]
  const { verifyLedgerFile } = await import('../../dashboard/server/proof/verify-file.ts')
  const { fault, entries, last, roots, kept } = await verifyLedgerFile(path, expected)
  if (call.has('roots')) {
    const days = new Set(kept.map(({ day }) => day))
    for (const root of roots) {
      call.print(say(language, days.has(root.day) ? 'root' : 'rootUnsent', { ...root }))
    }
  }
  if (fault !== null) {
    for (const line of faultText(fault, language)) call.print(line)
    return 1
  }
  call.print(say(language, 'intact', { entries }))
  if (last !== null) call.print(say(language, 'head', { n: last.n, hash: last.hash, at: timeText(last.at) }))
  return 0
}

/** What is wrong, in plain words: what stands there, what was expected, what came. */
export function faultText(fault: LedgerFault, language: Language): string[] {
  const { kind, n, at, says, expected, came } = fault
  return [
    say(language, 'broken', { n, what: LEDGER_FAULTS[kind][language] }),
    ...(at === null ? [] : [say(language, 'faultTime', { at: timeText(at) })]),
    ...(says === null ? [] : [say(language, 'faultSays', { says })]),
    say(language, 'faultExpected', { expected }),
    say(language, 'faultCame', { came }),
  ]
}

/** `123:hash` names an entry, `2026-01-12:root` a day; 16 digits of either will do. */
export function expectationOf(text: string, language: Language): Expectation {
  const [, name = '', hash = ''] = /^([^:]+):([0-9a-f]{16,64})$/.exec(text.trim().toLowerCase()) ?? []
  if (/^\d{4}-\d{2}-\d{2}$/.test(name)) return { is: 'root', day: name, root: hash }
  if (/^[1-9]\d*$/.test(name)) return { is: 'entry', n: Number(name), hash }
  throw new UsageError(say(language, 'badExpect', { came: text }))
}

/** By the county's clock, as the ledger's days are counted; a time no calendar has stays a number. */
function timeText(at: number): string {
  const date = new Date(at + COUNTY_OFFSET_MS)
  if (Number.isNaN(date.getTime())) return String(at)
  return `${date.toISOString().replace('T', ' ').replace('Z', '')} +08:00`
}
