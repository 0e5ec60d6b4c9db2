import fc from 'fast-check'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { DeviceProfile, Dlt645Point, type Dlt645Profile } from '../../../core/contract/device-profile.ts'
import { scanDlt645 } from '../../../core/decode/dlt645.ts'
import { bcdNumber } from '../../../core/decode/dlt645-bcd.ts'
import { decodeDlt645, dlt645ProfileFaults } from '../../../core/decode/dlt645-points.ts'
import { loadYaml } from '../../../platform/config.ts'
import { hex } from './hex.ts'

const shipped = (name: string): Dlt645Profile => {
  const path = fileURLToPath(new URL(`../../../devices/generic/${name}.yaml`, import.meta.url))
  const profile = loadYaml(path, DeviceProfile)
  if (profile.driver !== 'dlt645') throw new TypeError(name)
  return profile
}
const three = shipped('dlt645-three-phase')
const single = shipped('dlt645-single-phase')
const point = (name: string, from = three) => from.points.find((one) => one.point === name)!
const energy = point('energy-import')
const power = point('active-power')

/** Frames and the values they are known to mean, in the quantity's own unit. */
const MEANINGS = [
  ['energy-import', '00010000', '68 61 01 00 00 00 00 68 91 08 33 33 34 33 59 33 33 33 8A 16', 0.26],
  ['voltage-l1', '02010100', '68 61 01 00 00 00 00 68 91 06 33 34 34 35 34 43 10 16', 100.1],
  ['current-l1', '02020100', '68 61 01 00 00 00 00 68 91 07 33 34 35 35 CC 7C 33 16 16', 4.999],
  ['active-power', '02030000', '68 61 01 00 00 00 00 68 91 07 33 33 36 35 45 58 33 6B 16', 251.2],
  ['reactive-power', '02040000', '68 61 01 00 00 00 00 68 91 07 33 33 37 35 64 76 33 A9 16', 433.1],
  ['power-factor', '02060000', '68 61 01 00 00 00 00 68 91 06 33 33 39 35 34 38 09 16', 0.501],
  ['energy-import', '00010000', '68 12 90 78 56 34 12 68 91 08 33 33 34 33 89 67 45 33 54 16', 1234.56],
  ['voltage-l1', '0201FF00', '68 01 00 14 01 25 20 68 91 0A 33 32 34 35 48 56 3B 56 CC 55 E4 16', 231.5],
  ['voltage-l2', '0201FF00', '68 01 00 14 01 25 20 68 91 0A 33 32 34 35 48 56 3B 56 CC 55 E4 16', 230.8],
  ['voltage-l3', '0201FF00', '68 01 00 14 01 25 20 68 91 0A 33 32 34 35 48 56 3B 56 CC 55 E4 16', 229.9],
  [
    'active-power-l3',
    '0203FF00',
    '68 01 00 14 01 25 20 68 91 10 33 32 36 35 45 83 5B 37 83 3C 36 83 3C 38 83 3C A1 16',
    9500.5,
  ],
  ['active-power', '02030000', '68 01 00 14 01 25 20 68 91 07 33 33 36 35 45 58 B4 E5 16', -1251.2],
  ['frequency', '02800002', '68 01 00 14 01 25 20 68 91 06 35 33 B3 35 35 83 CA 16', 50.02],
  ['meter-cover-openings', '03300D00', '68 01 00 14 01 25 20 68 91 07 33 40 63 36 36 33 33 6B 16', 3],
] as const

describe('a value of a DL/T 645 meter', () => {
  it.each(MEANINGS)('%s of item %s is what the recorded frame means', (name, item, reply, value) => {
    const frame = hex(reply)
    const address = Array.from(frame.slice(1, 7).reverse(), (byte) => byte.toString(16).padStart(2, '0')).join('')
    const scan = scanDlt645(frame, { kind: 'read', address, item })
    const data = scan.kind === 'answer' && scan.answer.kind === 'data' ? scan.answer.data : new Uint8Array()
    expect(decodeDlt645(point(name), item, data, null)).toEqual({ value, quality: 'good', reason: null })
  })

  it('is the decimal its digits write, for any digits, decimals and sign', () => {
    const anyNumber = fc.record({
      digits: fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 7 }).map((all) => all.concat(all).slice(0, 14)),
      decimals: fc.nat({ max: 8 }),
      isNegative: fc.boolean(),
    })
    fc.assert(
      fc.property(anyNumber, ({ digits, decimals, isNegative }) => {
        const even = digits.length % 2 === 0 ? digits : [0, ...digits]
        // The highest bit is the sign, so the first digit goes to 7.
        const text = [(even[0] ?? 0) % 8, ...even.slice(1)].join('')
        const bytes = hex(text.match(/../g)!.join(' ')).reverse()
        if (isNegative) bytes[bytes.length - 1]! |= 0x80
        const expected = Number(`${isNegative ? '-' : ''}${text}e-${decimals}`)
        expect(bcdNumber(bytes, { decimals, signed: true })).toBe(expected === 0 ? 0 : expected)
        if (!isNegative) expect(bcdNumber(bytes, { decimals, signed: false })).toBe(expected)
      }),
    )
  })

  it('is none where a digit is above 9', () => {
    for (let byte = 0; byte < 256; byte += 1) {
      const isDigits = (byte & 0xf) < 10 && byte >>> 4 < 10
      const { value, reason } = decodeDlt645(energy, '00010000', Uint8Array.of(0, byte, 0, 0), null)
      expect([value === null, reason]).toEqual(isDigits ? [false, null] : [true, 'not-a-number'])
    }
    expect(bcdNumber(Uint8Array.of(0x00, 0x9a), { decimals: 0, signed: true })).toBeNull()
  })

  it('is none where the meter fills it with FF, in its own item and in a block', () => {
    expect(decodeDlt645(energy, '00010000', hex('FF FF FF FF'), null).reason).toBe('sentinel')
    expect(decodeDlt645(point('voltage-l2'), '0201FF00', hex('15 23 FF FF 99 22'), null).reason).toBe('sentinel')
    expect(decodeDlt645(point('voltage-l1'), '0201FF00', hex('15 23 FF FF 99 22'), null).value).toBe(231.5)
  })

  it('is none where the data are shorter than the block, or not as long as the item', () => {
    expect(decodeDlt645(point('voltage-l3'), '0201FF00', hex('15 23 08 23'), null).reason).toBe('malformed')
    expect(decodeDlt645(power, '02030000', hex('12 25'), null).reason).toBe('malformed')
    expect(decodeDlt645(power, '02030000', hex('12 25 00 00'), null).reason).toBe('malformed')
    expect(decodeDlt645(power, '02040000', hex('12 25 00'), null).reason).toBe('malformed')
  })

  it('is none outside what the point can be', () => {
    expect(decodeDlt645(point('voltage-l1'), '02010100', hex('01 50'), null).reason).toBe('out-of-range')
    expect(decodeDlt645(point('power-factor'), '02060000', hex('01 10'), null).reason).toBe('out-of-range')
  })

  it('goes through the ratio that the site gives for the transformers before it', () => {
    const span = { from: [0, 1] as [number, number], to: [0, 40_000] as [number, number] }
    expect(decodeDlt645(power, '02030000', hex('12 25 00'), span).value).toBe(10_048)
    expect(decodeDlt645(power, '02030000', hex('12 25 80'), span).value).toBe(-10_048)
  })
})

describe('a DL/T 645 profile', () => {
  it.each([three, single])('that ships is without fault: $profile', (profile) => {
    expect(dlt645ProfileFaults(profile)).toEqual([])
    expect(profile.points.every(({ name }) => name !== undefined)).toBe(true)
  })

  it('watches the covers, the power, the programming, the transformers and the clock without a rule of the site', () => {
    const guarded = Object.fromEntries(three.points.flatMap((one) => (one.guard ? [[one.point, one.guard]] : [])))
    expect(guarded).toEqual({
      'meter-cover-openings': 'rises',
      'terminal-cover-openings': 'rises',
      'power-downs': 'rises',
      programmings: 'rises',
      'ct-ratio': 'changes',
      'pt-ratio': 'changes',
      'clock-jumps': 'rises',
    })
  })

  const faultsOf = (...points: object[]) =>
    dlt645ProfileFaults({ ...three, points: points.map((one) => Dlt645Point.parse(one)), samples: [] })
  const volts = { point: 'u', quantity: 'voltage', item: '02010100', bytes: 2, decimals: 1, unit: 'V', range: [0, 500] }

  it('with a point twice, or two in the same bytes, is told which', () => {
    expect(faultsOf(volts, { ...volts, item: '02010200' })).toMatchObject([{ path: ['points', 1, 'point'] }])
    expect(faultsOf(volts, { ...volts, point: 'v' })).toMatchObject([
      { path: ['points', 1, 'offset'], message: expect.stringContaining('but u has some of them too') },
    ])
    const inBlock = (offset: number) => ({ item: '0201FF00', offset })
    const two = { ...volts, point: 'v', item: '02010200' }
    expect(faultsOf({ ...volts, block: inBlock(0) }, { ...two, block: inBlock(1) })).toMatchObject([
      { path: ['points', 1, 'block'] },
    ])
    expect(faultsOf({ ...volts, block: inBlock(0) }, { ...two, block: inBlock(2) })).toEqual([])
  })

  it.each([
    ['point', { point: 'identity-changed' }],
    ['unit', { unit: 'A' }],
    ['quantity', { quantity: 'contact', unit: '1' }],
    ['range', { range: [500, 0] }],
    ['decimals', { decimals: 5 }],
    ['offset', { bytes: 8, offset: 190 }],
    ['block', { block: { item: '02010200', offset: 0 } }],
    ['item', { derive: 'clock-offset', unit: 's', quantity: 'duration' }],
    ['unit', { derive: 'clock-offset', item: '04000102', unit: 'min', quantity: 'duration' }],
    ['quantity', { derive: 'clock-jumps', item: '04000102' }],
    ['guard', { guard: 'rises' }],
  ])('with an impossible %s is told so', (key, wrong) => {
    expect(faultsOf({ ...volts, ...wrong })).toMatchObject([{ path: ['points', 0, key] }])
  })

  it.each([
    ['request', { request: '68 61 01 00 00 00 00 68 11 04 33 33 34 33 15 16' }],
    ['reply', { reply: '68 61 01 00 00 00 00 68 91 06 33 34 34 35 34 43 10 16' }],
    ['expect', { expect: { 'energy-import': 0.27 } }],
    ['expect', { expect: { 'voltage-l1': 100.1 } }],
    ['expect', { expect: { nothing: 1 } }],
  ])('whose recorded %s does not fit is told so', (key, wrong) => {
    const sample = three.samples.find(({ expect: expected }) => 'energy-import' in expected)!
    const [fault] = dlt645ProfileFaults({ ...three, samples: [{ ...sample, ...wrong }] })
    expect(fault?.path.slice(0, 3)).toEqual(['samples', 0, key])
  })

  it('may record a refusal as a value that is not there', () => {
    const request = '68 01 00 14 01 25 20 68 11 04 35 33 B3 35 90 16'
    const sample = { request, reply: '68 01 00 14 01 25 20 68 D1 01 35 32 16', expect: { frequency: null } }
    expect(dlt645ProfileFaults({ ...three, samples: [sample] })).toEqual([])
  })
})
