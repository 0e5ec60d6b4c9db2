import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cheatListener, cheats } from '../../../bench/pit/cheats.ts'
import { DAY_S, HOUR_S } from '../../../bench/pit/days.ts'
import { figuresOf } from '../../../bench/pit/figures.ts'
import type { Notice } from '../../../bench/pit/notice.ts'
import { openPlay } from '../../../bench/pit/play.ts'
import { type Case, score } from '../../../bench/pit/score.ts'
import { drawSite } from '../../../bench/pit/site.ts'
import { poisson, wilson } from '../../../bench/pit/statistics.ts'
import type { Incident } from '../../../bench/pit/truth.ts'

const armed = { from: 14 * DAY_S, to: 42 * DAY_S }

function incident(from: number, to: number, more: Partial<Incident> = {}): Incident {
  return {
    family: 'winch',
    from,
    to,
    arrived: from,
    kW: 11,
    isBig: true,
    isFiveKw: true,
    isInSchedule: false,
    isNight: true,
    blindShare: 0,
    ...more,
  }
}

function notice(t: number, kind: Notice['kind'], alarm: string, more: Partial<Notice> = {}): Notice {
  return { t, kind, alarm, types: ['unexplained-load'], groups: ['power'], isHealth: false, ...more }
}

function scored(notices: readonly Notice[], incidents: readonly Incident[], late: Case['late'] = []) {
  return score({ notices, incidents, late, armed })
}

const NIGHT = 20 * DAY_S
const deed = incident(NIGHT, NIGHT + 2 * HOUR_S)

describe('the scorer', () => {
  it('finds a deed by an alarm raised inside it, and tells how long that took', () => {
    const { outcomes, falseAlarms } = scored(
      [notice(NIGHT + 26, 'raise', 'a'), notice(deed.to + 60, 'clear', 'a')],
      [deed],
    )
    expect(outcomes[0]).toMatchObject({ ttdS: 26, isNamed: true })
    expect(falseAlarms).toBe(0)
  })

  it('takes a deed for missed when the alarm comes a day after it, and the alarm for false', () => {
    const { outcomes, falseAlarms } = scored(
      [notice(NIGHT + DAY_S, 'raise', 'a'), notice(NIGHT + DAY_S + 60, 'clear', 'a')],
      [deed],
    )
    expect(outcomes[0]?.ttdS).toBe(Infinity)
    expect(falseAlarms).toBe(1)
  })

  it('takes an alarm that was open before for no detection, unless a new rule speaks', () => {
    const before = [notice(NIGHT - HOUR_S, 'raise', 'a'), notice(NIGHT + 60, 'update', 'a')]
    expect(scored(before, [deed]).outcomes[0]?.ttdS).toBe(Infinity)
    const added = notice(NIGHT + 90, 'update', 'a', { types: ['unexplained-load', 'winch-cycle'] })
    expect(scored([...before, added, notice(deed.to, 'clear', 'a')], [deed])).toMatchObject({
      outcomes: [{ ttdS: 90 }],
      falseAlarms: 1,
    })
  })

  it('counts an alarm that stays open once for every four hours without a cause', () => {
    const open = [notice(NIGHT + 5 * DAY_S, 'raise', 'a'), notice(NIGHT + 6 * DAY_S, 'clear', 'a')]
    expect(scored(open, [deed])).toMatchObject({ falseAlarms: 6, falseReopened: 5 })
    const forGood = [notice(armed.to - DAY_S, 'raise', 'a')]
    expect(scored(forGood, [])).toMatchObject({ falseAlarms: 6, inAlarmS: DAY_S })
  })

  it('takes alarms in work whose permit came late for neither right nor wrong', () => {
    const late = [{ from: NIGHT, to: NIGHT + HOUR_S }]
    const notices = [notice(NIGHT + 60, 'raise', 'a'), notice(NIGHT + 900, 'clear', 'a')]
    expect(scored(notices, [], late)).toMatchObject({ falseAlarms: 0, latePermits: 1 })
  })

  it('counts what guards the watching apart, and nothing while learning', () => {
    const health = notice(NIGHT, 'raise', 'h', { types: ['stale'], groups: ['stale'], isHealth: true })
    const early = [notice(3 * DAY_S, 'raise', 'e'), notice(4 * DAY_S, 'clear', 'e')]
    expect(scored([...early, health], [deed])).toMatchObject({
      falseAlarms: 0,
      health: 1,
      inAlarmS: 0,
      outcomes: [{ ttdS: Infinity }],
    })
  })

  it('says when the rule that was named does not fit the deed', () => {
    const by = notice(NIGHT + 60, 'raise', 'a', { types: ['presence'], groups: ['camera'] })
    expect(scored([by], [deed]).outcomes[0]?.isNamed).toBe(false)
  })

  it('takes an alarm shortly after the end for a detection, and one later for false', () => {
    expect(scored([notice(deed.to + 300, 'raise', 'a'), notice(deed.to + 900, 'clear', 'a')], [deed]).falseAlarms).toBe(
      0,
    )
    expect(scored([notice(deed.to + 700, 'raise', 'a'), notice(deed.to + 900, 'clear', 'a')], [deed]).falseAlarms).toBe(
      1,
    )
  })

  it('gives each notice one fate, finds each deed once, and never counts more than was told', () => {
    const kinds = fc.constantFrom<Notice['kind']>('raise', 'update', 'clear')
    const step = fc.record({
      wait: fc.integer({ min: 1, max: 40_000 }),
      kind: kinds,
      alarm: fc.constantFrom('a', 'b', 'c'),
    })
    const lasting = fc.record({
      wait: fc.integer({ min: 60, max: 90_000 }),
      length: fc.integer({ min: 60, max: 30_000 }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.array(lasting, { maxLength: 20 }), (steps, spans) => {
        let t = armed.from
        const notices = steps.map(({ wait, kind, alarm }) => notice((t += wait), kind, alarm))
        let end = armed.from
        const incidents = spans.map(({ wait, length }) => {
          const from = end + wait
          end = from + length
          return incident(from, end)
        })
        const { fates, outcomes, falseAlarms, falseReopened, inAlarmS, armedS } = scored(notices, incidents)
        const withFate = (fate: string) => fates.filter((one) => one.fate === fate).length
        expect(new Set(fates.map((one) => one.notice)).size).toBe(notices.length)
        expect(fates.length).toBe(notices.length)
        expect(outcomes.filter(({ ttdS }) => ttdS < Infinity).length).toBe(withFate('found'))
        expect(falseAlarms - falseReopened).toBe(withFate('false'))
        expect(inAlarmS).toBeLessThanOrEqual(armedS)
      }),
    )
  })
})

describe('the statistics of a rehearsal', () => {
  it('are those of detection.md: 62 false alarms in 240 site-weeks, 263 of 264 loads', () => {
    const [low, high] = poisson(62)
    expect(low / 240).toBeCloseTo(0.2, 2)
    expect(high / 240).toBeCloseTo(0.33, 2)
    expect(wilson(263, 264)[0]).toBeCloseTo(0.979, 3)
    // 30 site-weeks without an alarm bound the rate by 3.69 / 30.
    expect(poisson(0)[1]).toBeCloseTo(3.69, 2)
  })

  it('take misses for never in the time to detect', () => {
    const found = scored([notice(NIGHT + 30, 'raise', 'a')], [deed])
    const missed = scored([], [deed])
    expect(figuresOf([found]).medianTtdS).toBe(30)
    expect(figuresOf([found, missed, missed]).medianTtdS).toBe(null)
    expect(figuresOf([found, missed])).toMatchObject({ found: 0.5, bigLoads: 0.5, bigWithin60s: 0.5, siteWeeks: 8 })
  })
})

describe('the cheats', () => {
  const span = { from: 3 * DAY_S, to: 7 * DAY_S }
  const all = cheats(span, 1)
  const incidents = openPlay(drawSite(1, { days: 7, learnDays: 3 })).run(cheatListener(all))
  const figures = Object.fromEntries(
    all.map(({ name, notices }) => [name, figuresOf([score({ notices, incidents, late: [], armed: span })])]),
  )

  it('cannot be quiet and find what there is', () => {
    for (const [name, { found, falsePerSiteWeek }] of Object.entries(figures)) {
      expect(`${name} ${found > 0.8 && falsePerSiteWeek < 1}`).toBe(`${name} false`)
    }
  })

  it('pay for an alarm that is never closed', () => {
    expect(figures['always-on']?.falsePerSiteWeek).toBeGreaterThan(30)
    expect(figures['always-on']?.timeInAlarm).toBe(1)
  })

  it('ring every 15 % of the time without looking', () => {
    expect(all.find(({ name }) => name === 'periodic')?.notices.filter(({ kind }) => kind === 'raise').length).toBe(6)
  })
})
