import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openOwnAlarms } from '../../../../dashboard/server/alarms/own-alarms.ts'
import { openWorld, type World } from './world.ts'

let world: World
beforeEach(() => {
  world = openWorld()
})
afterEach(() => world.end())

const gap = (from: number, priority: 'yellow' | 'orange' | 'red' = 'yellow') => ({
  priority,
  explanation: { key: 'control-room.duty-gap', values: { from } },
})
const own = () => openOwnAlarms({ desk: world.desk })
const all = () => world.desk.list({ state: 'all', site: 'control-room', limit: 9 })

describe('an alarm of the control room about itself', () => {
  it('is raised once, told anew when it changes, and ends, also over a restart', async () => {
    await own().set('duty-gap', gap(1))
    await own().set('duty-gap', gap(1))
    const [raised] = await all()
    expect(raised).toMatchObject({ rule: 'duty-gap', ruleType: 'control-room', state: 'unacked', version: 1 })
    await world.restart()
    await own().set('duty-gap', gap(2, 'orange'))
    expect(await all()).toMatchObject([{ id: raised?.id, priority: 'orange', explanation: { values: { from: 2 } } }])
    await own().set('duty-gap', null)
    expect(await all()).toMatchObject([{ state: 'returned' }])
  })

  it('is another activation when the trouble comes back, even in the same millisecond', async () => {
    const alarms = own()
    for (const trouble of [gap(1), null, gap(1), null, gap(1)]) await alarms.set('duty-gap', trouble)
    expect(await all()).toMatchObject([{ state: 'unacked', raises: 3 }])
  })

  it('takes settings at the same time in their order', async () => {
    const alarms = own()
    await Promise.all([alarms.set('duty-gap', gap(1)), alarms.set('duty-gap', null), alarms.set('flood', gap(1))])
    expect((await all()).map(({ rule, state }) => [rule, state]).sort()).toEqual([
      ['duty-gap', 'returned'],
      ['flood', 'unacked'],
    ])
  })

  it('ends nothing that was never there', async () => {
    await own().set('clock-back', null)
    expect(await all()).toEqual([])
  })
})
