import { describe, expect, it } from 'vitest'
import { announce, NOTHING_HEARD } from '../../dashboard/web/stores/announce.ts'
import { alarmWith } from './support/alarms.ts'

const red = alarmWith({ id: 'a.b.1', site: 'a', priority: 'red' })
const orange = alarmWith({ id: 'a.b.2', site: 'a', priority: 'orange' })
const yellow = alarmWith({ id: 'a.b.3', site: 'a', priority: 'yellow' })
const blue = alarmWith({ id: 'a.b.4', site: 'a', priority: 'blue' })

describe('the announcer', () => {
  it('says a red alarm once and sounds it every five seconds until somebody acknowledges', () => {
    const first = announce(NOTHING_HEARD, [red], 0)
    expect([first.fresh.length, first.sound]).toEqual([1, 'red'])
    const soon = announce(first.heard, [red], 4_000)
    expect([soon.fresh.length, soon.sound]).toEqual([0, null])
    const later = announce(soon.heard, [red], 5_000)
    expect([later.fresh.length, later.sound]).toEqual([0, 'red'])
    expect(announce(later.heard, [{ ...red, state: 'acked' }], 60_000).sound).toBeNull()
  })

  it('sounds the worst colour, yellow once, blue never', () => {
    const both = announce(NOTHING_HEARD, [yellow, orange], 0)
    expect(both.sound).toBe('orange')
    const one = announce(NOTHING_HEARD, [yellow, blue], 0)
    expect(one.sound).toBe('yellow')
    expect(announce(one.heard, [yellow, blue], 90_000).sound).toBeNull()
    expect(announce(NOTHING_HEARD, [blue], 0).sound).toBeNull()
  })
})
