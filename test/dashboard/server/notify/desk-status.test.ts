import { describe, expect, it } from 'vitest'
import { DeskStatus } from '../../../../core/contract/live.ts'
import type { Person } from '../../../../core/contract/roster.ts'
import { Roster } from '../../../../core/contract/roster.ts'
import { UtcMs } from '../../../../core/contract/time.ts'
import { onDutyNow, openStatusBoard } from '../../../../dashboard/server/notify/desk-status.ts'
import { handClock } from '../../../support/hand-clock.ts'
import { quietLog } from '../../../support/quiet-log.ts'
import { smallRoster } from '../../../support/roster.ts'
import { until } from '../../../support/until.ts'

const NOW = UtcMs.parse(1_768_000_000_000)

describe('the status of the desk', () => {
  it('asks its parts every second, and keeps the last answer while one fails', async () => {
    const clock = handClock()
    const log = quietLog()
    let until_ = 1
    let isFailing = false
    const role = () => ({
      role: 'duty',
      name: { 'zh-CN': '值班', en: 'duty' },
      persons: [],
      until: UtcMs.parse(until_),
    })
    const board = await openStatusBoard(
      {
        ...{ lamps: () => [], watchman: () => 'good' as const, storm: () => true, suppressed: () => 3 },
        onDuty: () =>
          isFailing ? Promise.reject(new Error('no store')) : Promise.resolve([{ ...role(), source: 'cycle' }]),
      },
      log,
      clock,
    )
    const stop = new AbortController()
    const running = board.run(stop.signal)
    expect(DeskStatus.parse(board.current())).toMatchObject({ storm: true, suppressed: 3, onDuty: [{ until: 1 }] })
    const pass = async () => {
      await until('the end of a turn', () => clock.sleepers === 1)
      await clock.advance(1_000)
    }
    until_ = 2
    await pass()
    await until('the next', () => board.current().onDuty[0]?.until === 2)
    isFailing = true
    for (let n = 0; n < 3; n++) await pass()
    expect(board.current().onDuty).toHaveLength(1)
    expect(log.lines).toMatchObject([{ level: 'error', facts: { code: 'store/failed' } }])
    stop.abort()
    await running
  })

  it('names who has each role, and when they checked in for this shift', async () => {
    const roster = Roster.parse(smallRoster([{ id: 'lin', name: '林', url: 'http://x.example' }]).duty)
    const from = UtcMs.parse(NOW - 3_600_000)
    const checkIn = (shiftAt: number, at: number) => ({
      ...{ person: 'lin', role: 'role-1', shiftAt: UtcMs.parse(shiftAt), at: UtcMs.parse(at) },
      ...({ via: 'desk', onSite: true } as const),
    })
    const duty = {
      roster,
      person: (id: string): Person | null => roster.persons.find((person) => person.id === id) ?? null,
      onDuty: (role: string) => ({
        role,
        from,
        until: UtcMs.parse(NOW + 1),
        shift: null,
        persons: ['lin'],
        source: 'cycle' as const,
      }),
      checkIns: () => Promise.resolve([checkIn(from - 1, NOW - 9), checkIn(from, NOW - 5)]),
    }
    expect(await onDutyNow(duty, NOW)).toEqual([
      {
        ...{ role: 'role-1', name: { 'zh-CN': 'role-1', en: 'role-1' }, until: NOW + 1, source: 'cycle' },
        persons: [{ id: 'lin', name: '林', checkedInAt: NOW - 5 }],
      },
    ])
  })
})
