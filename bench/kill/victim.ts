/**
 * The alarm side of a control room as a program of its own, to be killed: `node victim.ts DATABASE URL`. Lines of JSON come in, `ready` goes
 * out once it is open, and `done N` when what line N asked for is durable.
 */
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { AlarmTransition } from '../../core/contract/alarm.ts'
import { openAlarmDesk } from '../../dashboard/server/alarms/desk.ts'
import { openDatabase } from '../../dashboard/server/db/database.ts'
import { openChannels } from '../../dashboard/server/notify/channels.ts'
import { openDispatcher, runDispatcher } from '../../dashboard/server/notify/dispatcher.ts'
import { systemClock } from '../../platform/clock.ts'
import { openLog } from '../../platform/log.ts'
import { steadyDuty } from './duty.ts'

const Line = z.union([
  z.object({ n: z.number(), transition: AlarmTransition }),
  z.object({ n: z.number(), acknowledge: z.string() }),
])

const [, , path = '', url = ''] = process.argv
const clock = systemClock
const log = openLog('victim', 'error')
const db = openDatabase(path)
const desk = openAlarmDesk({ db, clock, log, prefix: 'PW' })
// Timers that ran out meanwhile run before anything is received.
await desk.runDue()
const dispatcher = openDispatcher({
  ...{ desk, db, clock, log, publicUrl: 'http://127.0.0.1:1', siteName: () => null, pointName: () => null },
  duty: steadyDuty(url, { redLoop: '1s', digest: '5s' }),
  channels: openChannels([{ id: 'hook', kind: 'webhook', with: {} }], {
    ...{ baseFolder: '.', folder: '.', clock, log },
    desk: { send: () => Promise.resolve({ answer: 'shown' }) },
  }),
})
process.stdout.write('ready\n')
void runDispatcher(dispatcher, clock, new AbortController().signal)
/** Nobody acknowledges what is not committed yet. */
let taken: Promise<unknown> = Promise.resolve()
for await (const text of createInterface({ input: process.stdin })) {
  const line = Line.parse(JSON.parse(text))
  const work =
    'transition' in line
      ? desk.receive(line.transition)
      : taken.then(() => desk.acknowledge(line.acknowledge, { by: 'lin', note: 'on my way', via: 'desk' }))
  if ('transition' in line) taken = Promise.allSettled([taken, work])
  void work.then(
    () => process.stdout.write(`done ${line.n}\n`),
    (error: unknown) => console.error(String(error)),
  )
}
