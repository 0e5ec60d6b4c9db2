import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SiteDetail } from '../../core/contract/http.ts'
import { QUANTITIES, type Quantity } from '../../core/contract/quantity.ts'
import { SiteKind } from '../../core/contract/site.ts'
import { fitText, textWidth } from '../../dashboard/web/show/fit-text.ts'
import type { Alarm } from '../../core/contract/alarm.ts'
import type { Standing } from '../../dashboard/web/show/freshness.ts'
import { BOX, layoutPit } from '../../dashboard/web/show/schematic-layout.ts'
import { alarmsBySymbol, mainPoints, runStateOf } from '../../dashboard/web/show/schematic-state.ts'
import { MOST_VALUES, type PitSymbols, symbolsOf } from '../../dashboard/web/show/schematic-symbols.ts'

type Parts = Pick<SiteDetail, 'devices' | 'points'>
const QUANTITY = Object.keys(QUANTITIES) as Quantity[]
const NAMES = ['feeder-meter', 'pump-1', 'pump-2-meter', 'main-fan', 'contacts', 'winch', 'gateway', 'camera', 'solar']

const device = (id: string, profile = 'a/b', en = id) => ({ id, profile, online: true, name: { 'zh-CN': id, en } })
const point = (ref: string, quantity: Quantity) => {
  const [of = '', id = ''] = ref.split('/')
  const { unit } = QUANTITIES[quantity]
  return { device: of, point: id, name: null, quantity, unit, range: null, latest: null }
}
const anySite: fc.Arbitrary<Parts> = fc
  .array(
    fc.record({
      name: fc.constantFrom(...NAMES),
      quantities: fc.array(fc.constantFrom(...QUANTITY), { maxLength: 24 }),
    }),
    {
      maxLength: 12,
    },
  )
  .map((devices) => ({
    devices: devices.map(({ name }, n) => device(name === 'gateway' ? name : `${name}-${n}`)),
    points: devices.flatMap(({ name, quantities }, n) =>
      quantities.map((quantity, at) => point(`${name === 'gateway' ? name : `${name}-${n}`}/p-${n}-${at}`, quantity)),
    ),
  }))

const kindsOf = ({ symbols }: PitSymbols) => symbols.map(({ kind, points }) => `${kind}: ${points.join(' ')}`)

describe('what a pit is drawn as', () => {
  it('has each point at exactly one symbol or among the others, and at most three at a symbol', () => {
    fc.assert(
      fc.property(anySite, (site) => {
        const { symbols, others } = symbolsOf(site)
        const placed = [...symbols.flatMap(({ points }) => points), ...others].sort()
        expect(placed).toEqual(site.points.map((info) => `${info.device}/${info.point}`).sort())
        for (const { points } of symbols) expect(points.length).toBeLessThanOrEqual(MOST_VALUES)
        expect(new Set(symbols.map(({ id }) => id)).size).toBe(symbols.length)
        expect(symbols.filter(({ kind }) => kind === 'gateway').length).toBe(1)
      }),
    )
  })

  it('puts a pump’s meter and its running contact into one, and the level it pumps into a sump', () => {
    const found = symbolsOf({
      devices: [device('pump-meter', 'acrel/adl400'), device('sump-sensors'), device('pump-contact')],
      points: [
        point('pump-meter/voltage-l1', 'voltage'),
        point('pump-meter/power-l1', 'power'),
        point('pump-meter/active-power', 'power'),
        point('pump-meter/current-l1', 'current'),
        point('sump-sensors/level-1', 'level'),
        point('pump-contact/di-1', 'contact'),
      ],
    })
    expect(kindsOf(found)).toEqual([
      'pump: pump-meter/active-power pump-contact/di-1 pump-meter/voltage-l1',
      'sump: sump-sensors/level-1',
      'gateway: ',
    ])
    expect(found.symbols[0]).toMatchObject({ running: 'pump-contact/di-1', title: { en: 'pump-meter' } })
    expect(found.others.toSorted()).toEqual(['pump-meter/current-l1', 'pump-meter/power-l1'])
  })

  it('tells two pumps apart by their number, and a contact that opens a door from one that runs a fan', () => {
    const { symbols } = symbolsOf({
      devices: [device('pump-1-meter'), device('pump-2-meter'), device('contacts')],
      points: [
        point('pump-1-meter/active-power', 'power'),
        point('pump-2-meter/active-power', 'power'),
        point('contacts/hatch', 'contact'),
        point('contacts/cover', 'tamper'),
        point('contacts/fan-running', 'running'),
      ],
    })
    expect(symbols.map(({ kind, id }) => `${kind} ${id}`)).toEqual([
      'fan fan-',
      'pump pump-1',
      'pump pump-2',
      'door contacts/door-0',
      'gateway gateway',
    ])
  })

  it('knows cameras, generators, drives, solar chargers and guard posts by what they are', () => {
    const { symbols } = symbolsOf({
      devices: [
        device('gate', 'hikvision/isapi-camera'),
        device('a', 'comap/intelilite4'),
        device('b', 'abb/acs580'),
        device('c', 'epever/tracer'),
        device('d', 'chint/dtsu666', 'Guard post meter'),
      ],
      points: [
        point('gate/stream', 'stream'),
        point('gate/human', 'presence'),
        ...['a', 'b', 'c', 'd'].map((id) => point(`${id}/active-power`, 'power')),
        point('c/battery-charge', 'fill'),
      ],
    })
    expect(symbols.map(({ kind, device: of }) => `${kind} ${of}`)).toEqual([
      'house d',
      'drive b',
      'generator a',
      'solar c',
      'camera gate',
      'gateway gateway',
    ])
    expect(symbols.find(({ kind }) => kind === 'solar')?.points[0]).toBe('c/battery-charge')
    expect(symbols.find(({ kind }) => kind === 'camera')?.points).toEqual(['gate/human', 'gate/stream'])
  })
})

describe('where it is drawn', () => {
  it('lets no two symbols overlap, nor one leave the drawing or stand in the shaft or in the ground line', () => {
    fc.assert(
      fc.property(anySite, fc.constantFrom(...SiteKind.options), (site, kind) => {
        const { symbols } = symbolsOf(site)
        const layout = layoutPit(symbols, kind)
        expect(layout.symbols.map(({ symbol }) => symbol.id).sort()).toEqual(symbols.map(({ id }) => id).sort())
        for (const [index, { x, y }] of layout.symbols.entries()) {
          expect(x >= 0 && y >= 0 && x + BOX.width <= layout.width && y + BOX.height <= layout.height).toBe(true)
          expect(x + BOX.width <= layout.shaft.x || x >= layout.shaft.x + layout.shaft.width).toBe(true)
          expect(y + BOX.height < layout.groundY || y > layout.groundY).toBe(true)
          const clash = layout.symbols.find(
            (other, at) => at > index && Math.abs(other.x - x) < BOX.width && Math.abs(other.y - y) < BOX.height,
          )
          expect(clash).toBeUndefined()
        }
      }),
    )
  })

  it('draws no line through a symbol', () => {
    fc.assert(
      fc.property(anySite, fc.constantFrom(...SiteKind.options), (site, kind) => {
        const { symbols, lines } = layoutPit(symbolsOf(site).symbols, kind)
        for (const { corners } of lines) {
          for (const [at, [toX, toY]] of corners.entries()) {
            const [x, y] = corners[at - 1] ?? [toX, toY]
            const hit = symbols.find(
              (one) =>
                Math.max(x, toX) > one.x &&
                Math.min(x, toX) < one.x + BOX.width &&
                Math.max(y, toY) > one.y &&
                Math.min(y, toY) < one.y + BOX.height,
            )
            expect(hit).toBeUndefined()
          }
        }
      }),
    )
  })

  it('stays the same while only values change', () => {
    fc.assert(
      fc.property(anySite, (site) => {
        const later = { ...site, points: site.points.map((one) => ({ ...one, latest: null })) }
        expect(layoutPit(symbolsOf(later).symbols, 'closed-pit')).toEqual(
          layoutPit(symbolsOf(site).symbols, 'closed-pit'),
        )
      }),
    )
  })

  it('shortens a text until it fits, and no more', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '井', ' ', 'W') }),
        fc.integer({ min: 20, max: 300 }),
        (text, room) => {
          const fitted = fitText(text, 14, room)
          expect(textWidth(fitted, 14)).toBeLessThanOrEqual(room)
          if (textWidth(text, 14) <= room) expect(fitted).toBe(text)
        },
      ),
    )
    expect(fitText('回风巷与水仓传感器', 14, 100)).toBe('回风巷与水仓…')
  })
})

describe('what stands at a symbol', () => {
  const site = symbolsOf({
    devices: [
      device('pump-meter'),
      device('pump-contact'),
      device('contacts'),
      device('guard-meter', 'a/b', 'Guard post'),
    ],
    points: [
      point('pump-meter/active-power', 'power'),
      point('pump-meter/voltage-l1', 'voltage'),
      point('pump-contact/di-1', 'contact'),
      point('contacts/hatch', 'contact'),
      point('guard-meter/active-power', 'power'),
    ],
  })
  const [house, pump, door] = site.symbols
  const stateOf = (
    symbol: typeof pump,
    values: Readonly<Record<string, readonly [number | boolean | null, Standing?]>>,
  ) =>
    symbol === undefined
      ? null
      : runStateOf(symbol, (ref) => {
          const [value, standing = 'good'] = values[ref] ?? [null, 'none']
          const quantity = ref.endsWith('power') ? 'power' : 'contact'
          return { quantity, shown: { standing, value, reason: null, ageMs: 0 } }
        })

  it('says that a thing runs by its contact, and only that it draws power by its meter', () => {
    expect(stateOf(pump, { 'pump-contact/di-1': [true], 'pump-meter/active-power': [0] })).toBe('running')
    expect(stateOf(pump, { 'pump-contact/di-1': [false], 'pump-meter/active-power': [20_000] })).toBe('standing')
    expect(stateOf(pump, { 'pump-meter/active-power': [20_000] })).toBe('load')
    expect(stateOf(house, { 'guard-meter/active-power': [12] })).toBe('no-load')
    expect(stateOf(door, {})).toBeNull()
  })

  it('does not know what a value that is out of date says', () => {
    const old = { 'pump-contact/di-1': [true, 'expired'], 'pump-meter/active-power': [20_000, 'expired'] } as const
    expect(stateOf(pump, old)).toBe('unknown')
    expect(stateOf(house, { 'guard-meter/active-power': [null, 'bad'] })).toBe('unknown')
  })

  it('puts an alarm at its point, else at its device, else at the gateway', () => {
    const alarm = (at: string) => ({ id: at, point: at }) as Alarm
    const alarms = ['pump-contact/di-1', 'pump-meter/current-l1', 'gateway/online', 'gone/x'].map(alarm)
    const found = alarmsBySymbol(site.symbols, alarms)
    expect([...found].map(([symbol, these]) => `${symbol}: ${these.map(({ id }) => id).join(' ')}`)).toEqual([
      'pump-: pump-contact/di-1 pump-meter/current-l1',
      'gateway: gateway/online gone/x',
    ])
  })

  it('shows the trend of the headline first, then of each symbol once, and of numbers only', () => {
    const isNumber = (ref: string) => !ref.startsWith('contacts')
    const main = (headline: string | undefined, most = 4) => mainPoints(site.symbols, { headline, isNumber, most })
    expect(main('pump-meter/active-power')).toEqual(['pump-meter/active-power', 'guard-meter/active-power'])
    expect(main(undefined, 1)).toEqual(['guard-meter/active-power'])
  })
})
