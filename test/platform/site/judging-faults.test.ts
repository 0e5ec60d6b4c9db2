import { describe, expect, it } from 'vitest'
import { isHouseError } from '../../../core/kit/errors.ts'
import { checkGateway } from '../../../platform/site/loaded-gateway.ts'
import { DEMO_METER, siteText } from '../../gateway/runtime/sites.ts'

const BASE = {
  buses: ['id: main, kind: tcp, host: 127.0.0.1, port: 1502'],
  devices: ['id: meter, profile: demo/meter, bus: main, unit: 1'],
}
const POINTS = `points:
  meter/energy: { quantity: energy }
  pump/on: { quantity: running }
  pump/speed: { quantity: rotational_speed }
  sump/level: { quantity: level }
  sky/temperature: { quantity: temperature }`

const load = (...top: string[]) =>
  checkGateway({
    text: siteText({ ...BASE, top: [POINTS, ...top] }),
    path: 'site.yaml',
    baseFolder: '/',
    profiles: { texts: [DEMO_METER] },
  })
const faults = (...top: string[]) => {
  try {
    load(...top)
    return []
  } catch (error) {
    if (!isHouseError(error, 'config/invalid')) throw error
    return error.message.split('\n').map((line) => line.replace(/^site\.yaml:(\d+):\d+: /, '$1 '))
  }
}

describe('how a site is judged, as its file says', () => {
  it('is taken with rules over recorded points, a load, permits and orders', () => {
    const { plan } = load(
      'load: { meter: meter/active-power, energy: meter/energy, declared: 3000, temperature: sky/temperature, known: [{ id: pump, contact: pump/on, kind: pump, level: sump/level }] }',
      'permits: [{ id: work, who: A. Person, from: "2026-11-22T08:00:00+08:00", until: "2026-11-22T09:00:00+08:00", devices: [meter, pump] }]',
      'orders: [{ id: storm, by: the county, from: "2026-11-22T08:00:00+08:00", feeders: [meter/active-power] }]',
      'rules: [{ id: full, type: high-limit, point: sump/level, priority: red, with: { limit: 3 } }]',
    )
    expect(plan.load?.known[0]?.level).toBe('sump/level')
    expect(plan.permits[0]?.until).toBe(Date.parse('2026-11-22T01:00:00Z'))
    expect([plan.orders.length, plan.calendar?.calendar, plan.rules[0]?.id]).toEqual([1, 'cn', 'full'])
  })

  it('is refused with every fault at once, each with its line: points that are not there or measure something else', () => {
    expect(
      faults(
        'load: { meter: meter/energy, energy: meter/active-power, declared: -1, temperature: sky/temp, known: [',
        '  { id: pump, contact: pump/speed, level: pump/on },',
        '  { id: other, contact: pupm/on } ] }',
        'orders: [{ id: storm, by: me, from: "2026-11-22T08:00:00+08:00", feeders: [sump/level] }]',
        'permits: [{ id: work, who: me, from: "2026-11-22T08:00:00+08:00", until: "2026-11-22T09:00:00+08:00", devices: [mter] }]',
      ),
    ).toEqual([
      '16 load.meter: expected a point that measures power (W), came meter/energy, which measures energy (kW.h)',
      '16 load.energy: expected a point that measures energy (kW.h), came meter/active-power, which measures power (W)',
      '16 load.declared: expected more than 0, came -1',
      '16 load.temperature: expected a point of sky that is read (sky/temperature), came sky/temp',
      '17 load.known[0].contact: expected a point that measures running (true or false) or contact (true or false), came pump/speed, which measures rotational_speed (/min)',
      '17 load.known[0].level: expected a point that measures level (m), came pump/on, which measures running (true or false)',
      '18 load.known[1].contact: expected a point of a device of this site (meter, pump, sump, sky), came pupm; did you mean pump?',
      '19 orders[0].feeders[0]: expected a point that measures power (W), came sump/level, which measures level (m)',
      '20 permits[0].devices[0]: expected the id of a device of this site (meter, pump, sump, sky), came mter; did you mean meter?',
    ])
  })

  it('is refused where two things have one name, and a pump two names', () => {
    const permit = 'who: me, from: "2026-11-22T08:00:00+08:00", until: "2026-11-22T09:00:00+08:00"'
    const order = 'by: me, from: "2026-11-22T08:00:00+08:00"'
    expect(
      faults(
        'load: { meter: meter/active-power, declared: 1000, known: [{ id: a, contact: pump/on }, { id: a, contact: pump/on }] }',
        `permits: [{ id: work, ${permit} }, { id: work, ${permit} }]`,
        `orders: [{ id: storm, ${order} }, { id: storm, ${order} }]`,
      ),
    ).toEqual([
      '16 load.known[1].id: expected each only once, came a again',
      '16 load.known[1].contact: expected each only once, came pump/on again',
      '17 permits[1].id: expected each only once, came work again',
      '18 orders[1].id: expected each only once, came storm again',
    ])
  })

  it('is refused where a permit or an order ends before it begins, or has no zone', () => {
    expect(
      faults(
        'permits: [{ id: work, who: me, from: "2026-11-22T08:00:00+08:00", until: "2026-11-22T07:00:00+08:00" }]',
        'orders: [{ id: storm, by: me, from: "2026-11-22T08:00:00+08:00", until: "2026-11-21T08:00:00+08:00" }, { id: fog, by: me, from: "2026-11-22T08:00:00" }]',
      ),
    ).toEqual([
      expect.stringMatching(/^16 permits\[0\]\.until: expected an end after the beginning/),
      expect.stringMatching(/^17 orders\[0\]\.until: expected an end after the beginning/),
      expect.stringMatching(/^17 orders\[1\]\.from: expected a time with its zone/),
    ])
  })

  it('is refused where a point of recorded data is read here', () => {
    expect(faults().length).toBe(0)
    expect(faults('site2: 1')).toHaveLength(1)
    const text = siteText({ ...BASE, top: ['points: { meter/active-power: { quantity: power } }'] })
    const check = () => checkGateway({ text, path: 'site.yaml', baseFolder: '/', profiles: { texts: [DEMO_METER] } })
    expect(check).toThrow('expected only points that are not read here, came meter/active-power, which meter has')
  })

  it('says of a rule that needs the load, or evidence that nobody puts together, what is missing', () => {
    const rule = 'rules: [{ id: dead, type: should-be-off, point: meter/active-power, priority: red, as: evidence }]'
    expect(faults(rule)).toEqual([
      '16 rules[0].as: expected an activity section in the site file for evidence, came none',
    ])
    expect(faults('activity: {}', rule)).toEqual([])
  })

  it('arms the standard set only where the signals are put together, and not what it is to do without', () => {
    const section = 'load: { meter: meter/active-power, declared: 3000 }'
    const types = (...top: string[]) => new Set(load(section, ...top).plan.rules.map(({ type }) => type))
    expect(types().has('unexplained-load')).toBe(false)
    expect(types('activity: {}').has('unexplained-load')).toBe(true)
    expect(types('activity: { without: [unexplained-load] }').has('unexplained-load')).toBe(false)
    expect(faults(section, 'activity: { without: [unexplained-laod] }')).toEqual([
      expect.stringMatching(/^17 activity\.without\[0\]: .*did you mean unexplained-load\?/),
    ])
  })
})
