import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Patience } from '../../../gateway/device/patience.ts'

const TIMEOUT = 1_000

describe('patience with what does not answer', () => {
  it('asks again at once after a first miss', () => {
    const patience = new Patience('meter', TIMEOUT)
    patience.missed('a', 5_000)
    expect(patience.isDue('a', 5_000)).toBe(true)
    expect(patience.isDue('b', 0)).toBe(true)
  })

  it('in the long run spends at most a twentieth of the time on it, and a little more while the pause shrinks by jitter', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const patience = new Patience(name, TIMEOUT)
        let now = 0
        let spent = 0
        while (now < 86_400_000) {
          if (patience.isDue('a', now)) {
            // An attempt costs the timeout and the silence after it.
            spent += 2 * TIMEOUT
            now += 2 * TIMEOUT
            patience.missed('a', now)
          }
          now += 1_000
        }
        expect(spent / now).toBeLessThan(0.06)
      }),
      { numRuns: 5 },
    )
  })

  it('is new after an answer', () => {
    const patience = new Patience('meter', TIMEOUT)
    for (let times = 0; times < 5; times += 1) patience.missed('a', 0)
    expect(patience.isDue('a', 10_000)).toBe(false)
    patience.answered('a')
    expect(patience.isDue('a', 0)).toBe(true)
  })
})
