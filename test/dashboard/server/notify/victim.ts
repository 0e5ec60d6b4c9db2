/**
 * A control room's alarm side as a program of its own, to be killed: `node victim.ts DATABASE WEBHOOK`.
 * Takes transitions as lines of JSON, and says `receipt OCCURRENCE N` when one is durable.
 */
import { createInterface } from 'node:readline'
import { AlarmTransition } from '../../../../core/contract/alarm.ts'
import { DutyList } from '../../../../core/contract/duty.ts'
import { openAlarmDesk } from '../../../../dashboard/server/alarms/desk.ts'
import { openDatabase } from '../../../../dashboard/server/db/database.ts'
import { runDispatcher } from '../../../../dashboard/server/notify/dispatcher.ts'
import { clockFromEnvironment } from '../../../../platform/clock.ts'
import { openLog } from '../../../../platform/log.ts'
import { openNotifiers } from '../../../../platform/notifiers/registry.ts'

const [, , path = '', url = ''] = process.argv
const clock = clockFromEnvironment(process.env)
const log = openLog('victim', 'error')
const db = openDatabase(path)
const desk = openAlarmDesk({ db, clock, log })
const phone = (id: string) => ({ id, name: id, channels: [{ id: 'phone', kind: 'webhook', with: { url } }] })
const running = runDispatcher({
  desk,
  db,
  duty: DutyList.parse({ persons: [phone('lin'), phone('qiao')], order: ['lin', 'qiao'] }),
  notifiers: openNotifiers({ mail: null }),
  clock,
  networkClock: clock,
  log,
  publicUrl: 'http://127.0.0.1:1',
  siteName: () => null,
  pointName: () => null,
  signal: new AbortController().signal,
})
for await (const line of createInterface({ input: process.stdin })) {
  const transition = AlarmTransition.parse(JSON.parse(line))
  await desk.receive(transition)
  process.stdout.write(`receipt ${transition.occurrence} ${transition.n}\n`)
}
await running
