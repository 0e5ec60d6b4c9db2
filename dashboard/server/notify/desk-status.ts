import type { DeskStatus } from '../../../core/contract/live.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import { later } from '../../../core/kit/time.ts'
import { type Clock, systemClock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import { repeat } from '../../../platform/repeat.ts'
import type { DutyBook } from '../duty/duty-book.ts'

/** How often the parts are asked. */
const EVERY_MS = 1_000

/** No shift is longer than this, so no check-in for one is older. */
const LONGEST_SHIFT_MS = 2 * 86_400_000

/** Where the parts of the status come from. */
export interface StatusSources {
  readonly lamps: () => DeskStatus['lamps']
  readonly watchman: () => DeskStatus['watchman']
  readonly storm: () => boolean
  readonly onDuty: () => Promise<DeskStatus['onDuty']>
  readonly suppressed: () => number
}

/** How the watch stands, for every page. */
export interface StatusBoard {
  current(): DeskStatus
  /** Asks anew every second until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>
}

/** Asks every part once before it resolves. */
export async function openStatusBoard(
  sources: StatusSources,
  log: Log,
  pace: Clock = systemClock,
): Promise<StatusBoard> {
  let onDuty: DeskStatus['onDuty'] = []
  const ask = async () => {
    onDuty = await sources.onDuty()
  }
  const said = { failing: 'who is on duty could not be read', again: 'who is on duty is read again' }
  // What fails now is said by the first turn of `run`.
  await ask().catch(() => undefined)
  return {
    current: () => ({
      lamps: sources.lamps(),
      watchman: sources.watchman(),
      storm: sources.storm(),
      onDuty,
      suppressed: sources.suppressed(),
    }),
    run: (signal) =>
      repeat(ask, { everyMs: EVERY_MS, clock: pace, log, level: 'error', code: 'store/failed', ...said }, signal),
  }
}

/** Who has each rostered role now, and who of them has said that they are there. Without tables: every role. Throws `store/failed`. */
export async function onDutyNow(
  duty: Pick<DutyBook, 'roster' | 'onDuty' | 'person' | 'checkIns'>,
  now: UtcMs,
): Promise<DeskStatus['onDuty']> {
  const { roles, tables } = duty.roster
  const rostered = roles.filter(({ id }) => tables.length === 0 || tables.some(({ role }) => role === id))
  const checkIns = await duty.checkIns(later(now, -LONGEST_SHIFT_MS), later(now, 1))
  return rostered.map(({ id, name }) => {
    const { persons, from, until, source } = duty.onDuty(id, now)
    const checkedInAt = (person: string) =>
      checkIns.find((each) => each.person === person && each.role === id && each.shiftAt === from)?.at ?? null
    return {
      ...{ role: id, name, until, source },
      persons: persons.map((person) => ({
        id: person,
        name: duty.person(person)?.name ?? person,
        checkedInAt: checkedInAt(person),
      })),
    }
  })
}
