import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Duration } from '../../core/contract/time.ts'
import { RuleConfig } from '../../core/contract/site.ts'
import { armRules } from '../../core/rules/arm.ts'
import { lengthMs, played, playedEnergy } from '../../sim/models/series.ts'
import { parseSeries } from '../../sim/play.ts'
import { scenarioOf } from '../../sim/scenario.ts'
import { playedSite } from '../../sim/sites/played-load.ts'

const QUARTER = { stepMs: 900_000, wattsPerUnit: 1_000 }

describe('a recording', () => {
  it('of one value a line is taken with the step it is given', () => {
    const series = parseSeries('950\n939\n\n943\n', 'year.txt', QUARTER)
    expect([...series.watts]).toEqual([950_000, 939_000, 943_000])
    expect([series.stepMs, series.recordedFrom]).toEqual([900_000, null])
  })

  it('with times has its own step and start, and holds the last value where one is missing', () => {
    const text = 'time,kW\n2026-01-01 00:00,1\n2026-01-01 00:05,2\n2026-01-01 00:15,4\n'
    const series = parseSeries(text, 'a.csv', QUARTER)
    expect(series.stepMs).toBe(300_000)
    expect([...series.watts]).toEqual([1_000, 2_000, 2_000, 4_000])
    expect(series.recordedFrom).toBe(Date.UTC(2026, 0, 1))
  })

  it('with faults is refused with the line of each', () => {
    const text = 'time,value\n2026-01-01T00:00Z,1\nyesterday,2\n2026-01-01T00:10Z,x\n2025-01-01T00:00Z,3\n'
    expect(() => parseSeries(text, 'a.csv', QUARTER)).toThrow(
      /a\.csv:3: .*\na\.csv:4: .*\na\.csv:5: expected a time after/,
    )
    expect(() => parseSeries('', 'empty.csv', QUARTER)).toThrow(/expected at least 2 values, came 0/)
  })

  it('is played step by step, and its energy is the sum of its steps', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 2, maxLength: 60 }), (values) => {
        const series = parseSeries(values.join('\n'), 'x', QUARTER)
        const load = played(series)
        for (const [index, value] of values.entries()) {
          const sum = load(index * 900 + 450).watts.reduce((total, watts) => total + watts, 0)
          expect(sum).toBeCloseTo(value * 1_000, 3)
        }
        const total = values.reduce((sum, value) => sum + value / 4, 0)
        const { kWh } = playedEnergy(series)(lengthMs(series) / 1_000)
        expect(kWh[0] + kWh[1] + kWh[2]).toBeCloseTo(total, 3)
      }),
    )
  })

  it('becomes a site whose meter is polled once a step and whose rules can be armed', () => {
    const day = Array.from({ length: 96 }, (_, quarter) => 900 + 400 * Math.sin((quarter * Math.PI) / 48))
    const site = playedSite(parseSeries(day.join('\n'), 'x', QUARTER))
    expect(Duration.parse(site.devices[0]!.every)).toBe(900_000)
    const rules = site.rules.map((rule) => RuleConfig.parse(rule))
    expect(armRules(site.site.id, rules, { quantityOf: () => 'power' }).faults).toEqual([])
    const model = site.devices[0]!.model({ seed: 1, scenario: scenarioOf('quiet') })
    expect(model(24 * 900 + 1)['active-power']).toBeCloseTo(1_300_000, 0)
  })

  it('can be played out of another point of the meter', () => {
    const site = playedSite(parseSeries('231\n229', 'x', { stepMs: 1_000, wattsPerUnit: 1 }), 'voltage-l1')
    const model = site.devices[0]!.model({ seed: 1, scenario: scenarioOf('quiet') })
    expect(model(0.5)['voltage-l1']).toBe(231)
    expect(site.site.headline).toBe('feeder-meter/voltage-l1')
  })
})
