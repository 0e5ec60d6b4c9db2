import { z } from 'zod'
import { type AlarmRate, type AlarmRateQuery, RATE_STEP_MS } from '../../../core/contract/map.ts'
import { utcMs } from '../../../core/contract/time.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import type { Database } from '../db/database.ts'

/** Counts of a week. */
const MOST_STEPS = 1_008

/**
 * New alarms of each 10 minutes between two instants, by when they came; of `sites` only, null = of all. The first step begins at the full
 * 10 minutes before `from`. Throws `http/invalid` for no time, or more than a week.
 */
export async function alarmRate(
  db: Pick<Database, 'read'>,
  { from, to }: AlarmRateQuery,
  sites: readonly string[] | null,
): Promise<AlarmRate> {
  const start = Math.floor(from / RATE_STEP_MS) * RATE_STEP_MS
  const steps = Math.ceil((to - start) / RATE_STEP_MS)
  if (from >= to || steps > MOST_STEPS) {
    const facts = { expected: 'from before to, and at most 7 days', came: `${from}…${to}` }
    throw new HouseError('http/invalid', `query: expected ${facts.expected}, came ${facts.came}`, facts)
  }
  const rows = await db.read((q) =>
    q.all(
      z.object({ step: z.number(), raised: z.number() }),
      `select cast((received_at - ?1) / ${RATE_STEP_MS} as integer) as step, count(*) as raised from alarms
       where received_at >= ?1 and received_at < ?2
         and (?3 is null or site in (select value from json_each(?3)))
       group by step`,
      ...[start, to, sites === null ? null : JSON.stringify(sites)],
    ),
  )
  const counts = new Array<number>(steps).fill(0)
  for (const { step, raised } of rows) counts[step] = raised
  return { from: utcMs(start), stepMs: RATE_STEP_MS, counts }
}
