import type { UtcMs } from '../../../core/contract/time.ts'
import type { Query } from '../db/database.ts'

/** A heartbeat is written at most this often: each is a commit of its own, ms. */
const EVERY_MS = 10_000

/**
 * Says that the dispatcher lives, in a transaction of the caller's own: to be called at every tick that went well. The watchman alarms when
 * the last one is older than 120 s. Most calls write nothing.
 */
export async function beat(q: Query, now: UtcMs): Promise<void> {
  await q.run(
    `insert into heartbeats (name, at) values ('dispatcher', ?1)
     on conflict (name) do update set at = excluded.at where excluded.at >= at + ?2 or excluded.at < at`,
    now,
    EVERY_MS,
  )
}
