import type { Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import { repeat } from '../../../platform/repeat.ts'
import type { AlarmDesk } from './desk.ts'
import type { OwnAlarms } from './own-alarms.ts'

/** Timers are looked at this often, by the county's time. */
const EVERY_MS = 1_000

/** A clock set back by more is an alarm. (§3.4) */
const SET_BACK_MS = 5_000

export interface KeepDeskDeps {
  readonly desk: Pick<AlarmDesk, 'runDue'>
  readonly own: OwnAlarms
  readonly clock: Clock
  readonly log: Log
}

/** Lets the desk's timers run out, and tells of a clock that was set back, until `signal` aborts. A store that fails is tried again. */
export async function keepDesk({ desk, own, clock, log }: KeepDeskDeps, signal: AbortSignal): Promise<void> {
  const work = async () => {
    const { setBackMs } = await desk.runDue()
    await own.set('clock-back', setBackMs > SET_BACK_MS ? troubleOf(setBackMs) : null)
  }
  const said = { failing: 'timers of alarms cannot run; trying again', again: 'timers of alarms run again' }
  await repeat(work, { everyMs: EVERY_MS, clock, log, level: 'error', code: 'store/failed', ...said }, signal)
}

/** In whole minutes, so that it is not told anew every second while the clock catches up. */
function troubleOf(setBackMs: number) {
  const values = { setBackS: Math.ceil(setBackMs / 60_000) * 60 }
  return { priority: 'orange', explanation: { key: 'control-room.clock-back', values } } as const
}
