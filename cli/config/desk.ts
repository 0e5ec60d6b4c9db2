import { userInfo } from 'node:os'
import type { Actor } from '../../core/contract/ledger.ts'
import { openAlarmDesk } from '../../dashboard/server/alarms/desk.ts'
import { type ConfigDesk, openConfigDesk } from '../../dashboard/server/configs/config-desk.ts'
import { openDatabase } from '../../dashboard/server/db/database.ts'
import type { Call } from '../command.ts'
import { controlDatabase } from '../control-database.ts'

/**
 * Works with the configurations in a control room's database. They are signed and sent by the control room itself, which looks
 * for new ones; so nothing here needs its keys. Throws `config/unreadable` where there is no control room, `store/failed`.
 */
export async function withConfigs<T>(call: Call, work: (configs: ConfigDesk) => Promise<T>): Promise<T> {
  const { clock, log } = call
  const db = openDatabase(controlDatabase(call.option('data') ?? 'data'))
  try {
    const desk = openAlarmDesk({ db, clock, log, prefix: 'PW' })
    const quiet = { ...log, info: () => undefined }
    const publish = () => Promise.resolve()
    return await work(openConfigDesk({ db, desk, group: null, sign: () => null, publish, clock, log: quiet }))
  } finally {
    await db.close()
  }
}

/** Who does it: the user of this machine. */
export function whoAmI(): Actor {
  return { kind: 'person', name: userInfo().username }
}
