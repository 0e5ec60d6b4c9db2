import { z } from 'zod'
import { AlarmTransition } from '../../core/contract/alarm.ts'
import type { Log } from '../../platform/log.ts'
import type { Sqlite } from '../../platform/sqlite.ts'
import type { GatewayStore } from './store.ts'

/** The alarm transitions of a gateway's store. Every method throws `store/failed` when the disk refuses. */
export interface AlarmShelf extends Pick<GatewayStore, 'alarms' | 'alarm' | 'receiptAlarm'> {
  keep(transitions: readonly AlarmTransition[]): void
  /** How many wait. */
  count(): number
}

const Key = z.object({ occurrence: z.string(), n: z.number() })
const Text = z.object({ value: z.string() })

/** Alarm transitions in the table `alarm` of `db`. */
export function alarmShelf(db: Sqlite, log: Log): AlarmShelf {
  const setAside = (occurrence: string, n: number): void => {
    try {
      db.run('update alarm set damaged = 1 where occurrence = ? and n = ?', occurrence, n)
    } catch {
      // A disk that takes no mark: the row is found damaged again after the next start.
    }
    log.error(
      { code: 'store/failed', occurrence, n },
      'an alarm transition in the store cannot be read; its row is set aside, unsent, and those behind it go on',
    )
  }
  return {
    keep: (transitions) => {
      for (const { occurrence, n, ...rest } of transitions) {
        const body = JSON.stringify({ occurrence, n, ...rest })
        db.run('insert into alarm (occurrence, n, body) values (?, ?, ?) on conflict do nothing', occurrence, n, body)
      }
    },
    count: () =>
      db.one(z.object({ count: z.number() }), 'select count(*) as count from alarm where damaged = 0')?.count ?? 0,
    alarms: () => db.all(Key, 'select occurrence, n from alarm where damaged = 0 order by id'),
    alarm: (occurrence, n) => {
      const sql = 'select body as value from alarm where occurrence = ? and n = ? and damaged = 0'
      const row = db.one(Text, sql, occurrence, n)
      if (row === null) return null
      const transition = transitionIn(row.value)
      if (transition === null) setAside(occurrence, n)
      return transition
    },
    receiptAlarm: (occurrence, n) => void db.run('delete from alarm where occurrence = ? and n = ?', occurrence, n),
  }
}

function transitionIn(body: string): AlarmTransition | null {
  try {
    return AlarmTransition.safeParse(JSON.parse(body)).data ?? null
  } catch {
    return null
  }
}
