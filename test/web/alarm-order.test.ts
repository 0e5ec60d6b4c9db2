import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AlarmState } from '../../core/contract/alarm.ts'
import { Priority } from '../../core/contract/priority.ts'
import { compareAlarms, countByPriority, needsPerson, openInOrder } from '../../dashboard/web/stores/alarm-order.ts'
import { momentsOf } from '../../dashboard/web/stores/alarm-moments.ts'
import { alarmWith, nightAlarms } from './support/alarms.ts'

const alarms = fc
  .array(
    fc.record({
      id: fc.integer({ min: 0, max: 500 }).map((n) => `a.b.${n}`),
      site: fc.constant('a'),
      priority: fc.constantFrom(...Priority.options),
      state: fc.constantFrom(...AlarmState.options),
      raisedAt: fc.integer({ min: 1, max: 50 }),
    }),
  )
  .map((all) => all.map((parts) => alarmWith(parts)))

describe('the alarm list', () => {
  it('has what needs a person first, and among those the worst colour', () => {
    fc.assert(
      fc.property(alarms, (all) => {
        const order = openInOrder(all)
        const firstDone = order.findIndex((alarm) => !needsPerson(alarm))
        if (firstDone !== -1) expect(order.slice(firstDone).some(needsPerson)).toBe(false)
        const colours = order.filter(needsPerson).map(({ priority }) => Priority.options.indexOf(priority))
        expect(colours).toEqual([...colours].sort((a, b) => a - b))
      }),
    )
  })

  it('orders every pair one way only', () => {
    fc.assert(
      fc.property(alarms, (all) => {
        for (const a of all)
          for (const b of all) if (a.id !== b.id) expect(compareAlarms(a, b)).toBe(-compareAlarms(b, a) || 0)
      }),
    )
  })

  it('counts every open alarm once', () => {
    fc.assert(
      fc.property(alarms, (all) => {
        const sum = countByPriority(all).reduce((total, { open }) => total + open, 0)
        expect(sum).toBe(all.filter(({ state }) => state !== 'closed').length)
      }),
    )
  })
})

describe('the ruler of times', () => {
  it('puts what happened in order of time and what did not at the end', () => {
    const red = nightAlarms([])[0]!
    const moments = momentsOf(red)
    expect(moments.map(({ name }) => name)).toEqual([
      'raised',
      'received',
      'told',
      'acknowledged',
      'returned',
      'closed',
    ])
    expect(moments.map(({ at }) => at !== null)).toEqual([true, true, true, false, false, false])
  })

  it('counts somebody as told only when a receiver has accepted a message', () => {
    const red = nightAlarms([])[0]!
    const failed = red.notices.map((notice) => ({ ...notice, state: 'failed' as const, acceptedAt: null }))
    expect(momentsOf({ ...red, notices: failed }).find(({ name }) => name === 'told')?.at).toBeNull()
  })
})
