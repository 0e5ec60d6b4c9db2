import type { Actor } from '../core/contract/ledger.ts'
import type { UserDesk } from '../dashboard/server/access/user-desk.ts'
import type { Call } from './command.ts'
import { controlDatabase } from './control-database.ts'

/** Who acts on the machine itself, whoever sits there: the ledger can only say so much. */
export const COMMAND_LINE: Actor = { kind: 'system', name: 'command-line' }

/**
 * Does something about the users of a control room, which may be running: each act is one transaction with its entry of the ledger.
 * Throws `config/unreadable`, `store/failed`, `store/newer`, and what `work` throws.
 */
export async function withUsers<T>(call: Call, work: (users: UserDesk) => Promise<T>): Promise<T> {
  const { openDatabase } = await import('../dashboard/server/db/database.ts')
  const { openAlarmDesk } = await import('../dashboard/server/alarms/desk.ts')
  const { openUserDesk } = await import('../dashboard/server/access/user-desk.ts')
  const { systemClock: clock } = await import('../platform/clock.ts')
  const db = openDatabase(controlDatabase(call.option('data') ?? 'data'))
  try {
    // Numbers of alarms are not made here.
    const desk = openAlarmDesk({ db, clock, log: call.log, prefix: '' })
    return await work(openUserDesk({ db, desk, clock }))
  } finally {
    await db.close()
  }
}
