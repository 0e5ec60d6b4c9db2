import { z } from 'zod'
import type { UtcMs } from '../../../core/contract/time.ts'
import { alarmNumber, countyDay } from '../../../core/alarms/alarm-number.ts'
import type { Query } from '../db/database.ts'

const Last = z.object({ last: z.number() })

/** A number nobody has yet, and how to take it. */
export interface NextNumber {
  readonly text: string
  /** Takes it, in the transaction it was looked up in. */
  take(): Promise<void>
}

/** The next number of the county's day, dense and never used again. In a transaction. */
export async function nextNumber(q: Query, prefix: string, at: UtcMs): Promise<NextNumber> {
  const day = countyDay(at)
  const row = await q.one(Last, 'select last from alarm_numbers where day = ?', day)
  const count = (row?.last ?? 0) + 1
  return {
    text: alarmNumber(prefix, day, count),
    take: async () => {
      await q.run(
        'insert into alarm_numbers (day, last) values (?, ?) on conflict (day) do update set last = excluded.last',
        day,
        count,
      )
    },
  }
}
