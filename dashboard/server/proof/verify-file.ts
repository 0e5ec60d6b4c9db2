import { z } from 'zod'
import type { DailyRoot, LedgerFault } from '../../../core/contract/proof.ts'
import { messageOf } from '../../../core/kit/errors.ts'
import { openSqlite, type Sqlite } from '../../../platform/sqlite.ts'
import { MIGRATIONS } from '../db/migrations.ts'
import { LEDGER_PAGE, LedgerRows, type Walked, walkLedger } from './ledger-walk.ts'
import { checkRoots, type Expectation } from './root-check.ts'
import { RootRow } from './root-rows.ts'

const PathRow = z.object({ count: z.number() })
const Subject = z.object({ id: z.string() })
/** A ledger checked from its file alone. */
export interface FileVerdict extends Walked {
  /** Roots that lie beside the ledger. */
  readonly kept: readonly DailyRoot[]
}

/**
 * Checks the ledger in a database file without changing anything, also while the control room runs: numbers, times, chain, roots, what is
 * expected from elsewhere, and that each alarm has the entry of its raise and each raise its alarm.
 * Throws `store/failed` when there is no such file or it is no control-room database.
 */
export async function verifyLedgerFile(path: string, expected: readonly Expectation[] = []): Promise<FileVerdict> {
  using sqlite = openSqlite(path, MIGRATIONS, { readOnly: true })
  // One state of the file throughout, whatever is written meanwhile. What is no database at all shows here.
  sqlite.run('begin')
  sqlite.one(PathRow, "select count(*) as count from sqlite_master where name = 'ledger' and type = 'table'")
  const kept = keptIn(sqlite)
  const walked = await walkLedger(
    (after, limit) => sqlite.all(LedgerRows, LEDGER_PAGE, after, limit),
    checkRoots(kept.roots, expected),
  )
  const fault = walked.fault ?? kept.fault ?? damageIn(sqlite, walked) ?? projectionFault(sqlite, walked)
  sqlite.run('rollback')
  return { ...walked, intact: fault === null, brokenAt: fault?.n ?? null, fault, kept: kept.roots }
}

function keptIn(sqlite: Sqlite): { readonly roots: DailyRoot[]; readonly fault: LedgerFault | null } {
  const table = "select count(*) as count from sqlite_master where name = 'daily_roots'"
  // A ledger from before there were roots is still one.
  if (sqlite.one(PathRow, table)?.count === 0) return { roots: [], fault: null }
  try {
    return { roots: sqlite.all(RootRow, 'select * from daily_roots order by day'), fault: null }
  } catch (error) {
    const told = { at: null, says: 'daily_roots', expected: 'the roots beside the ledger', came: messageOf(error) }
    return { roots: [], fault: { kind: 'unreadable', n: 1, ...told } }
  }
}

/** Damage that does not show in the rows as they are read one after the other, such as in an index. */
function damageIn(sqlite: Sqlite, { last }: Walked): LedgerFault | null {
  const n = (last?.n ?? 0) + 1
  const told = { kind: 'unreadable', n, at: null, says: null, expected: 'a whole file' } as const
  try {
    const found = sqlite.one(z.object({ integrity_check: z.string() }), 'pragma integrity_check(ledger)')
    const said = found?.integrity_check ?? ''
    return said === 'ok' ? null : { ...told, came: said.slice(0, 200) }
  } catch (error) {
    return { ...told, came: messageOf(error) }
  }
}

/** Whether the alarms of the file are those that the ledger tells of. */
function projectionFault(sqlite: Sqlite, { last }: Walked): LedgerFault | null {
  const next = (last?.n ?? 0) + 1
  const at = last?.at ?? null
  try {
    const unraised = sqlite.one(
      Subject,
      `select id from alarms where not exists
         (select 1 from ledger where subject = alarms.id and act = 'alarm-raised') limit 1`,
    )
    if (unraised !== null) {
      return { kind: 'no-raise', n: next, at, says: unraised.id, expected: 'an entry alarm-raised', came: 'none' }
    }
    const lost = sqlite.one(
      z.object({ n: z.number(), at: z.number(), subject: z.string() }),
      `select n, at, subject from ledger where act = 'alarm-raised'
         and not exists (select 1 from alarms where id = ledger.subject) order by n limit 1`,
    )
    if (lost === null) return null
    return { kind: 'no-alarm', n: lost.n, at: lost.at, says: lost.subject, expected: 'its alarm', came: 'none' }
  } catch (error) {
    return { kind: 'unreadable', n: next, at: null, says: 'alarms', expected: 'the alarms', came: messageOf(error) }
  }
}
