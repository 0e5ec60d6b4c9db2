import { z } from 'zod'
import { HouseError } from '../../../core/kit/errors.ts'
import type { BootId } from '../../../core/contract/clock.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Query } from '../db/database.ts'

const Kept = z.object({ run: z.string(), boot: z.string(), mono: z.number(), wall: z.number(), t: z.number() })

const Changes = z.object({ n: z.number() })
const Holder = z.object({ run: z.string() })

/**
 * The dispatcher's own time, ms, in which pauses, leases, penalties and budgets are measured. It follows the monotonic clock, is
 * carried over restarts, and goes on over a new boot by what the wall clock says has passed: setting the clock moves nothing.
 */
export interface TransportTime {
  t(): number
  /**
   * Writes down where it stands, in the caller's transaction, if that has written anything since `before` (see `countChanges`). Throws
   * `store/failed` when another dispatcher has taken over.
   */
  keep(q: Query, before: number): Promise<void>
}

/** How many rows were ever changed over this connection: a transaction that changes none costs no disk. */
export async function countChanges(q: Query): Promise<number> {
  const counted = await q.one(Changes, 'select total_changes() as n')
  return counted?.n ?? 0
}

export interface RunFacts {
  /** Names this dispatcher; what an earlier one had in hand is taken over from it. */
  readonly run: string
  readonly clock: Clock
  readonly boot: BootId
}

/** Takes over from whoever dispatched before, in the caller's transaction. */
export async function takeOver(q: Query, { run, clock, boot }: RunFacts): Promise<TransportTime> {
  const kept = await q.one(Kept, 'select run, boot, mono, wall, t from dispatch_state')
  const openedAt = clock.mono()
  const passed = kept === null ? 0 : kept.boot === boot ? openedAt - kept.mono : clock.now() - kept.wall
  const begun = (kept?.t ?? 0) + Math.max(0, passed)
  const t = () => Math.floor(begun + clock.mono() - openedAt)
  const values = () => [boot, Math.floor(clock.mono()), clock.now(), t()] as const
  await q.run(
    `insert into dispatch_state (one, run, boot, mono, wall, t) values (1, ?, ?, ?, ?, ?)
     on conflict (one) do update set run = excluded.run, boot = excluded.boot, mono = excluded.mono,
       wall = excluded.wall, t = excluded.t`,
    run,
    ...values(),
  )
  return {
    t,
    keep: async (inside, before) => {
      const holder = await inside.one(Holder, 'select run from dispatch_state')
      if (holder?.run === run && (await countChanges(inside)) === before) return
      const sql = 'update dispatch_state set boot = ?, mono = ?, wall = ?, t = ? where run = ?'
      const { changes } = await inside.run(sql, ...values(), run)
      if (changes > 0) return
      throw new HouseError(
        'store/failed',
        'expected to be the only dispatcher of this store, came another one after us',
        {
          run,
        },
      )
    },
  }
}
