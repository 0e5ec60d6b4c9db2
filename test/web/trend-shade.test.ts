import { describe, expect, it } from 'vitest'
import { SuppressionEntry } from '../../core/contract/suppressions.ts'
import { causeOver, type Hole } from '../../dashboard/web/show/holes.ts'
import { fieldIn, instantIn, isoWithOffset, zoneOffset } from '../../dashboard/web/show/zone-offset.ts'
import { holdsOf, nightsIn, permitsOf } from '../../dashboard/web/stores/trend-shade.ts'
import { alarmWith } from './support/alarms.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const at = (text: string) => Date.parse(text)

describe('nights', () => {
  it('are 22:00 to 06:00 of the zone, cut to the window', () => {
    const window = { from: at('2026-01-12T03:00:00+08:00'), to: at('2026-01-13T23:00:00+08:00') }
    expect(nightsIn(window, 'Asia/Shanghai')).toEqual([
      { from: window.from, to: at('2026-01-12T06:00:00+08:00') },
      { from: at('2026-01-12T22:00:00+08:00'), to: at('2026-01-13T06:00:00+08:00') },
      { from: at('2026-01-13T22:00:00+08:00'), to: window.to },
    ])
  })

  it('keep their hours where clocks are changed', () => {
    // Central Europe goes from 02:00 to 03:00 on 2026-03-29.
    const window = { from: at('2026-03-28T12:00:00+01:00'), to: at('2026-03-29T12:00:00+02:00') }
    expect(nightsIn(window, 'Europe/Berlin')).toEqual([
      { from: at('2026-03-28T22:00:00+01:00'), to: at('2026-03-29T06:00:00+02:00') },
    ])
  })

  it('are not drawn where they would be too narrow', () => {
    expect(nightsIn({ from: 0, to: 90 * DAY }, 'Asia/Shanghai')).toEqual([])
  })
})

describe('the time of a zone', () => {
  it('is written with its offset and understood again', () => {
    const instant = at('2026-01-12T03:07:00+08:00')
    expect(isoWithOffset(instant, zoneOffset('Asia/Shanghai')(instant))).toBe('2026-01-12T03:07:00.000+08:00')
    expect(isoWithOffset(instant, zoneOffset('America/St_Johns')(instant))).toBe('2026-01-11T15:37:00.000-03:30')
    expect(fieldIn('Asia/Shanghai', instant)).toBe('2026-01-12T03:07')
    expect(instantIn('Asia/Shanghai', '2026-01-12T03:07')).toBe(instant)
    expect(instantIn('Asia/Shanghai', '12.1.2026')).toBeNaN()
    expect(zoneOffset('Nowhere/Else')(instant)).toBe(0)
  })
})

describe('what was held back', () => {
  const entry = (part: Partial<Record<keyof SuppressionEntry, unknown>>) =>
    SuppressionEntry.parse({
      ...{ kind: 'shelved', by: 'lin', second: null, reason: '检修 17', from: 10, until: 100, parent: null },
      ...{ alarm: 'east.rule.a', number: 'PW-1', site: 'east', rule: 'rule', ruleType: 'high-limit', point: 'a/b' },
      ...{ priority: 'yellow', state: 'unacked', endedAt: null, endedBy: null, endedWhy: null, held: 0 },
      ...part,
    })
  const ask = { site: 'east', point: 'a/b', window: { from: 20, to: 90 } }

  it('reaches to its end, whether that has come or not, inside the window and of its point only', () => {
    const entries = [entry({}), entry({ endedAt: 50 }), entry({ point: 'a/c' }), entry({ endedAt: 15 })]
    expect(holdsOf(entries, ask)).toEqual([
      { from: 20, to: 90, kind: 'suppressed' },
      { from: 20, to: 50, kind: 'suppressed' },
    ])
  })

  it('is apart from work that was announced', () => {
    const said = {
      id: 'f',
      occurrence: 'x',
      at: 40,
      by: 'lin',
      note: '',
      state: 'applied',
      answeredAt: null,
      answer: null,
    }
    const alarm = alarmWith({
      ...{ id: 'east.rule.a', site: 'east', raisedAt: 30 },
      feedback: [
        { ...said, kind: 'authorised', until: 200 },
        { ...said, kind: 'confirmed' },
      ],
    })
    expect(permitsOf([alarm], ask)).toEqual([{ from: 30, to: 90, kind: 'permitted' }])
    expect(permitsOf([alarm], { ...ask, site: 'west' })).toEqual([])
  })
})

describe('why nothing is known', () => {
  it('is what covers most of the gap; nothing where nothing does', () => {
    const hole = (from: number, to: number, cause: Hole['cause']) =>
      ({ from, to, cause, readings: null, stream: 's0000000' }) as Hole
    const holes = [hole(0, 10, 'killed'), hole(10, 100, 'power'), hole(200, 300, 'disk')]
    expect(causeOver(holes, { from: 5, to: 50 })).toBe('power')
    expect(causeOver(holes, { from: 100, to: 200 })).toBe(null)
  })
})
