import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ModbusPoint } from '../../../core/contract/device-profile.ts'
import { decodeBit, decodeRegisters, needsSpan, rangeOf } from '../../../core/decode/point.ts'

const point = (change: Readonly<Record<string, unknown>> = {}) =>
  ModbusPoint.parse({
    point: 'p',
    quantity: 'power',
    table: 'holding-register',
    address: 0,
    type: 'u16',
    unit: 'W',
    range: [0, 65_535],
    ...change,
  })
const loop = point({ quantity: 'level', unit: 'mA', scale: 20 / 65_535, range: [3.6, 19.99] })
const span = { from: [4, 20], to: [0, 5] } as const
const level = { from: [...span.from] as [number, number], to: [...span.to] as [number, number] }
const good = (value: number | boolean) => ({ value, quality: 'good', reason: null })
const bad = (reason: string) => ({ value: null, quality: 'bad', reason })

describe('a point', () => {
  it('is scaled, shifted and converted to the unit of its quantity', () => {
    expect(decodeRegisters(point({ unit: 'kW' }), [28], null)).toEqual(good(28_000))
    expect(decodeRegisters(point({ quantity: 'voltage', unit: 'V', scale: 0.1 }), [2302], null)).toEqual(good(230.2))
    const shifted = point({ quantity: 'temperature', unit: 'Cel', scale: 0.1, offset: -50, range: [-50, 200] })
    expect(decodeRegisters(shifted, [700], null)).toEqual(good(20))
  })

  it('is bad, and has no value, when the device says itself that it has none', () => {
    const sentinels = [{ raw: 0xffff, reason: 'sentinel' }]
    expect(decodeRegisters(point({ sentinels }), [0xffff], null)).toEqual(bad('sentinel'))
    expect(decodeRegisters(point({ sentinels }), [0xfffe], null)).toEqual(good(0xfffe))
  })

  it('is bad for every raw number of a range that means no value, ends included', () => {
    const dse = point({
      type: 's16',
      range: [-40_000, 40_000],
      sentinels: [{ raw: [0x7ff8, 0x7fff], reason: 'sentinel' }],
    })
    expect([0x7ff8, 0x7ffb, 0x7fff].map((raw) => decodeRegisters(dse, [raw], null).reason)).toEqual(
      Array(3).fill('sentinel'),
    )
    expect([0x7ff7, 0x8000].map((raw) => decodeRegisters(dse, [raw], null))).toEqual([good(0x7ff7), good(-0x8000)])
  })

  it('may be some bits of a register', () => {
    const gas = (bits: readonly number[]) => point({ quantity: 'state', unit: '1', range: [0, 15], bits })
    expect(decodeRegisters(gas([12, 15]), [0x4200], null)).toEqual(good(4))
    expect(decodeRegisters(gas([8, 11]), [0x4200], null)).toEqual(good(2))
    expect(decodeRegisters(gas([0, 15]), [0x4200], null)).toEqual(bad('out-of-range'))
  })

  it('compares sentinels with the bits it takes, not with the register', () => {
    const state = point({ bits: [0, 3], sentinels: [{ raw: 15, reason: 'sentinel' }] })
    expect(decodeRegisters(state, [0x120f], null)).toEqual(bad('sentinel'))
    expect(decodeRegisters(state, [0x000e], null)).toEqual(good(14))
  })

  it('is bad when its registers hold no number', () => {
    const float = point({ type: 'f32', range: [-1e9, 1e9] })
    expect(decodeRegisters(float, [0x7fc0, 0], null)).toEqual(bad('not-a-number'))
    expect(decodeRegisters(float, [0x7f80, 0], null)).toEqual(bad('not-a-number'))
  })

  it('is bad outside what it can physically be, and good at both ends', () => {
    const narrow = point({ range: [10, 20] })
    expect([9, 10, 20, 21].map((raw) => decodeRegisters(narrow, [raw], null).reason)).toEqual([
      'out-of-range',
      null,
      null,
      'out-of-range',
    ])
  })

  it('is never good without a value or with one that is not in its range', () => {
    const words = fc.array(fc.nat({ max: 0xffff }), { minLength: 2, maxLength: 2 })
    fc.assert(
      fc.property(words, fc.constantFrom('f32', 'u32', 's32'), (cells, type) => {
        const decoded = decodeRegisters(point({ type, range: [-1e6, 1e6] }), cells, null)
        if (decoded.quality === 'bad') expect(decoded.value).toBeNull()
        else expect(Math.abs(Number(decoded.value))).toBeLessThanOrEqual(1e6)
      }),
    )
  })
})

describe('a 4–20 mA point', () => {
  it('reads in the real unit the site gave its ends', () => {
    expect(decodeRegisters(loop, [13_107], level)).toEqual(good(0)) // 4 mA
    expect(decodeRegisters(loop, [39_321], level)).toEqual(good(2.5)) // 12 mA
  })

  it('is an open loop below 3.6 mA and where the input is at its stop', () => {
    expect(decodeRegisters(loop, [0], level)).toEqual(bad('open-loop'))
    expect(decodeRegisters(loop, [11_700], level)).toEqual(bad('open-loop'))
    expect(decodeRegisters(loop, [65_535], level)).toEqual(bad('open-loop'))
    expect(decodeRegisters(loop, [11_900], level).quality).toBe('good')
  })

  it('rises with its current, for a span in either direction', () => {
    fc.assert(
      fc.property(fc.integer({ min: 11_797, max: 65_501 }), fc.boolean(), (raw, falling) => {
        const ends = falling ? { from: level.from, to: [5, 0] as [number, number] } : level
        const [a, b] = [raw, raw + 1].map((word) => Number(decodeRegisters(loop, [word], ends).value))
        expect(falling ? a! > b! : a! < b!).toBe(true)
      }),
    )
  })

  it('has the range of its span, low end first', () => {
    expect(rangeOf(loop, level)).toEqual([-0.125, 4.996875])
    expect(rangeOf(loop, { from: [4, 20], to: [5, 0] })).toEqual([0.003125, 5.125])
    expect(rangeOf(point({ unit: 'kW', range: [-1, 2] }), null)).toEqual([-1_000, 2_000])
  })

  it('needs a span when it is published as anything but a current', () => {
    expect(needsSpan(loop)).toBe(true)
    expect(needsSpan(point({ quantity: 'loop_current', unit: 'mA' }))).toBe(false)
    expect(needsSpan(point({ quantity: 'power_factor', unit: '1' }))).toBe(false)
    expect(needsSpan(point({ quantity: 'power', unit: 'kW' }))).toBe(false)
  })
})

describe('a contact', () => {
  it('reads as wired, or the other way round when inverted', () => {
    const contact = point({ quantity: 'contact', table: 'discrete-input', type: 'bit', unit: '1', range: [0, 1] })
    expect(decodeBit(contact, true)).toEqual(good(true))
    expect(decodeBit({ ...contact, inverted: true }, true)).toEqual(good(false))
  })

  it('may be held by a register', () => {
    const running = point({ quantity: 'running', unit: '1', range: [0, 1] })
    expect(decodeRegisters(running, [1], null)).toEqual(good(true))
    expect(decodeRegisters(running, [0], null)).toEqual(good(false))
    expect(decodeRegisters(running, [2], null)).toEqual(bad('out-of-range'))
  })

  it('may be one bit of a register, or several of which any counts', () => {
    const status = point({ quantity: 'running', unit: '1', range: [0, 1], bits: [6, 6] })
    expect(decodeRegisters(status, [0x0040], null)).toEqual(good(true))
    expect(decodeRegisters(status, [0xffbf], null)).toEqual(good(false))
    expect(decodeRegisters({ ...status, inverted: true }, [0xffbf], null)).toEqual(good(true))
    expect(decodeRegisters({ ...status, bits: [4, 7], range: [0, 15] }, [0x0090], null)).toEqual(good(true))
  })
})
