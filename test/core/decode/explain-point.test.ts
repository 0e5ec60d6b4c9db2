import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ModbusPoint, REGISTERS_OF, RegisterType } from '../../../core/contract/device-profile.ts'
import { explainPoint, type Step } from '../../../core/decode/explain-point.ts'
import { decodeBit, decodeRegisters } from '../../../core/decode/point.ts'

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
const keys = (steps: readonly Step[]) => steps.map(({ key }) => key)
const level = { from: [4, 20] as [number, number], to: [0, 5] as [number, number] }

/** Ends of ranges and sentinels often, anything else as well. */
const word = fc.oneof(fc.constantFrom(0, 1, 0x7fff, 0xfff8, 0xffff), fc.nat({ max: 0xffff }))
const bitPair = fc.tuple(fc.nat({ max: 15 }), fc.nat({ max: 15 })).map(([a, b]) => [Math.min(a, b), Math.max(a, b)])
const anyPoint = fc
  .record({
    type: fc.constantFrom(...RegisterType.options),
    words: fc.constantFrom('high-first', 'low-first'),
    quantity: fc.constantFrom('power', 'running', 'level', 'temperature'),
    scale: fc.constantFrom(1, 0.1, -0.01, 1000),
    offset: fc.constantFrom(0, -50, 3.5),
    unit: fc.constantFrom('W', 'kW', 'mA', '1', 'Cel', 'mm'),
    range: fc.constantFrom([0, 1], [-1e6, 1e6], [-1e30, 1e30], [3.6, 19.99]),
    sentinels: fc.constantFrom([], [{ raw: 0, reason: 'sentinel' }], [{ raw: [0xfff8, 0xffff], reason: 'open-loop' }]),
    inverted: fc.boolean(),
    bits: fc.option(bitPair, { nil: undefined }),
  })
  .map((change) => point(change.type === 'u16' ? change : { ...change, bits: undefined }))

describe('the steps of a point', () => {
  it('end with what the decoder says, for any point and any registers', () => {
    fc.assert(
      fc.property(anyPoint, fc.infiniteStream(word), fc.boolean(), (any, stream, spanned) => {
        const words = [...stream.take(REGISTERS_OF[any.type])]
        const span = spanned ? level : null
        const last = explainPoint(any, words, span).at(-1)!
        expect(last).toMatchObject({ key: 'result', ...decodeRegisters(any, words, span) })
      }),
    )
  })

  it('end with what the decoder says, for any bit', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.boolean(), (inverted, bit) => {
        const contact = point({ quantity: 'tamper', table: 'coil', type: 'bit', unit: '1', inverted })
        expect(explainPoint(contact, bit, null).at(-1)).toMatchObject({ key: 'result', ...decodeBit(contact, bit) })
      }),
    )
  })

  it('say nothing of what changes nothing', () => {
    expect(keys(explainPoint(point(), [230], null))).toEqual(['words', 'raw', 'range', 'result'])
  })

  it('show every turn from a low-first register pair to kilowatts turned watts', () => {
    const kilowatts = point({ type: 'u32', words: 'low-first', scale: 0.01, unit: 'kW', range: [0, 1_000] })
    expect(explainPoint(kilowatts, [0x3039, 0], null)).toEqual([
      { key: 'words', words: [0x3039, 0] },
      { key: 'ordered', from: 'low-first', words: [0, 0x3039] },
      { key: 'raw', type: 'u32', raw: 12_345 },
      { key: 'scaled', scale: 0.01, offset: 0, value: 123.45, unit: 'kW' },
      { key: 'range', value: 123.45, low: 0, high: 1_000, unit: 'kW', inside: true },
      { key: 'converted', from: 'kW', factor: 1_000, value: 123_450, unit: 'W' },
      { key: 'result', unit: 'W', value: 123_450, quality: 'good', reason: null },
    ])
  })

  it('stop at the sentinel, and at the end of the range', () => {
    const dse = point({ sentinels: [{ raw: [0xfff8, 0xffff], reason: 'sentinel' }] })
    expect(explainPoint(dse, [0xfffa], null).slice(2)).toEqual([
      { key: 'sentinel', raw: 0xfffa, said: [0xfff8, 0xffff], reason: 'sentinel' },
      { key: 'result', unit: 'W', value: null, quality: 'bad', reason: 'sentinel' },
    ])
    const narrow = explainPoint(point({ range: [0, 10] }), [11], null)
    expect(keys(narrow)).toEqual(['words', 'raw', 'range', 'result'])
    expect(narrow.at(-1)).toMatchObject({ value: null, reason: 'out-of-range' })
  })

  it('name the bits a point takes, and the line a site draws', () => {
    const running = point({ quantity: 'running', unit: '1', bits: [6, 6], range: [0, 1], inverted: true })
    expect(keys(explainPoint(running, [0x40], null))).toEqual(['words', 'raw', 'bits', 'range', 'inverted', 'result'])
    const loop = point({ quantity: 'level', unit: 'mA', scale: 20 / 65_535, range: [3.6, 19.99] })
    expect(explainPoint(loop, [39_321], level)).toContainEqual({ key: 'span', ...level, value: 2.5, unit: 'm' })
  })
})
