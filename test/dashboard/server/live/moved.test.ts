import { describe, expect, it } from 'vitest'
import { MOST_OPEN_TOLD } from '../../../../core/contract/live.ts'
import { openMoved } from '../../../../dashboard/server/live/moved.ts'
import { alarmWith } from '../../../web/support/alarms.ts'

const alarm = (part: { id: string; version?: number; priority?: 'red' | 'yellow' }) => ({
  ...alarmWith({ id: 'east-pit.winch.a', site: 'east-pit' }),
  version: 1,
  ...part,
})

describe('what pages are told of alarms that change', () => {
  it('is all of it while there is little', () => {
    const moved = openMoved()
    moved.add(alarm({ id: 'a' }))
    moved.add(alarm({ id: 'b' }))
    moved.add(alarm({ id: 'a', version: 2 }))
    expect(moved.take().map(({ id, version }) => [id, version])).toEqual([
      ['b', 1],
      ['a', 2],
    ])
    expect(moved.isWaiting()).toBe(false)
    expect(moved.endsShort()).toBe(false)
  })

  it('is the worst and newest in a flood, with a snapshot once what was left out will not come', () => {
    const moved = openMoved()
    moved.add(alarm({ id: 'red', priority: 'red' }))
    for (let n = 0; n < MOST_OPEN_TOLD + 200; n += 1) moved.add(alarm({ id: `y${n}`, priority: 'yellow' }))
    const first = moved.take().map(({ id }) => id)
    expect(first.slice(0, 2)).toEqual(['red', `y${MOST_OPEN_TOLD + 199}`])
    const told = new Set(first)
    while (moved.isWaiting()) {
      expect(moved.endsShort()).toBe(false)
      for (const { id } of moved.take()) told.add(id)
    }
    expect(told.size).toBe(MOST_OPEN_TOLD)
    expect([moved.endsShort(), moved.endsShort()]).toEqual([true, false])
  })
})
