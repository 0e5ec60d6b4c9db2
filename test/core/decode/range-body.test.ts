import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ReasonCode } from '../../../core/contract/reading.ts'
import { isHouseError } from '../../../core/kit/errors.ts'
import {
  decodeRangeBody,
  encodeRangeBody,
  MOST_READINGS,
  type RangeBatch,
  type RangeReading,
} from '../../../core/decode/range-body.ts'
import { bytesOf } from './hex.ts'
import { rangeBatches } from './range-arbitrary.ts'

const T0 = 1_700_000_000_000
const good = (point: string, value: RangeReading['value'], mono = 0): RangeReading => ({
  point,
  value,
  quality: 'good',
  reason: null,
  mono,
  at: T0 + mono,
  validForMs: 3_000,
})

/** What became of a body: read, or refused as it should be; anything else is thrown on. */
function fate(bytes: Uint8Array): 'read' | 'refused' {
  try {
    decodeRangeBody(bytes)
    return 'read'
  } catch (error) {
    if (!isHouseError(error, 'message/malformed')) throw error
    return 'refused'
  }
}

describe('the body of a range', () => {
  it('gives back every reading exactly as it was', () => {
    fc.assert(
      fc.property(rangeBatches, (batches) => {
        expect(decodeRangeBody(encodeRangeBody(batches))).toEqual(batches)
      }),
      { numRuns: 500 },
    )
  })

  it('knows every reason there is', () => {
    const readings = ReasonCode.options.map((reason) => ({ ...good('a', null), quality: 'bad' as const, reason }))
    const batches = [{ device: 'm', firstSeq: 0, readings }]
    expect(decodeRangeBody(encodeRangeBody(batches))).toEqual(batches)
  })

  it('is the same bytes for the same readings', () => {
    fc.assert(
      fc.property(rangeBatches, (batches) => {
        expect(encodeRangeBody(structuredClone(batches))).toEqual(encodeRangeBody(batches))
      }),
      { numRuns: 100 },
    )
  })

  it('is the bytes a hand comes to', () => {
    const batches: RangeBatch[] = [
      { device: 'm', firstSeq: 5, readings: [good('p', 23.5, 1_000), good('q', true, 1_000)] },
      { device: 'm', firstSeq: 7, readings: [good('p', 23.4, 2_000), good('q', false, 2_000)] },
    ]
    const bytes = bytesOf(`
      01                      version
      03 016d 0170 0171       three names: m, p, q
      01 02 01 02             one list of two points: p, q
      01 00 00                one shape: m with that list
      02 00 00                two batches of that shape
      01 0a 01 00             the first begins 5 after 0, the second where it is expected
      d00f                    1,000 ms after 0
      80a0abfef962            UTC is 1,700,000,000,000 ms ahead
      d00f 00                 1,000 ms later, UTC as far ahead
      04 00                   four times no difference inside the batches
      00                      no fractions of a millisecond
      04 00                   four good ones
      04 b817                 four valid for 3,000 ms
      02 01 02 02             two numbers, two booleans
      01                      p has one place behind the point
      d603 01                 235, one less
      01                      true, false
    `)
    expect(encodeRangeBody(batches)).toEqual(bytes)
    expect(decodeRangeBody(bytes)).toEqual(batches)
  })

  it('takes what is no whole number of decimals as a float, bit by bit', () => {
    const batches = [{ device: 'm', firstSeq: 0, readings: [good('p', 1 / 3)] }]
    const bytes = encodeRangeBody(batches)
    expect(Buffer.from(bytes.subarray(-8)).toString('hex')).toBe('3fd5555555555555')
  })

  it('keeps a day of steady readings in less than three bytes each before it is packed', () => {
    const batches = Array.from({ length: 400 }, (_, round): RangeBatch => {
      const readings = Array.from({ length: 10 }, (_, p) =>
        good(`p${p}`, Math.round(2_300 + 20 * Math.sin(round + p)) / 10, round * 10_000 + (round % 7)),
      )
      return { device: 'm', firstSeq: 10 * round, readings }
    })
    expect(encodeRangeBody(batches).length / 4_000).toBeLessThan(3)
  })

  it('takes four bytes more for another batch of one point that comes at its usual time', () => {
    const rounds = (count: number) =>
      Array.from({ length: count }, (_, n) => ({
        device: 'm',
        firstSeq: n,
        readings: [good('p', 20 + (n % 2), n * 1_000_000)],
      }))
    expect(encodeRangeBody(rounds(11)).length - encodeRangeBody(rounds(10)).length).toBe(4)
  })

  it('refuses to hold what it could not give back', () => {
    const one = (reading: RangeReading) => () => encodeRangeBody([{ device: 'm', firstSeq: 0, readings: [reading] }])
    for (const value of [NaN, Infinity, -Infinity]) expect(one(good('p', value))).toThrow(TypeError)
    for (const change of [{ mono: -1 }, { mono: NaN }, { at: 0.5 }, { at: 2 ** 51 }, { validForMs: -1 }]) {
      expect(one({ ...good('p', 1), ...change })).toThrow(RangeError)
    }
    const readings = Array.from({ length: MOST_READINGS + 1 }, () => good('p', 1))
    expect(() => encodeRangeBody([{ device: 'm', firstSeq: 0, readings }])).toThrow(RangeError)
  })

  it('refuses any noise', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (noise, hasVersion) => {
        if (hasVersion && noise.length > 0) noise[0] = 1
        fate(noise)
      }),
      { numRuns: 20_000 },
    )
  })

  it('refuses or reads any damaged body, and never falls', () => {
    const edit = fc.record({ at: fc.nat(), to: fc.nat(255), kind: fc.constantFrom('set', 'cut', 'insert') })
    fc.assert(
      fc.property(rangeBatches, fc.array(edit, { minLength: 1, maxLength: 4 }), (batches, edits) => {
        let bytes = [...encodeRangeBody(batches)]
        for (const { at, to, kind } of edits) {
          const place = at % bytes.length
          if (kind === 'set') bytes[place] = to
          else if (kind === 'insert') bytes.splice(place, 0, to)
          else bytes = bytes.slice(0, Math.max(1, place))
        }
        fate(Uint8Array.from(bytes))
      }),
      { numRuns: 5_000 },
    )
  })

  it('refuses a body that is cut anywhere or has a byte too many', () => {
    const bytes = encodeRangeBody([{ device: 'm', firstSeq: 5, readings: [good('p', 23.5), good('q', 'on')] }])
    for (let end = 0; end < bytes.length; end += 1) expect(fate(bytes.subarray(0, end))).toBe('refused')
    expect(fate(Uint8Array.from([...bytes, 0]))).toBe('refused')
  })

  it('does not unfold a few bytes to more readings than a body may have', () => {
    const shapes = '01 0161 01 0a 00000000000000000000 01 0000'
    const batches = (count: number) => `${bytesLeb(count)} ${'00'.repeat(count)}`
    expect(fate(bytesOf(`01 ${shapes} ${batches(10_000)} 00`))).toBe('refused')
    // A run that is longer than what it stands for.
    expect(fate(bytesOf('01 01 0161 01 0100 01 0000 01 00 ffffffff07 00'))).toBe('refused')
  })
})

function bytesLeb(count: number): string {
  const hex = (byte: number) => byte.toString(16).padStart(2, '0')
  return count < 0x80 ? hex(count) : `${hex((count % 0x80) | 0x80)}${bytesLeb(Math.floor(count / 0x80))}`
}
