import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AlarmTransition } from '../../../../core/contract/alarm.ts'
import type { Roster } from '../../../../core/contract/roster.ts'
import { utcMs } from '../../../../core/contract/time.ts'
import { type AlarmDesk, openAlarmDesk } from '../../../../dashboard/server/alarms/desk.ts'
import { openOwnAlarms } from '../../../../dashboard/server/alarms/own-alarms.ts'
import { openArchive } from '../../../../dashboard/server/archive/archive.ts'
import { type Database, openDatabase } from '../../../../dashboard/server/db/database.ts'
import { type DutyBook, openDutyBook } from '../../../../dashboard/server/duty/duty-book.ts'
import { type HandoverDesk, openHandoverDesk } from '../../../../dashboard/server/handover/handover-desk.ts'
import { type HandoverWatch, openHandoverWatch } from '../../../../dashboard/server/handover/handover-watch.ts'
import { openSitePapers } from '../../../../dashboard/server/handover/site-papers.ts'
import { type CountyState, openCounty } from '../../../../dashboard/server/ingest/county.ts'
import { at } from '../../../core/alarms/roster/build.ts'
import { type HandClock, handClock } from '../../../support/hand-clock.ts'
import { quietLog } from '../../../support/quiet-log.ts'
import { CHANNELS } from '../duty/world.ts'
import { edge } from '../ingest/edge.ts'

/** Hand-overs over real stores, with a clock that is moved by hand. It starts on 2 March 2026 at 12:00, in the day shift of `an`. */
export interface HandoverWorld {
  readonly clock: HandClock
  readonly db: Database
  readonly desk: AlarmDesk
  readonly duty: DutyBook
  readonly county: CountyState
  readonly handovers: HandoverDesk
  readonly watch: HandoverWatch
  /** Moves the clock to an instant of the county's time. */
  go(to: string): Promise<void>
  /** A gateway's word of an alarm. */
  tell(part: Partial<AlarmTransition>): Promise<void>
  /** Closes the file and opens it again. */
  restart(): Promise<void>
  end(): Promise<void>
}

export async function openHandoverWorld(fromConfig: Roster, start = '2026-03-02 12:00'): Promise<HandoverWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'pitwatch-handover-'))
  const clock = handClock(at(start))
  const log = quietLog()
  const county = openCounty([])
  const archive = openArchive(folder)
  const open = async () => {
    const db = openDatabase(join(folder, 'control.sqlite'))
    const desk = openAlarmDesk({ db, clock, log, prefix: 'PW' })
    const ownAlarms = openOwnAlarms({ desk })
    const duty = await openDutyBook({
      ...{ db, desk, clock, log, ownAlarms, fromConfig, calendar: null, channels: CHANNELS, chance: () => 0.5 },
      memos: () => Promise.resolve(),
    })
    const handovers = openHandoverDesk({
      ...{ db, desk, duty, county, archive, folder, papers: openSitePapers(), lamps: () => [] },
      ...{ watchman: () => 'good', clockWithinMs: () => 12 },
    })
    const watch = openHandoverWatch({ db, time: () => desk.time(), duty, handovers, ownAlarms, clock, log })
    return { db, desk, duty, handovers, watch }
  }
  let now = await open()
  return {
    ...{ clock, county },
    get db() {
      return now.db
    },
    get desk() {
      return now.desk
    },
    get duty() {
      return now.duty
    },
    get handovers() {
      return now.handovers
    },
    get watch() {
      return now.watch
    },
    go: (to) => clock.advance(at(to) - clock.now()),
    tell: async (part) => {
      const payload = Buffer.from(edge().alarm({ at: utcMs(clock.now()), ...part }).payload).toString()
      await now.desk.receive(JSON.parse(payload) as AlarmTransition)
    },
    restart: async () => {
      await now.db.close()
      now = await open()
    },
    end: async () => {
      await now.db.close()
      archive.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
