import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeSubmit } from '../../../core/decode/sms-submit.ts'
import { readSubmit } from '../../../sim/modem/pdu.ts'

const DAY = 86_400_000
const plain = { to: '+8613900000001', text: 'x', reference: 0, validForMs: DAY, wantsReport: true }
const number = fc
  .tuple(fc.boolean(), fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 20 }))
  .map(([isInternational, digits]) => `${isInternational ? '+' : ''}${digits.join('')}`)

describe('a text that is submitted', () => {
  it('is what a network reads, part by part', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }),
      fc.string({ unit: fc.constantFrom('a', '@', '€', '{', 'à'), minLength: 1, maxLength: 500 }),
    )
    fc.assert(
      fc.property(number, text, fc.integer({ min: 0, max: 255 }), fc.boolean(), (to, text, reference, wantsReport) => {
        const read = encodeSubmit({ ...plain, to, text, reference, wantsReport }).map(({ hex, length }) =>
          readSubmit(hex, length),
        )
        expect(read.map((part) => part?.text).join('')).toBe(text)
        for (const part of read) expect(part).toMatchObject({ to, wantsReport })
        const parts = read.map((part) => part?.part ?? null)
        const of = read.length
        expect(parts).toEqual(of === 1 ? [null] : parts.map((_, at) => ({ reference, of, number: at + 1 })))
      }),
    )
  })

  it('is what other programs publish', () => {
    const days4 = { ...plain, validForMs: 4 * DAY, wantsReport: false }
    const published = [
      ['+46708251358', 'hellohello', '0011000B916407281553F80000AA0AE8329BFD4697D9EC37'],
      ['+34616585119', 'hola', '0011000B914316565811F90000AA04E8373B0C'],
      ['+34654123456', 'Hölä', '0011000B914356143254F60000AA04483E7B0F'],
      ['655345678', 'Русский', '001100098156355476F80008AA0E0420044304410441043A04380439'],
    ] as const
    for (const [to, text, hex] of published) {
      expect(encodeSubmit({ ...days4, to, text })).toEqual([{ hex, length: hex.length / 2 - 1 }])
    }
  })

  it('is what another program publishes of a long text', () => {
    const text =
      'Or walk with Kings - nor lose the common touch, if neither foes nor loving friends can hurt you, If all men count ' +
      "with you, but none too much; If you can fill the unforgiving minute With sixty seconds' worth of distance run, " +
      'Yours is the Earth and everything thats in it, And - which is more - you will be a Man, my son'
    const pdus = encodeSubmit({
      ...plain,
      to: '655345678',
      text,
      reference: 136,
      validForMs: 4 * DAY,
      wantsReport: false,
    })
    expect(pdus.map(({ hex }) => hex)).toEqual([
      '005100098156355476F80000AAA00500038803019E72D03DCC5E83EE693A1AB44CBBCF73500BE47ECB41ECF7BC0CA2A3CBA0F1BBDD7EBB41F4777D8C6681D26690BB9CA6A3CB7290F95D9E83DC6F3988FDB6A7DD6790599E2EBBC973D038EC06A1EB723A28FFAEB340493328CC6683DA653768FCAEBBE9A07B9A8E06E5DF7516485CA783DC6F7719447FBF41EDFA18BD0325CDA0FCBB0E1A87DD',
      '005100098156355476F80000AAA005000388030240E6349B0DA2A3CBA0BADBFC969FD3F6B4FB0C6AA7DD757A19744DD3D1A0791A4FCF83E6E5F1DB4D9E9F40F7B79C8E06BDCD20727A4E0FBBC76590BCEE6681B2EFBA7C0E4ACF41747419540CCBE96850D84D0695ED65799E8E4EBBCF203A3A4C9F83D26E509ACE0205DD64500B7447A7C768507A0E6ABFE565500B947FD741F7349B0D129741',
      '005100098156355476F80000AA14050003880303C2A066D8CD02B5F3A0F9DB0D',
    ])
  })

  it('is valid at least as long as it was asked for', () => {
    const periods = [
      [1, 0],
      [300_000, 0],
      [300_001, 1],
      [12 * 3_600_000, 143],
      [12.5 * 3_600_000, 144],
      [DAY, 167],
      [2 * DAY, 168],
      [30 * DAY, 196],
      [35 * DAY, 197],
      [441 * DAY, 255],
      [9_999 * DAY, 255],
    ] as const
    for (const [validForMs, octet] of periods) {
      const [pdu] = encodeSubmit({ ...plain, validForMs })
      expect(Number.parseInt(pdu?.hex.slice(28, 30) ?? '', 16)).toBe(octet)
    }
  })

  it('is refused without a number, without a text, or when it is endless', () => {
    for (const to of ['', '+', 'abc', '+86 139', '1'.repeat(21), '++86']) {
      expect(() => encodeSubmit({ ...plain, to })).toThrow(expect.objectContaining({ facts: { why: 'number' } }))
    }
    for (const text of ['', '矿'.repeat(671)]) {
      expect(() => encodeSubmit({ ...plain, text })).toThrow(expect.objectContaining({ facts: { why: 'text' } }))
    }
    expect(encodeSubmit({ ...plain, text: '矿'.repeat(670) })).toHaveLength(10)
  })
})
