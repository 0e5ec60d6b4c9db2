import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DrainageSample, type DrainageTest, judgeDrainage } from '../../../core/rules/drainage.ts'

/** Two pumps of 40 A; the greatest inflow of 100 m³/h asks for 24 · 100 / 20 = 120 m³/h. (domain.md §5.3) */
const TEST: DrainageTest = {
  pumps: [
    { name: 'one', rated: 40 },
    { name: 'two', rated: 40 },
  ],
  maxInflow: 100,
  limits: { leastMs: 1_800_000, share: 0.95, currentMin: 0.7, currentMax: 1.1, inflowMs: 72_000_000 },
}

interface Plant {
  readonly minutes?: number
  readonly current?: (second: number, pump: 'one' | 'two') => number
  readonly level?: (second: number) => number
  readonly flow?: number | null
}

function recording({
  minutes = 40,
  current = () => 38,
  level = (s) => 5 - s / 3_600,
  flow = 130,
}: Plant = {}): DrainageSample[] {
  const samples: DrainageSample[] = []
  for (let s = 0; s <= minutes * 60; s += 5) {
    const at = s * 1_000
    for (const pump of ['one', 'two'] as const) samples.push({ at, what: 'current', pump, value: current(s, pump) })
    samples.push({ at, what: 'level', value: level(s) })
    if (flow !== null) samples.push({ at, what: 'flow', value: flow })
  }
  return samples
}

const failed = (plant: Plant) =>
  judgeDrainage(TEST, recording(plant))
    .verdicts.filter(({ verdict }) => verdict !== 'pass')
    .map(({ criterion, pump, verdict }) => [criterion, pump, verdict].filter((one) => one !== null).join(' '))

describe('a joint drainage test', () => {
  it('is passed where all pumps run together for half an hour, draw what they should, lift enough, and the water falls', () => {
    const certificate = judgeDrainage(TEST, recording())
    expect(certificate.isPassed).toBe(true)
    expect(
      certificate.verdicts.map(({ criterion, found, wanted }) => [
        criterion,
        found && Number(found.toFixed(2)),
        wanted,
      ]),
    ).toEqual([
      ['time', 2_400_000, 1_800_000],
      ['share', 1, 0.95],
      ['current', 0.95, 1.1],
      ['share', 1, 0.95],
      ['current', 0.95, 1.1],
      // The last minute has one sample, at 2,400 s: 5 − 2/3 m.
      ['level', -0.67, 0],
      ['flow', 130, 120],
    ])
  })

  it.each([
    ['too short', { minutes: 29 }, ['time fail']],
    [
      'one pump only',
      { current: (_s, pump) => (pump === 'one' ? 38 : 0) },
      [
        'time fail',
        'share one unknown',
        'current one unknown',
        'share two unknown',
        'current two unknown',
        'level unknown',
        'flow unknown',
      ],
    ],
    [
      'one pump stops for a while',
      { current: (s, pump) => (pump === 'two' && s > 600 && s < 900 ? 0 : 38) },
      ['share two fail'],
    ],
    ['too little current', { current: (_s, pump) => (pump === 'one' ? 27 : 38) }, ['current one fail']],
    ['too much current', { current: (_s, pump) => (pump === 'two' ? 45 : 38) }, ['current two fail']],
    [
      'the water rises in between',
      { level: (s) => 5 - s / 3_600 + (s > 1_200 && s < 1_400 ? 0.2 : 0) },
      ['level fail'],
    ],
    ['the water stands', { level: () => 5 }, ['level fail']],
    ['too little flow', { flow: 119 }, ['flow fail']],
    ['no flow meter', { flow: null }, ['flow unknown']],
  ] satisfies [string, Plant, string[]][])('is not passed: %s', (_name, plant, verdicts) => {
    expect(failed(plant)).toEqual(verdicts)
  })

  it('does not mind the rush of current at the start, waves, nor one odd sample', () => {
    const current = (s: number) => (s < 20 ? 200 : s === 900 ? 60 : 38)
    const level = (s: number) => 5 - s / 3_600 + 0.004 * Math.sin(s)
    expect(failed({ current, level })).toEqual([])
  })

  it('does not count time in which nothing was heard as running', () => {
    const heard = recording().filter(({ at }) => at < 900_000 || at > 1_500_000)
    const { isPassed, verdicts } = judgeDrainage(TEST, heard)
    expect(isPassed).toBe(false)
    expect(verdicts.filter(({ criterion }) => criterion === 'share').map(({ verdict }) => verdict)).toEqual([
      'fail',
      'fail',
    ])
  })

  it('never passes with a criterion that is not met, whatever is recorded', () => {
    const sample = fc.record({
      s: fc.nat(4_000),
      pump: fc.constantFrom('one' as const, 'two' as const),
      what: fc.constantFrom('current', 'level', 'flow'),
      value: fc.oneof(fc.double({ min: 0, max: 200, noNaN: true }), fc.constant(NaN)),
    })
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 100 }), (list) => {
        const samples = list
          .toSorted((a, b) => a.s - b.s)
          .map(({ s, pump, what, value }): DrainageSample =>
            what === 'current'
              ? { at: s * 1_000, what, pump, value }
              : { at: s * 1_000, what: what === 'level' ? 'level' : 'flow', value },
          )
        const { isPassed, verdicts } = judgeDrainage(TEST, samples)
        expect(isPassed).toBe(verdicts.every(({ verdict }) => verdict === 'pass'))
        for (const { criterion, found, wanted, verdict } of verdicts)
          if (verdict === 'pass' && criterion !== 'current' && criterion !== 'level')
            expect(found).toBeGreaterThanOrEqual(wanted)
      }),
    )
  })
})
