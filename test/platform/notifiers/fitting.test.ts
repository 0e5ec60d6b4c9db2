import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesOf, cutBytes, fitting } from '../../../platform/notifiers/fitting.ts'
import { MESSAGE } from './message.ts'

const text = fc.string({ unit: 'binary', maxLength: 200 }).filter((each) => each.isWellFormed())

describe('a text cut to bytes', () => {
  it('is as it was where it fits; otherwise a start of it, as long as may be, between characters', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 3, max: 300 }), (whole, most) => {
        const cut = cutBytes(whole, most)
        expect(bytesOf(cut)).toBeLessThanOrEqual(Math.max(most, bytesOf('…')))
        if (bytesOf(whole) <= most) expect(cut).toBe(whole)
        else {
          const kept = cut.slice(0, -1)
          expect(cut.endsWith('…') && whole.startsWith(kept) && kept.isWellFormed()).toBe(true)
          const next = whole.codePointAt(kept.length) ?? 0
          expect(bytesOf(kept + String.fromCodePoint(next)) + 3).toBeGreaterThan(most)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it('of a message is the whole, or the short form', () => {
    const whole = `${MESSAGE.title}\n${MESSAGE.text}`
    expect(fitting(MESSAGE, bytesOf(whole))).toBe(whole)
    expect(fitting(MESSAGE, bytesOf(whole) - 1)).toBe(`${MESSAGE.title}\n${MESSAGE.short}`)
    expect(bytesOf(fitting(MESSAGE, 40))).toBeLessThanOrEqual(40)
  })
})
