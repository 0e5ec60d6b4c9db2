import type { UtcMs } from '../../../core/contract/time.ts'
import { isLocked } from '../../../core/alarms/handover.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import { repeat } from '../../../platform/repeat.ts'
import type { AlarmDesk } from '../alarms/desk.ts'
import type { OwnAlarms, OwnTrouble } from '../alarms/own-alarms.ts'
import type { Database } from '../db/database.ts'
import type { HandoverDesk } from './handover-desk.ts'
import { headOfHandover, watchedSince } from './handover-rows.ts'
import { isSameCrew, type KnownShift, shiftBefore, type ShiftBook, shiftOf } from './shift-calendar.ts'

const TICK_MS = 10_000
/** The record is there, drafted, so long before the shift ends. */
const DRAFT_BEFORE_MS = 30 * 60_000
/** Both crews have signed so long after the next shift began, or that is an alarm. */
const SIGNED_WITHIN_MS = 30 * 60_000
const RULE = 'handover-missing'
const SYSTEM = { kind: 'system', name: 'control-room' } as const

export interface HandoverWatchDeps {
  readonly db: Database
  readonly time: AlarmDesk['time']
  readonly duty: ShiftBook
  readonly handovers: Pick<HandoverDesk, 'draft'>
  readonly ownAlarms: OwnAlarms
  readonly clock: Clock
  readonly log: Log
}

/** Drafts the record of a shift before it ends, and alarms where a shift was never handed over. */
export interface HandoverWatch {
  /** One round of what `run` does. Throws `store/failed`. */
  tick(): Promise<void>
  /** Until `signal` aborts. Never throws: a failure is logged once and tried again. */
  run(signal: AbortSignal): Promise<void>
}

export function openHandoverWatch(deps: HandoverWatchDeps): HandoverWatch {
  const { db, duty, ownAlarms, time, clock, log } = deps
  // What an earlier run has raised is ended by the first round of this one.
  let told: string | undefined
  const tick = async () => {
    const now = await time()
    const since = await db.transaction((q) => watchedSince(q, now))
    const shift = shiftOf(duty, now)
    const before = shift === null ? null : shiftBefore(duty, shift)
    // A shift that had begun before anybody knew of hand-overs is nobody's omission.
    for (const one of [before, shift]) if (one !== null && one.shift.from >= since) await draftDue(deps, one, now)
    const changesHands = before !== null && !isSameCrew(duty, before.shift)
    const missing = shift === null || !changesHands ? null : await missingOf(db, { shift, before, since, now })
    const key = JSON.stringify(missing)
    if (key === told) return
    await ownAlarms.set(RULE, missing)
    told = key
  }
  const pace = { everyMs: TICK_MS, clock, log, code: 'store/failed' }
  const said = { failing: 'hand-overs cannot be watched now', again: 'hand-overs are watched again' }
  return { tick, run: (signal) => repeat(tick, { ...pace, ...said }, signal) }
}

/** Drafts a shift that is about to end, or has ended, where nobody has and another crew comes. */
async function draftDue(
  { db, duty, handovers }: HandoverWatchDeps,
  { id, shift }: KnownShift,
  now: UtcMs,
): Promise<void> {
  if (now < shift.to - DRAFT_BEFORE_MS || isSameCrew(duty, shift)) return
  const known = await db.read((q) => headOfHandover(q, id))
  if (known === null) await handovers.draft(id, SYSTEM)
}

interface Missing {
  readonly shift: KnownShift
  readonly before: KnownShift
  readonly since: UtcMs
  readonly now: UtcMs
}

async function missingOf(db: Database, { shift, before, since, now }: Missing): Promise<OwnTrouble | null> {
  if (now < shift.shift.from + SIGNED_WITHIN_MS || before.shift.from < since) return null
  const head = await db.read((q) => headOfHandover(q, before.id))
  if (head !== null && isLocked(head.state)) return null
  const { name, day } = before.shift
  const values = {
    day,
    shift: name.en,
    shiftZh: name['zh-CN'],
    since: shift.shift.from,
    signed: head?.state === 'signed-out',
  }
  return { priority: 'yellow', explanation: { key: `control-room.${RULE}`, values } }
}
