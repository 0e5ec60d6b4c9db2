import { describe, expect, it } from 'vitest'
import type { Alarm } from '../../../../core/contract/alarm.ts'
import { HouseError } from '../../../../core/kit/errors.ts'
import { openAlarmBoard } from '../../../../dashboard/server/live/alarm-board.ts'
import { quietLog } from '../../../support/quiet-log.ts'
import { until } from '../../../support/until.ts'
import { clearOf, openWorld, transition } from '../alarms/world.ts'

describe('the board of open alarms', () => {
  it('outlives a store that fails, and learns of what closed and what was raised before it followed', async () => {
    const world = openWorld()
    const log = quietLog()
    let failures = 0
    const desk = {
      ...world.desk,
      open: () =>
        failures-- > 0 ? Promise.reject(new HouseError('store/failed', 'the disk does not answer')) : world.desk.open(),
    }
    const [closed, raised] = [transition(), transition({ rule: 'level-high' })]
    await world.desk.receive(closed)
    const board = await openAlarmBoard(desk, log)
    await world.desk.receive(clearOf(closed))
    await world.desk.acknowledge(closed.occurrence, { by: 'lin', note: '已派人去看', via: 'desk' })
    await world.desk.receive(raised)

    failures = 2
    const stop = new AbortController()
    const heard: Alarm[] = []
    const following = board.follow((alarm) => void heard.push(alarm), stop.signal)
    await until('both alarms', () => heard.length >= 2)
    expect(heard.map(({ id, state }) => [id, state])).toEqual([
      [raised.occurrence, 'unacked'],
      [closed.occurrence, 'closed'],
    ])
    expect(board.open(10).map(({ id }) => id)).toEqual([raised.occurrence])
    expect(log.lines.map(({ level }) => level)).toEqual(['error', 'info'])
    stop.abort()
    await following
    await world.end()
  })
})
