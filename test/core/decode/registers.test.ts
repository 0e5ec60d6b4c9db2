import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { REGISTERS_OF } from '../../../core/contract/device-profile.ts'
import { bitsOf, holds, numberOf, shortestFloat, tidy } from '../../../core/decode/registers.ts'

const float = (value: number): [number, number] => {
  const view = new DataView(new ArrayBuffer(4))
  view.setFloat32(0, value)
  return [view.getUint16(0), view.getUint16(2)]
}

describe('registers become numbers', () => {
  it.each([
    [[0x4640, 0xe666], 'f32', 'high-first', 12345.6], // SDM630
    [[0x488b, 0x3800], 'f32', 'high-first', 285120], // DTSU666
    [[0x41e4, 0x1893], 'f32', 'high-first', 28.512], // ADL400
    [[0x4366, 0x3333], 'f32', 'high-first', 230.2],
    [[0x3039, 0x0000], 'u32', 'low-first', 12345], // EPEver, low word first
    [[0xffcb], 's16', 'high-first', -53], // XY-MD02
    [[0xfff8], 'u16', 'high-first', 0xfff8],
    [[0xffff, 0xfffe], 's32', 'high-first', -2],
    [[0, 0, 0, 1_000], 'u64', 'high-first', 1_000],
    [[0xffff, 0xffff, 0xffff, 0xffff], 's64', 'high-first', -1],
    [[1_000, 0, 0, 0], 's64', 'low-first', 1_000],
  ] as const)('%j as %s %s is %d', (words, type, order, value) => {
    expect(numberOf(words, type, order)).toBe(value)
  })

  it('keeps NaN and the infinities for the judge of quality', () => {
    expect(numberOf([0x7fc0, 0], 'f32', 'high-first')).toBeNaN()
    expect(numberOf([0xff80, 0], 'f32', 'high-first')).toBe(-Infinity)
  })

  it('reads low-first words as the reverse of high-first ones', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 0xffff }), { minLength: 4, maxLength: 4 }), (words) => {
        expect(numberOf(words, 's64', 'low-first')).toBe(numberOf(words.toReversed(), 's64', 'high-first'))
      }),
    )
  })

  it('reads every bit pattern as the float that it is', () => {
    fc.assert(
      fc.property(fc.integer(), (bits) => {
        const view = new DataView(new ArrayBuffer(4))
        view.setInt32(0, bits)
        const read = numberOf([view.getUint16(0), view.getUint16(2)], 'f32', 'high-first')
        expect(Math.fround(read)).toBe(view.getFloat32(0))
      }),
      { numRuns: 2_000, examples: [[0], [1], [-0x8000_0000], [0x007f_ffff], [0x7f7f_ffff], [-1], [0x7f80_0000]] },
    )
  })

  it('refuses a count of words that is not that of the type', () => {
    expect(() => numberOf([1], 'u32', 'high-first')).toThrow(RangeError)
  })
})

describe('bits of a register', () => {
  it('put together are the register', () => {
    fc.assert(
      fc.property(fc.nat({ max: 0xffff }), fc.integer({ min: 1, max: 15 }), (word, cut) => {
        expect(bitsOf(word, [0, cut - 1]) + bitsOf(word, [cut, 15]) * 2 ** cut).toBe(word)
      }),
    )
  })

  it('are counted from 0, both ends included', () => {
    expect(bitsOf(0x4200, [12, 15])).toBe(4)
    expect(bitsOf(0x8000, [15, 15])).toBe(1)
    expect(bitsOf(0xffff, [0, 15])).toBe(0xffff)
  })
})

describe('what a type can hold', () => {
  it('has both ends, and nothing it decodes lies outside', () => {
    expect(holds('s16')).toEqual([-32_768, 32_767])
    expect(holds('u16', [4, 7])).toEqual([0, 15])
    const types = fc.constantFrom('u16', 's16', 'u32', 's32', 'u64', 's64', 'f32')
    fc.assert(
      fc.property(types, fc.array(fc.nat({ max: 0xffff }), { minLength: 4, maxLength: 4 }), (type, words) => {
        const value = numberOf(words.slice(0, REGISTERS_OF[type]), type, 'high-first')
        const [low, high] = holds(type)
        if (Number.isFinite(value)) expect(value >= low && value <= high).toBe(true)
      }),
    )
  })
})

describe('a float', () => {
  it('is shown as a decimal that is exactly this float, with at most nine digits', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const short = shortestFloat(value)
        expect(Math.fround(short)).toBe(value)
        if (!Number.isInteger(value)) expect(digits(short)).toBeLessThanOrEqual(9)
      }),
    )
  })

  it('is the decimal the device meant, where that has up to six digits', () => {
    fc.assert(
      fc.property(fc.integer({ min: -999_999, max: 999_999 }), fc.integer({ min: 0, max: 6 }), (whole, places) => {
        const meant = Number(`${whole}e-${places}`)
        expect(numberOf(float(meant), 'f32', 'high-first')).toBe(meant)
      }),
    )
  })
})

describe('a computed number', () => {
  it('has no noise of binary arithmetic', () => {
    expect(tidy(2302 * 0.1)).toBe(230.2)
    expect(tidy(28.512 * 1000)).toBe(28512)
    fc.assert(
      fc.property(fc.integer({ min: -2_147_483_648, max: 4_294_967_295 }), fc.constantFrom(1, 2, 3), (raw, places) => {
        expect(tidy(raw * 10 ** -places)).toBe(Number(`${raw}e-${places}`))
      }),
    )
  })
})

function digits(value: number): number {
  return value.toExponential().replace(/e.*$/, '').replace(/[-.]/g, '').length
}
