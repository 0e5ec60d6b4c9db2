import { describe, expect, it } from 'vitest'
import { MonoMs, UtcMs } from '../../../core/contract/time.ts'
import { ERROR_CODES, HouseError, isHouseError, messageOf } from '../../../core/kit/errors.ts'
import { elapsed, later, wallAge } from '../../../core/kit/time.ts'

describe('errors', () => {
  it('carry their code, facts and cause, and say whether to try again', () => {
    const cause = new Error('no answer')
    const error = new HouseError('link/timeout', 'unit 3 gave no answer in 1000 ms', { unit: 3 }, cause)
    expect(error).toMatchObject({ name: 'HouseError', code: 'link/timeout', facts: { unit: 3 }, retry: true, cause })
    expect(new HouseError('config/invalid', 'x').retry).toBe(false)
  })

  it('are told apart by code', () => {
    const error = new HouseError('link/down', 'x')
    expect([isHouseError(error), isHouseError(error, 'link/down'), isHouseError(error, 'link/busy')]).toEqual([
      true,
      true,
      false,
    ])
    expect(isHouseError(new Error('x'))).toBe(false)
    expect([messageOf(error), messageOf('thrown text')]).toEqual(['x', 'thrown text'])
  })

  it('have codes of one shape, each with a sentence', () => {
    for (const [code, { about }] of Object.entries(ERROR_CODES)) {
      expect(code).toMatch(/^[a-z]+\/[a-z-]+$/)
      expect(about).toMatch(/^[A-Z].*\.$/)
    }
  })
})

describe('time arithmetic', () => {
  it('drops fractions of wall time and never goes below the epoch', () => {
    expect(later(UtcMs.parse(1_000), 0.7)).toBe(1_000)
    expect(later(UtcMs.parse(1_000), -1.2)).toBe(998)
    expect(later(UtcMs.parse(1_000), -5_000)).toBe(0)
  })

  it('measures on the clock it is given', () => {
    expect(elapsed(MonoMs.parse(1.5), MonoMs.parse(4))).toBe(2.5)
    expect(wallAge(UtcMs.parse(10), UtcMs.parse(4))).toBe(-6)
  })
})
