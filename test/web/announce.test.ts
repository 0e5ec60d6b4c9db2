import { describe, expect, it } from 'vitest'
import type { Alarm } from '../../core/contract/alarm.ts'
import { announce, type Announcement, NOTHING_HEARD } from '../../dashboard/web/stores/announce.ts'
import { alarmWith } from './support/alarms.ts'
import { NIGHT } from './support/county.ts'

const alarm = (id: string, priority: Alarm['priority']) => alarmWith({ id: `a.b.${id}`, site: 'a', priority })
const red = alarm('1', 'red')
const orange = alarm('2', 'orange')
const yellow = alarm('3', 'yellow')
const blue = alarm('4', 'blue')
const shelved = {
  suppressions: [
    { kind: 'shelved', by: 'operator', second: null, reason: '检修', from: NIGHT, until: NIGHT + 1, parent: null },
  ],
}
const held = (one: Alarm) => alarmWith({ ...one, ...shelved })
const after = (before: Announcement | null, alarms: readonly Alarm[], mono: number, storm = false) =>
  announce(before?.heard ?? NOTHING_HEARD, alarms, { mono, storm, hushed: null })

/** What sounds when the same alarms are looked at every 500 ms for so long. */
function soundsFor(seconds: number, alarms: (second: number) => readonly Alarm[], storm: boolean): string[] {
  let heard = NOTHING_HEARD
  const sounds: string[] = []
  for (let mono = 0; mono < seconds * 1_000; mono += 500) {
    const step = announce(heard, alarms(mono / 1_000), { mono, storm, hushed: null })
    heard = step.heard
    if (step.sound !== null) sounds.push(`${step.sound} ${mono / 1_000}`)
  }
  return sounds
}

describe('the announcer', () => {
  it('says a red alarm once and sounds it every five seconds until somebody acknowledges', () => {
    const first = after(null, [red], 0)
    expect([first.fresh.length, first.sound]).toEqual([1, 'red'])
    const soon = after(first, [red], 4_000)
    expect([soon.fresh.length, soon.sound]).toEqual([0, null])
    const later = after(soon, [red], 5_000)
    expect([later.fresh.length, later.sound]).toEqual([0, 'red'])
    expect(after(later, [{ ...red, state: 'acked' }], 60_000).sound).toBeNull()
  })

  it('sounds the worst colour, yellow once, blue never', () => {
    const both = after(null, [yellow, orange], 0)
    expect(both.sound).toBe('orange')
    const one = after(null, [yellow, blue], 0)
    expect(one.sound).toBe('yellow')
    expect(after(one, [yellow, blue], 90_000).sound).toBeNull()
    expect(after(null, [blue], 0).sound).toBeNull()
  })

  it('goes on for red and orange that are over or latched until somebody answers, and then not', () => {
    const first = after(null, [red], 0)
    for (const state of ['returned', 'latched'] as const) {
      expect(after(first, [{ ...red, state }], 5_000).sound).toBe('red')
    }
    expect(after(first, [{ ...red, state: 'latched-acked' }], 5_000).sound).toBeNull()
    expect(after(null, [{ ...yellow, state: 'returned' }], 0).sound).toBeNull()
  })

  it('is silent for what is held back, and takes it as new when that ends', () => {
    const first = after(null, [held(red)], 0)
    expect([first.fresh.length, first.sound]).toEqual([0, null])
    const ended = after(first, [red], 60_000)
    expect([ended.fresh.length, ended.sound]).toEqual([1, 'red'])
  })

  it('silences everything for whoever asks, but red that has come since', () => {
    const other = alarm('9', 'red')
    const hushed = new Set([red.id, orange.id])
    const quiet = announce(NOTHING_HEARD, [red, orange, yellow], { mono: 0, storm: false, hushed })
    expect(quiet.sound).toBeNull()
    expect(quiet.fresh).toEqual([red])
    const broken = announce(quiet.heard, [red, orange, yellow, other], { mono: 1_000, storm: false, hushed })
    expect(broken.sound).toBe('red')
    expect(announce(broken.heard, [red, orange, yellow, other], { mono: 3_000, storm: false, hushed }).sound).toBeNull()
    expect(announce(broken.heard, [red, orange, yellow, other], { mono: 6_000, storm: false, hushed }).sound).toBe(
      'red',
    )
    expect(announce(quiet.heard, [red, orange], { mono: 9_000, storm: false, hushed: null }).sound).toBe('red')
  })

  it('waits with what came late until it is announced', () => {
    const late = alarmWith({ ...red, announceAt: NIGHT + 60_000 })
    expect(after(null, [late], 0).sound).toBeNull()
  })

  it('sounds again for an alarm that nobody attended to in its time', () => {
    const first = after(null, [yellow], 0)
    const acked = after(first, [{ ...yellow, state: 'acked' }], 1_000)
    expect(after(acked, [yellow], 2_000).sound).toBe('yellow')
  })

  it('sounds once a minute in a storm, however many alarms come', () => {
    const many = (second: number) => Array.from({ length: second + 1 }, (_, n) => alarm(`n${n}`, 'orange'))
    expect(soundsFor(150, many, true)).toEqual(['orange 0', 'orange 60', 'orange 120'])
  })

  it('does not let a first red wait in a storm of lesser ones', () => {
    const then = (second: number) =>
      second < 20 ? [orange, yellow] : [orange, yellow, red, alarm(`r${second * 2}`, 'red')]
    expect(soundsFor(100, then, true)).toEqual(['orange 0', 'red 20', 'red 80'])
  })
})
