import { describe, expect, it } from 'vitest'

describe('the life-cycle', () => {
  it('holds', () => {
    expect(1).toBe(1)
  })
})
