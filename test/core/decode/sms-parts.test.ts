import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { utcMs } from '../../../core/contract/time.ts'
import { joinParts, type KeptMessage, PARTS_WITHIN_MS } from '../../../core/decode/sms-parts.ts'

const NOW = utcMs(1_700_000_000_000)
const from = '+8613900000001'

/** A text in `of` parts, as it is kept. */
function parts(text: string, of: number, reference = 7): KeptMessage<string>[] {
  const size = Math.ceil(text.length / of)
  return Array.from({ length: of }, (_, at) => ({
    slot: `${text}/${at + 1}`,
    seenAt: NOW,
    message: {
      is: 'text',
      from,
      text: text.slice(at * size, (at + 1) * size),
      sentAt: NOW,
      part: { reference, of, number: at + 1 },
    },
  }))
}

const shuffled = <T>(all: readonly T[]) => fc.shuffledSubarray([...all], { minLength: all.length })

describe('a text in parts', () => {
  it('is whole once all are there, in whatever order and however often', () => {
    const any = fc.string({ minLength: 3, maxLength: 60 }).chain((text) => {
      const all = parts(text, 3)
      const again = all.map((one) => ({ ...one, slot: `${one.slot} again` }))
      return shuffled([...all, ...again]).map((kept) => ({ text, kept }))
    })
    fc.assert(
      fc.property(any, ({ text, kept }) => {
        const [joined, ...more] = joinParts(kept, NOW)
        expect(more).toEqual([])
        expect(joined).toMatchObject({ from, text: text.toWellFormed(), isWhole: true })
        expect([...(joined?.slots ?? [])].sort()).toEqual(kept.map(({ slot }) => slot).sort())
      }),
    )
  })

  it('waits for a part that is missing, and is given up with a sign in its place', () => {
    const kept = parts('abcdef', 3).filter(({ slot }) => !slot.endsWith('2'))
    expect(joinParts(kept, utcMs(NOW + PARTS_WITHIN_MS - 1))).toEqual([])
    expect(joinParts(kept, utcMs(NOW + PARTS_WITHIN_MS))).toMatchObject([{ text: 'ab…ef', isWhole: false }])
  })

  it('is not mixed with another of the same reference', () => {
    fc.assert(
      fc.property(fc.nat(3), (at) => {
        const [one, two] = parts('abcd', 2)
        const other = parts('wxyz', 2)
        const kept = [one!, ...other, two!]
        const rotated = [...kept.slice(at), ...kept.slice(0, at)]
        const texts = joinParts(rotated, NOW).flatMap(({ slots, text }) => (slots.length === 2 ? [text] : []))
        expect(texts).toHaveLength(2)
      }),
    )
    const others = parts('wxyz', 2, 8)
    expect(joinParts([...parts('abcd', 2), ...others], NOW).map(({ text }) => text)).toEqual(['abcd', 'wxyz'])
  })

  it('joins a character that a phone divided', () => {
    const kept = parts('a😀b', 2)
    expect(kept[0]?.message.text).toBe('a\ud83d')
    expect(joinParts(kept, NOW)).toMatchObject([{ text: 'a😀b' }])
    expect(joinParts(kept.slice(0, 1), utcMs(NOW + PARTS_WITHIN_MS))).toMatchObject([{ text: 'a\ufffd…' }])
  })

  it('comes in the order of its first part among others', () => {
    const alone = (slot: string): KeptMessage<string> => ({
      slot,
      seenAt: NOW,
      message: { is: 'text', from, text: slot, sentAt: null, part: null },
    })
    const [one, two] = parts('abcd', 2)
    const texts = joinParts([alone('x'), one!, alone('y'), two!], NOW).map(({ text }) => text)
    expect(texts).toEqual(['x', 'abcd', 'y'])
  })
})
