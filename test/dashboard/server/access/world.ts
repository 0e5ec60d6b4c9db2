import { join } from 'node:path'
import { type Access, openAccess } from '../../../../dashboard/server/access/access.ts'
import { openAlarmDesk } from '../../../../dashboard/server/alarms/desk.ts'
import type { LedgerAct } from '../../../../core/contract/ledger.ts'
import { type Database, openDatabase } from '../../../../dashboard/server/db/database.ts'
import { type HandClock, handClock } from '../../../support/hand-clock.ts'
import { testFolder } from '../../../support/processes.ts'
import { quietLog } from '../../../support/quiet-log.ts'

/** Whence the tests sign in: a desk of the county, and somebody's home. */
export const DESK = '192.168.7.1'
export const HOME = '203.0.113.9'

export interface World {
  readonly access: Access
  readonly db: Database
  readonly clock: HandClock
  /** Acts of the ledger so far, without its opening, with the details of each. */
  readonly acts: () => Promise<
    readonly { readonly act: LedgerAct; readonly subject: string; readonly detail: object }[]
  >
}

/** Access over a real database and a real ledger, by a clock in the test's hand. */
export async function withAccess(work: (world: World) => Promise<void>): Promise<void> {
  await using folder = await testFolder()
  const db = openDatabase(join(folder.path, 'control.sqlite'))
  const clock = handClock()
  const log = quietLog()
  const desk = openAlarmDesk({ db, clock, log, prefix: 'PW' })
  const services = [{ name: 'flows', token: 'flows-token' }]
  const access = await openAccess({ db, desk, services, clock, log })
  const acts: World['acts'] = async () => (await desk.ledger({ after: 0, limit: 1_000 })).entries.slice(1)
  try {
    await work({ access, db, clock, acts })
  } finally {
    await db.close()
  }
}
