import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AlarmState } from '../../core/contract/alarm.ts'
import { Priority } from '../../core/contract/priority.ts'
import {
  compareAlarms,
  countByPriority,
  isSuppressed,
  needsPerson,
  openInOrder,
  stormGroups,
} from '../../dashboard/web/stores/alarm-order.ts'
import { alarmWith } from './support/alarms.ts'

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

const shelf = { kind: 'shelved', by: 'operator', second: null, reason: '检修', from: 1, until: 2, parent: null }

describe('what is held back', () => {
  const held = alarmWith({ id: 'a.b.1', site: 'a', priority: 'red', suppressions: [shelf] })
  const acked = alarmWith({ id: 'a.b.2', site: 'a', priority: 'blue', state: 'acked' })

  it('stands last in the list, counts as open, and waits for nobody', () => {
    expect(isSuppressed(held)).toBe(true)
    expect(needsPerson(held)).toBe(false)
    expect(openInOrder([held, acked]).map(({ id }) => id)).toEqual(['a.b.2', 'a.b.1'])
    expect(countByPriority([held])[0]).toEqual({ priority: 'red', open: 1, unacked: 0 })
  })

  it('is so only while it is open', () => {
    expect(isSuppressed({ ...held, state: 'closed' })).toBe(false)
  })
})

describe('the list in a storm', () => {
  it('has every alarm once, red apart, and what is alike in one row where its first stood', () => {
    fc.assert(
      fc.property(alarms, (all) => {
        const rows = stormGroups(all)
        const each = rows.flatMap((row) => ('id' in row ? [row] : row.alarms))
        expect(each.length).toBe(all.length)
        expect(new Set(each)).toEqual(new Set(all))
        for (const row of rows) {
          if ('id' in row) continue
          expect(row.priority).not.toBe('red')
          expect(row.alarms.length).toBeGreaterThan(3)
        }
        const firsts = rows.map((row) => all.indexOf('id' in row ? row : row.alarms[0]!))
        expect(firsts).toEqual([...firsts].sort((a, b) => a - b))
      }),
    )
  })
})
