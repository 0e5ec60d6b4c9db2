import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { packSeptets, septetsOf, textOfSeptets, unpackSeptets } from '../../../core/decode/sms-alphabet.ts'
import { splitText } from '../../../core/decode/sms-text.ts'

const EVERY = Array.from({ length: 0x3000 }, (_, code) => String.fromCodePoint(code)).filter(
  (character) => septetsOf(character) !== null,
)
const gsmText = (maxLength: number) => fc.array(fc.constantFrom(...EVERY), { maxLength }).map((all) => all.join(''))
const anyText = fc.oneof(gsmText(900), fc.string({ unit: 'binary', maxLength: 400 }))

describe('the 7-bit alphabet', () => {
  it('has its 127 characters and 10 more behind the escape', () => {
    expect(EVERY).toHaveLength(137)
    expect(['@', '$', 'Ç', 'Δ', 'Ξ', 'É', ' ', '¤', '¡', '§', '¿', 'à'].map(septetsOf)).toEqual(
      [0, 2, 9, 16, 26, 31, 32, 36, 64, 95, 96, 127].map((code) => [code]),
    )
    expect(['€', '[', '~', '\\'].map(septetsOf)).toEqual([101, 60, 61, 47].map((code) => [27, code]))
  })

  it('gives back every text, packed behind any bits', () => {
    fc.assert(
      fc.property(gsmText(200), fc.integer({ min: 0, max: 6 }), (text, fillBits) => {
        const septets = Array.from(text).flatMap((character) => septetsOf(character) ?? [])
        const bytes = packSeptets(septets, fillBits)
        expect(textOfSeptets(unpackSeptets(bytes, septets.length, fillBits))).toBe(text)
      }),
    )
  })

  it('packs as the standard does', () => {
    const septets = Array.from('hellohello').flatMap((character) => septetsOf(character) ?? [])
    expect(Buffer.from(packSeptets(septets)).toString('hex')).toBe('e8329bfd4697d9ec37')
  })

  it('reads any septets', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 127 })), (septets) => {
        expect(textOfSeptets(septets)).toBeTypeOf('string')
      }),
    )
    expect(textOfSeptets([27, 27, 65, 27, 66, 27])).toBe(' AB')
  })
})

describe('a text that is split', () => {
  it('is whole again when its parts are put together, and no part is too long', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { coding, parts } = splitText(text)
        expect(parts.join('')).toBe(text)
        const sizes = parts.map((part) =>
          coding === 'ucs2' ? part.length : Array.from(part).flatMap((one) => septetsOf(one) ?? []).length,
        )
        const most = coding === 'ucs2' ? (parts.length === 1 ? 70 : 67) : parts.length === 1 ? 160 : 153
        expect(Math.max(...sizes)).toBeLessThanOrEqual(most)
      }),
    )
  })

  it('is never split within a character', () => {
    const emoji = fc.array(fc.constantFrom('😀', '矿', '𠮷', 'a', '€'), { minLength: 60, maxLength: 300 })
    fc.assert(
      fc.property(emoji, (characters) => {
        for (const part of splitText(characters.join('')).parts) expect(part.isWellFormed()).toBe(true)
      }),
    )
    expect(splitText('€'.repeat(100)).parts).toEqual(['€'.repeat(76), '€'.repeat(24)])
  })

  it('is as few messages as can be', () => {
    const counts = [
      ['a'.repeat(160), 1],
      ['a'.repeat(161), 2],
      ['a'.repeat(306), 2],
      ['a'.repeat(307), 3],
      ['矿'.repeat(70), 1],
      ['矿'.repeat(71), 2],
      ['矿'.repeat(134), 2],
      ['矿'.repeat(135), 3],
      ['', 1],
    ] as const
    for (const [text, count] of counts) expect(splitText(text).parts).toHaveLength(count)
  })
})
