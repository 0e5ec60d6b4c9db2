import { setImmediate as nextTurn } from 'node:timers/promises'
import { z } from 'zod'
import type { DutyView } from '../../../core/alarms/duty-view.ts'
import { countyDay, dayStart, dayText } from '../../../core/alarms/roster/county-day.ts'
import type { DailyRoot, LedgerFault } from '../../../core/contract/proof.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import { isHouseError, messageOf } from '../../../core/kit/errors.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import { merkleTree } from '../../../platform/merkle.ts'
import type { AlarmDesk } from '../alarms/desk.ts'
import type { OwnAlarms } from '../alarms/own-alarms.ts'
import type { Database, Query } from '../db/database.ts'
import type { QueueMemos } from '../notify/memo.ts'
import { rootMemos } from './root-memo.ts'
import { addRoot } from './root-rows.ts'

/** Makes a root of each day's ledger, sends it to the leader on duty, and sees that what was sent still holds. */
export interface DailyRoots {
  /** Makes the roots of the days that are over, in their order, and answers them. Durable when it resolves. Throws `store/failed`. */
  makeDue(): Promise<DailyRoot[]>
  /** Checks the whole ledger against its roots; what does not fit raises the alarm `chain-broken`. */
  check(): Promise<LedgerFault | null>
  /** What the last check found. */
  lastFault(): LedgerFault | null
  /** Checks at the start and after each new root, until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>
}

export interface DailyRootsDeps {
  readonly db: Database
  readonly desk: Pick<AlarmDesk, 'time' | 'append' | 'verify'>
  readonly duty: Pick<DutyView, 'roster' | 'onDuty' | 'person'>
  readonly queueMemos: QueueMemos
  readonly own: OwnAlarms
  readonly clock: Clock
  readonly log: Log
}

/** A day's root is made so long after its end. */
const AFTER_MIDNIGHT_MS = 5 * 60_000
const LOOK_EVERY_MS = 30_000
const PAGE_ROWS = 500

/** Opens it over the control room's database. */
export function openDailyRoots(deps: DailyRootsDeps): DailyRoots {
  const { db, desk, own, clock, log } = deps
  let fault: LedgerFault | null = null
  const makeDue = async (): Promise<DailyRoot[]> => {
    const made: DailyRoot[] = []
    for (;;) {
      const now = await desk.time()
      const root = await nextRoot(db, now)
      if (root === null) return made
      await db.transaction((q) => keep(q, root, deps))
      made.push(root)
    }
  }
  const check = async () => {
    fault = (await desk.verify()).fault
    const values = fault === null ? {} : { n: fault.n, kind: fault.kind }
    await own.set(
      'chain-broken',
      fault === null ? null : { priority: 'red', explanation: { key: 'control-room.chain-broken', values } },
    )
    return fault
  }
  return {
    makeDue,
    check,
    lastFault: () => fault,
    run: async (signal) => {
      let isFirst = true
      while (!signal.aborted) {
        try {
          const made = await makeDue()
          if (isFirst || made.length > 0) await check()
          isFirst = false
        } catch (error) {
          // What the disk refuses now is made up at the next look.
          if (!isHouseError(error, 'store/failed')) throw error
          log.warn({ code: error.code, why: messageOf(error) }, 'the root of the day could not be made')
        }
        await clock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined)
      }
    },
  }
}

const Next = z.object({ n: z.number(), at: z.number() })
const Hash = z.object({ n: z.number(), hash: z.string() })

/** The root of the oldest day that is over and has none; null when there is no such day. Days without entries have none. */
async function nextRoot(db: Database, now: UtcMs): Promise<DailyRoot | null> {
  const next = await db.read((q) =>
    q.one(
      Next,
      `select n, at from ledger where n > coalesce((select max(last_n) from daily_roots), 0) order by n limit 1`,
    ),
  )
  if (next === null) return null
  const end = dayStart(countyDay(next.at) + 1)
  if (now < end + AFTER_MIDNIGHT_MS) return null
  const tree = merkleTree()
  let last = next.n - 1
  for (;;) {
    const after = last
    const rows = await db.read((q) =>
      q.all(
        Hash,
        `select n, hash from (select * from ledger where n > ? order by n limit ${PAGE_ROWS}) where at < ?`,
        after,
        end,
      ),
    )
    for (const { hash } of rows) tree.add(hash)
    last = rows.at(-1)?.n ?? last
    if (rows.length < PAGE_ROWS) break
    await nextTurn()
  }
  const day = dayText(countyDay(next.at))
  return { day, first: next.n, last, entries: tree.size, root: tree.root(), at: now }
}

async function keep(q: Query, root: DailyRoot, { desk, duty, queueMemos }: DailyRootsDeps): Promise<void> {
  const { at, day, ...detail } = root
  await addRoot(q, root)
  const actor = { kind: 'system', name: 'control-room' } as const
  await desk.append(q, [{ actor, act: 'daily-root', subject: day, detail: { day, ...detail } }])
  const leaders = duty.onDuty(duty.roster.office.leader, at).persons
  await queueMemos(q, rootMemos(root, leaders), at)
}
