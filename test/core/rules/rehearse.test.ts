import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AlarmTransition } from '../../../core/contract/alarm.ts'
import { RuleConfig } from '../../../core/contract/site.ts'
import { MonoMs, UtcMs } from '../../../core/contract/time.ts'
import { armRules } from '../../../core/rules/arm.ts'
import { alarmsOf, compare, deskLoad, Incident, type RehearsedAlarm } from '../../../core/rules/comparison.ts'
import { LATENESS_MS, RuleEngine } from '../../../core/rules/engine.ts'
import { planOf } from '../../../core/rules/plan.ts'
import { Rehearsal, type RehearsalOptions } from '../../../core/rules/rehearse.ts'
import { type SampleExtra, sampleFlag } from '../../../core/rules/sample-columns.ts'

/** 2026-01-12 02:00:00 in Asia/Shanghai. */
const NIGHT = Date.UTC(2026, 0, 11, 18)
const MINUTE = 60_000

interface Row {
  readonly s: number
  readonly point: string
  readonly value: number | boolean | null
  readonly extra?: SampleExtra
}

const RULES = [
  { id: 'off', type: 'should-be-off', point: 'meter/power', priority: 'red', with: { above: 1000 } },
  { id: 'low', type: 'low-limit', point: 'meter/level', priority: 'yellow', with: { limit: 2, onDelay: '7s' } },
  { id: 'silent', type: 'stale', point: 'meter/power', priority: 'blue', with: {} },
  { id: 'seen', type: 'presence', point: 'camera/human', priority: 'orange' },
]
const QUANTITIES = { 'meter/power': 'power', 'meter/level': 'level', 'camera/human': 'presence' } as const

function planWith(rules: readonly object[] = RULES) {
  const configs = rules.map((rule) => RuleConfig.parse(rule))
  const armed = armRules('east-pit', configs, { quantityOf: (point) => QUANTITIES[point as keyof typeof QUANTITIES] })
  expect(armed.faults).toEqual([])
  return planOf('east-pit', armed.rules)
}

function columnsOf(rehearsal: Rehearsal, rows: readonly Row[]) {
  return {
    length: rows.length,
    point: Int32Array.from(rows, ({ point }) => rehearsal.pointOf(point)),
    at: Float64Array.from(rows, ({ s }) => NIGHT + s * 1_000),
    value: Float64Array.from(rows, ({ value }) => (value === null ? NaN : Number(value))),
    flag: Uint8Array.from(rows, ({ value }) =>
      value === null ? sampleFlag('none', 'bad') : sampleFlag(typeof value === 'boolean' ? 'state' : 'number', 'good'),
    ),
    more: new Map(rows.flatMap(({ extra }, place) => (extra === undefined ? [] : [[place, extra] as const]))),
  }
}

const VALID_MS: Readonly<Record<string, number>> = {
  'meter/power': 130_000,
  'meter/level': 450_000,
  'camera/human': 450_000,
}

function rehearse(rows: readonly Row[], options: RehearsalOptions = {}, cut = rows.length) {
  const rehearsal = new Rehearsal(planWith(), { validMsOf: (point) => VALID_MS[point] ?? null, ...options })
  const told = [
    ...rehearsal.take(columnsOf(rehearsal, rows.slice(0, cut))),
    ...rehearsal.take(columnsOf(rehearsal, rows.slice(cut))),
    ...rehearsal.finish(),
  ]
  return { told, counts: rehearsal.counts, span: rehearsal.span }
}

/** What happened, but for the silence of points that a test has no samples of. */
function story(told: readonly AlarmTransition[]): string[] {
  return told
    .filter(({ rule }) => rule !== 'silent')
    .map(({ kind, rule, at }) => `${kind} ${rule} @${(at - NIGHT) / 1_000}`)
}

/** The same through the gateway's own path: readings as drivers give them, and time passing at any moment. */
function live(rows: readonly Row[], ticks: readonly number[]): AlarmTransition[] {
  const engine = new RuleEngine(planWith())
  const told: AlarmTransition[] = []
  const started = 3_000
  const advance = (s: number) => {
    const now = { at: NIGHT + s * 1_000, mono: started + s * 1_000 }
    engine.advance(now)
    told.push(...engine.transitions())
  }
  // A rule that waits for what never came counts from where both begin.
  const waiting = ticks.filter((tick) => tick > rows[0]!.s)
  for (const { s, point, value } of rows) {
    while (waiting[0] !== undefined && waiting[0] <= s) advance(waiting.shift()!)
    const [device = '', name = ''] = point.split('/')
    const at = UtcMs.parse(NIGHT + s * 1_000)
    const stamp = { at, mono: MonoMs.parse(started + s * 1_000), validUntil: UtcMs.parse(at + VALID_MS[point]!) }
    const isBad = value === null
    engine.take([
      { device, point: name, value, quality: isBad ? 'bad' : 'good', reason: isBad ? 'not-a-number' : null, ...stamp },
    ])
    told.push(...engine.transitions())
  }
  advance(rows.at(-1)!.s + LATENESS_MS / 1_000)
  return told
}

const night = fc
  .array(
    // Nothing is thinned out: usually a reading holds until the next.
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          gap: fc.constantFrom(0, 0.5, 1, 1, 1, 2, 9, 200),
          point: fc.constant('meter/power'),
          value: fc.constantFrom(0, 5_000, 5_000, null),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          gap: fc.constantFrom(0, 1, 5, 5, 120),
          point: fc.constant('meter/level'),
          value: fc.constantFrom(1, 1, 3),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          gap: fc.constantFrom(0, 1, 1, 1, 600),
          point: fc.constant('camera/human'),
          value: fc.boolean(),
        }),
      },
    ),
    { minLength: 1, maxLength: 120 },
  )
  .map((steps) => {
    let s = 10
    return steps.map(({ gap, point, value }): Row => ({ s: (s += gap), point, value }))
  })

describe('a rehearsal', () => {
  it('gives the alarms the gateway gives, however the readings come in pieces and whenever its ticks are', () => {
    fc.assert(
      fc.property(night, fc.nat(120), fc.double({ min: 0, max: 1, noNaN: true }), (rows, cut, phase) => {
        const last = rows.at(-1)!.s
        const ticks = Array.from({ length: Math.ceil(last) }, (_, second) => second + phase)
        const told = live(rows, ticks)
        const byTime = told.toSorted((a, b) => a.at - b.at)
        expect(rehearse(rows, {}, cut).told.map(keyOf).sort()).toEqual(byTime.map(keyOf).sort())
      }),
      { numRuns: 150 },
    )
  })

  it('tells alarms in the order of time', () => {
    fc.assert(
      fc.property(night, (rows) => {
        const times = rehearse(rows).told.map(({ at }) => at)
        expect(times).toEqual(times.toSorted((a, b) => a - b))
      }),
      { numRuns: 60 },
    )
  })

  it('learns before learn-until and tells nothing of it, but what is open then as soon as there is news', () => {
    const power = (from: number, to: number, value: number) =>
      Array.from({ length: to - from }, (_, second): Row => ({ s: from + second, point: 'meter/power', value }))
    const rows = [...power(0, 60, 5_000), ...power(60, 500, 0), ...power(500, 540, 5_000)]
    expect(story(rehearse(rows).told)).toEqual(['raise off @10', 'clear off @360', 'raise off @510'])
    expect(story(rehearse(rows, { learnUntil: NIGHT + 100_000 }).told)).toEqual(['raise off @510'])
    expect(story(rehearse(rows, { learnUntil: NIGHT + 520_000 }).told)).toEqual([])
  })

  it('drops what comes twice, late or from nowhere, and says how many', () => {
    const rows: Row[] = [
      { s: 0, point: 'meter/power', value: 0 },
      { s: 1, point: 'meter/power', value: 0 },
      { s: 1, point: 'meter/power', value: 9_000 },
      { s: 0, point: 'meter/power', value: 9_000 },
      { s: 9_000_000, point: 'meter/power', value: 9_000 },
      { s: 2, point: 'meter/power', value: 0 },
      { s: 3, point: 'meter/other', value: 0 },
    ]
    const { counts, told } = rehearse(rows)
    expect({ ...counts, unknown: counts.unknown.size }).toEqual({
      judged: 3,
      unread: 1,
      unknown: 0,
      late: 2,
      disordered: 0,
      stray: 1,
    })
    expect(told).toEqual([])
  })

  it('counts the days it watched by hours with samples, without those of learning and of gaps', () => {
    const rehearsal = new Rehearsal(planWith(), { learnUntil: NIGHT + 2 * 3_600_000 })
    const rows = [0, 1, 2, 3, 3.5, 40].map((hour): Row => ({ s: hour * 3_600, point: 'meter/power', value: 0 }))
    rehearsal.take(columnsOf(rehearsal, rows))
    rehearsal.finish()
    expect(rehearsal.watchedDays).toBe(3 / 24)
  })

  it('believes a sample a year ahead when the next one is there too, and makes it no year of waiting', () => {
    const rows: Row[] = [
      { s: 0, point: 'meter/power', value: 0 },
      { s: 400 * 86_400, point: 'meter/power', value: 5_000 },
      ...Array.from({ length: 12 }, (_, s) => ({ s: 400 * 86_400 + s + 1, point: 'meter/power', value: 5_000 })),
    ]
    expect(story(rehearse(rows, {}, 2).told)).toContain(`raise off @${400 * 86_400 + 10}`)
  })

  it('lets an event of a moment end by itself, and one with an end when that comes', () => {
    const seen = (s: number, phase: 'pulse' | 'start' | 'end'): Row => ({
      s,
      point: 'camera/human',
      value: phase !== 'end',
      extra: { event: { kind: 'person', phase, confidence: 0.9 } },
    })
    const later = { s: 900, point: 'meter/level', value: 5 }
    expect(story(rehearse([seen(0, 'pulse'), later]).told)).toEqual(['raise seen @0', 'clear seen @65'])
    expect(story(rehearse([seen(0, 'pulse'), seen(4, 'pulse'), later]).told)).toEqual([
      'raise seen @0',
      'clear seen @69',
    ])
    expect(story(rehearse([seen(0, 'start'), seen(300, 'end'), later]).told)).toEqual([
      'raise seen @0',
      'clear seen @360',
    ])
    expect(story(rehearse([seen(0, 'start'), later]).told)).toEqual(['raise seen @0'])
  })

  it('learns how long readings hold where nobody says, and does not prove anything over a gap', () => {
    const every = (step: number, to: number, from = 0) =>
      Array.from({ length: Math.floor((to - from) / step) }, (_, index): Row => {
        return { s: from + index * step, point: 'meter/power', value: index < 3 ? 0 : 5_000 }
      })
    const unknown = { validMsOf: () => null }
    expect(story(rehearse(every(60, 1_000), unknown).told)[0]).toBe('raise off @190')
    // A reading every 5 s, then one load seen once before an hour's gap: 12.5 s of it are proven, not the hour.
    const rows = [
      ...every(5, 100).map((row) => ({ ...row, value: 0 })),
      { s: 100, point: 'meter/level', value: 1 },
      { s: 4_000, point: 'meter/level', value: 1 },
    ]
    expect(story(rehearse(rows, unknown).told).filter((text) => text.includes('low'))).toEqual(['raise low @107'])
  })
})

function keyOf({ kind, rule, at, explanation }: AlarmTransition): string {
  return JSON.stringify([at, rule, kind, explanation])
}

function alarm(rule: string, fromMin: number, toMin: number | null, news: readonly number[] = []): RehearsedAlarm {
  const from = fromMin * MINUTE
  const to = toMin === null ? null : toMin * MINUTE
  return {
    rule,
    ruleType: rule,
    occurrence: `${rule}${fromMin}`,
    from,
    to,
    news: [from, ...news.map((min) => min * MINUTE)],
  }
}

function incident(fromMin: number, toMin: number) {
  return Incident.parse({ from: fromMin * MINUTE, to: toMin * MINUTE })
}

describe('a rule change', () => {
  const finds = () => true

  it('shows what is added, removed and moved, rule by rule', () => {
    const before = [alarm('a', 10, 20), alarm('a', 50, 60), alarm('b', 5, 6)]
    const after = [alarm('a', 8, 20), alarm('a', 100, 110), alarm('b', 5, 6)]
    const [a, b] = compare(before, after, { incidents: [], finds }).rules
    expect(a?.moved.map(({ byMs }) => byMs)).toEqual([-2 * MINUTE])
    expect([a?.added.map(({ from }) => from / MINUTE), a?.removed.map(({ from }) => from / MINUTE)]).toEqual([
      [100],
      [50],
    ])
    expect([b?.added, b?.removed, b?.moved]).toEqual([[], [], []])
  })

  it('is refused when a confirmed incident is lost, and only then where false alarms stay', () => {
    const known = { incidents: [incident(10, 20)], finds }
    expect(compare([alarm('a', 12, 30)], [], known)).toMatchObject({ lost: known.incidents, isRefused: true })
    expect(compare([alarm('a', 12, 30)], [alarm('b', 15, 30)], known)).toMatchObject({ lost: [], isRefused: false })
    expect(compare([], [], known)).toMatchObject({ missed: known.incidents, isRefused: false })
    expect(compare([], [alarm('a', 12, 30)], known)).toMatchObject({ gained: known.incidents, isRefused: false })
  })

  it('does not take an alarm that has been open for weeks, or one that guards the watching, for a find', () => {
    const known = { incidents: [incident(10_000, 10_020)], finds: (rule: string) => rule !== 'stale' }
    const good = [alarm('a', 10_001, null)]
    expect(compare(good, [alarm('a', 0, null)], known).isRefused).toBe(true)
    expect(compare(good, [alarm('a', 0, null, [10_010])], known).lost).toEqual([])
    expect(compare(good, [alarm('stale', 10_001, null)], known).isRefused).toBe(true)
  })

  it('is refused when false alarms rise by more than a fifth', () => {
    const some = (count: number) => Array.from({ length: count }, (_, n) => alarm('a', n * 100, n * 100 + 10))
    expect(compare(some(10), some(12), { incidents: [], finds }).isRefused).toBe(false)
    expect(compare(some(10), some(13), { incidents: [], finds }).isRefused).toBe(true)
    expect(compare([], some(1), { incidents: [], finds }).isRefused).toBe(true)
  })
})

describe('the load of a desk', () => {
  const dayOf = (at: number) => Math.floor(at / 86_400_000)

  it('is alarms per pit and day, beside a budget of 1.4', () => {
    const day = 1_440
    const alarms = [0, 1, 2, day + 1].map((min) => alarm('a', min, null))
    const load = deskLoad(alarms, 2, dayOf)
    expect(load).toEqual({ alarms: 4, days: 2, perDay: 2, worst: { day: 0, alarms: 3 }, isWithin: false })
    expect(deskLoad(alarms.slice(0, 2), 2, dayOf).isWithin).toBe(true)
  })

  it('counts an alarm once, whatever is told of it', () => {
    const one = { occurrence: 'o', rule: 'r', ruleType: 't' }
    const told = (['raise', 'update', 'clear'] as const).map((kind, n) => ({ ...one, kind, at: UtcMs.parse(n) }))
    expect(alarmsOf(told)).toEqual([{ ...one, from: 0, to: 2, news: [0, 1] }])
  })
})
