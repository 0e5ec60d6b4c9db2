import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Alarm } from '../../../../core/contract/alarm.ts'
import { openSqlite } from '../../../../platform/sqlite.ts'
import { openAlarmDesk } from '../../../../dashboard/server/alarms/desk.ts'
import { openDatabase } from '../../../../dashboard/server/db/database.ts'
import { MIGRATIONS } from '../../../../dashboard/server/db/migrations.ts'
import { manualClock, NIGHT, recordingLog, transition } from './world.ts'

/** The schema before alarms had numbers. */
const BEFORE = MIGRATIONS.slice(
  0,
  MIGRATIONS.findIndex((sql) => sql.includes('alarm_numbers')),
)

it('a database of before is taken over: its alarms get numbers, reminders and their count of raises', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pitwatch-old-'))
  const path = join(folder, 'control.db')
  const old = openSqlite(path, BEFORE, { durability: 'full' })
  const row = (id: string, state: string, receivedAt: number, acknowledgement: string | null) => {
    old.run(
      `insert into alarms (id, site, rule, rule_type, point, priority, state, raised_at, received_at, explanation, readings,
         evidence, acknowledgement, version)
       values (?, 'north-gully', ?, 'high-limit', 'meter/power', 'orange', ?, ?, ?, '{"key":"a.b","values":{}}', '[]', '[]', ?, 3)`,
      ...[`north-gully.${id}.1`, id, state, receivedAt, receivedAt, acknowledgement],
    )
    old.run(
      'insert into activations (occurrence, alarm, from_at) values (?1, ?1, ?2)',
      `north-gully.${id}.1`,
      receivedAt,
    )
  }
  row('b', 'acked', NIGHT - 1_000, JSON.stringify({ at: NIGHT - 500, by: 'lin', note: '', via: 'desk' }))
  row('a', 'unacked', NIGHT - 2_000, null)
  row('c', 'unacked', NIGHT - 86_400_000, null)
  old.close()

  const db = openDatabase(path)
  const desk = openAlarmDesk({ db, clock: manualClock(), log: recordingLog(), prefix: 'QS' })
  await desk.receive(transition())
  const alarms = await desk.list({ state: 'all', limit: 9 })
  for (const alarm of alarms) expect(Alarm.parse(alarm)).toEqual(alarm)
  expect(alarms.map(({ rule, number, raises, reAlarmAt }) => [rule, number, raises, reAlarmAt])).toEqual([
    ['feeder-live', 'QS-20260112-0003', 1, null],
    ['b', 'PW-20260112-0002', 1, NIGHT - 500 + 3_600_000],
    ['a', 'PW-20260112-0001', 1, null],
    ['c', 'PW-20260111-0001', 1, null],
  ])
  await db.close()
  rmSync(folder, { recursive: true, force: true })
})
