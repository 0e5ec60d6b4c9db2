/**
 * A control room's alarm side as a program of its own, to be killed: `node victim.ts DATABASE WEBHOOK`.
 * Takes transitions as lines of JSON, and says `receipt OCCURRENCE N` when one is durable.
 */
import { createInterface } from 'node:readline'
import { AlarmTransition } from '../../../../core/contract/alarm.ts'
import { Roster } from '../../../../core/contract/roster.ts'
import { openAlarmDesk } from '../../../../dashboard/server/alarms/desk.ts'
import { openDatabase } from '../../../../dashboard/server/db/database.ts'
import { openDispatcher, runDispatcher } from '../../../../dashboard/server/notify/dispatcher.ts'
import { clockFromEnvironment } from '../../../../platform/clock.ts'
import { openLog } from '../../../../platform/log.ts'
import { fixedDuty, openPhone } from './receivers.ts'

const [, , path = '', url = ''] = process.argv
const clock = clockFromEnvironment(process.env)
const log = openLog('victim', 'error')
const db = openDatabase(path)
const desk = openAlarmDesk({ db, clock, log, prefix: 'PW' })
const role = (id: string, fallback: string) => ({ id, name: { 'zh-CN': id, en: id }, fallback: [fallback] })
const called = (id: string) => ({ call: [{ role: id }] })
const ladder = { steps: [called('duty'), { after: '2min', ...called('second') }], loop: '2min' }
const person = (id: string) => ({ id, name: id, contacts: [{ channel: 'phone', address: id }] })
const roster = Roster.parse({
  persons: [person('lin'), person('qiao')],
  roles: [role('duty', 'lin'), role('second', 'qiao')],
  ladders: { red: ladder, orange: ladder, yellow: ladder },
  office: { notices: 'duty', leader: 'second' },
})
const dispatcher = openDispatcher({
  ...{ desk, db, clock, log, networkClock: clock, publicUrl: 'http://127.0.0.1:1' },
  duty: fixedDuty(roster, () => ({ duty: ['lin'], second: ['qiao'] })),
  channels: new Map([['phone', openPhone(url)]]),
  siteName: () => null,
  pointName: () => null,
})
const never = new AbortController().signal
const running = runDispatcher(dispatcher, clock, never)
const timers = (async () => {
  while (!never.aborted) {
    await desk.runDue()
    await clock.sleep(1_000, never)
  }
})()
for await (const line of createInterface({ input: process.stdin })) {
  const transition = AlarmTransition.parse(JSON.parse(line))
  await desk.receive(transition)
  process.stdout.write(`receipt ${transition.occurrence} ${transition.n}\n`)
}
await Promise.all([running, timers])
