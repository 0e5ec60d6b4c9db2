import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AlarmTransition } from '../../../core/contract/alarm.ts'
import { OccurrenceId } from '../../../core/contract/occurrence.ts'
import { Roster } from '../../../core/contract/roster.ts'
import { smallRoster } from '../../support/roster.ts'
import { HistoryQuery } from '../../../core/contract/http.ts'
import { Acknowledge } from '../../../core/contract/acts.ts'
import { QUANTITIES, UNITS } from '../../../core/contract/quantity.ts'
import { Reading } from '../../../core/contract/reading.ts'
import { BusDevice, GatewayConfig } from '../../../core/contract/site.ts'
import { Id } from '../../../core/contract/text.ts'
import { Duration } from '../../../core/contract/time.ts'

describe('a duration', () => {
  it.each([
    ['500ms', 500],
    ['10s', 10_000],
    ['1.5s', 1_500],
    ['5min', 300_000],
    ['2h', 7_200_000],
    ['30d', 2_592_000_000],
  ])('%s is %d ms', (text, ms) => {
    expect(Duration.parse(text)).toBe(ms)
  })

  it.each(['10', 's', '10 s', '-5s', '5m', '1e3s', '.5s', '', '5S'])('is not written %s', (text) => {
    expect(Duration.safeParse(text).error?.issues[0]?.message).toMatch(/expected a duration such as/)
  })

  it('means the same in every unit it can be written in', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000 }), (hours) => {
        expect(Duration.parse(`${hours}h`)).toBe(Duration.parse(`${hours * 60}min`))
        expect(Duration.parse(`${hours}h`)).toBe(Duration.parse(`${hours * 3_600}s`))
      }),
    )
  })
})

describe('an id', () => {
  it.each(['a', 'feeder-meter', 'bus-1', '3p'])('may be %s', (text) => {
    expect(Id.safeParse(text).success).toBe(true)
  })

  it.each(['', '-a', 'a-', 'a--b', 'Feeder', 'a_b', 'a/b', 'a.b', '井', '+', 'a'.repeat(65)])(
    'may not be %s',
    (text) => {
      expect(Id.safeParse(text).success).toBe(false)
    },
  )
})

describe('quantities and units', () => {
  it('agree: the unit a quantity is stored in belongs to it and has the factor 1', () => {
    for (const [name, { unit }] of Object.entries(QUANTITIES)) {
      const own = UNITS[unit]
      expect(own.factor, name).toBe(1)
      expect(own.own, name).toBe(unit)
    }
  })
})

describe('schemas', () => {
  const reading = {
    device: 'meter',
    point: 'power',
    value: null,
    quality: 'bad',
    reason: 'timeout',
    at: 1,
    mono: 0.5,
    validUntil: 2,
  }

  it('refuse unknown keys, numbers that are none, and times that are not whole', () => {
    expect(Reading.safeParse(reading).success).toBe(true)
    expect(Reading.safeParse({ ...reading, colour: 'red' }).success).toBe(false)
    expect(Reading.safeParse({ ...reading, value: NaN }).success).toBe(false)
    expect(Reading.safeParse({ ...reading, value: Infinity }).success).toBe(false)
    expect(Reading.safeParse({ ...reading, at: 1.5 }).success).toBe(false)
  })

  it('bound what one transition can carry', () => {
    const transition = {
      occurrence: 'east-pit.dead-feeder.abc',
      n: 1,
      kind: 'raise',
      site: 'east-pit',
      rule: 'dead-feeder',
      ruleType: 'should-be-off',
      point: 'meter/power',
      priority: 'red',
      at: 1,
      explanation: { key: 'should-be-off.raised', values: {} },
      readings: [reading],
      evidence: [],
    }
    expect(AlarmTransition.safeParse(transition).success).toBe(true)
    const many = { ...transition, readings: Array.from({ length: 17 }, () => reading) }
    expect(AlarmTransition.safeParse(many).success).toBe(false)
    expect(OccurrenceId.safeParse('east-pit.dead-feeder').success).toBe(false)
  })

  it('read a roster as people write it and as it is stored, and refuse a ladder without an end to its round', () => {
    const { duty } = smallRoster([{ id: 'officer', url: 'http://127.0.0.1:1/' }], { waitS: 90 })
    const roster = Roster.parse(duty)
    expect(roster.ladders.red).toEqual({ steps: [{ after: 0, call: [{ role: 'role-1' }] }], loop: 90_000 })
    expect(Roster.parse(JSON.parse(JSON.stringify(roster)))).toEqual(roster)
    const red = { steps: roster.ladders.red.steps }
    expect(Roster.safeParse({ ...duty, ladders: { ...roster.ladders, red } }).error?.issues[0]?.path).toEqual([
      'ladders',
      'red',
      'loop',
    ])
  })

  it('read configuration with its defaults, and query strings with their numbers', () => {
    const device = BusDevice.parse({ id: 'meter', profile: 'eastron/sdm630', bus: 'line', unit: 1 })
    expect(device).toMatchObject({ every: 1_000, spans: {} })
    expect(BusDevice.safeParse({ ...device, every: '1s', unit: 248 }).success).toBe(false)
    expect(HistoryQuery.parse({ from: '1', to: '2' })).toEqual({ from: 1, to: 2, columns: 800 })
    expect(Acknowledge.parse({})).toEqual({ note: '' })
    expect(GatewayConfig.safeParse({}).error?.issues.map(({ path }) => path.join('.'))).toEqual([
      'group',
      'site',
      'store',
      'uplink',
    ])
  })
})
