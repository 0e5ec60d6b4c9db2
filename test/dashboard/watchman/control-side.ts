import { join } from 'node:path'
import { openAlarmDesk } from '../../../dashboard/server/alarms/desk.ts'
import { openDatabase } from '../../../dashboard/server/db/database.ts'
import { beat } from '../../../dashboard/server/watch/beat.ts'
import { openWatch } from '../../../dashboard/server/watch/watch.ts'
import { clockFromEnvironment, systemClock } from '../../../platform/clock.ts'
import { quietLog } from '../../support/quiet-log.ts'

/** A control room that only lives: it beats, and holds the line to the watchman. To be killed. */
const folder = process.argv[2] ?? ''
const clock = clockFromEnvironment(process.env)
const log = quietLog()
const db = openDatabase(join(folder, 'control.sqlite'))
const desk = openAlarmDesk({ db, clock, log, prefix: 'PW' })
const ownAlarms = { set: () => Promise.resolve() }
const watch = openWatch({ db, desk, ownAlarms, folder, watchman: {}, clock, log })
void watch.run(new AbortController().signal)
let isTold = false
for (;;) {
  await db.transaction((q) => beat(q, clock.now()))
  if (watch.status() === 'good' && !isTold) {
    isTold = true
    process.stdout.write('on the line\n')
  }
  await systemClock.sleep(50)
}
