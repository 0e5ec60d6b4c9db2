import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Transactions } from '../../../gateway/link/transactions.ts'

const MEMORY_MS = 10_000

describe('a transaction id', () => {
  it('is never used twice at once, nor while its question may still be answered', () => {
    const step = fc.record({
      waits: fc.nat({ max: 4_000 }),
      outcome: fc.constantFrom('answered', 'unanswered', 'left'),
    })
    fc.assert(
      fc.property(fc.array(step, { minLength: 30 }), (steps) => {
        const transactions = new Transactions(MEMORY_MS)
        const blocked = new Map<number, number>()
        let now = 0
        let isFree = true
        for (const { waits, outcome } of steps) {
          now += waits
          // Around all ids in the end, so that those still blocked are met.
          for (let n = 0; n < 3_000; n += 1) {
            const id = transactions.take(now)
            isFree &&= id >= 1 && id <= 0xffff && (blocked.get(id) ?? -1) < now
            if (n > 0) transactions.end(id, 'answered', now)
            else if (outcome === 'left') blocked.set(id, Infinity)
            else {
              transactions.end(id, outcome, now)
              if (outcome === 'unanswered') blocked.set(id, now + MEMORY_MS - 1)
            }
          }
        }
        expect(isFree).toBe(true)
      }),
      { numRuns: 20 },
    )
  })

  it.each(['unanswered', 'in use'])('is passed over by the next round through all of them while it is %s', (state) => {
    const transactions = new Transactions(MEMORY_MS)
    const first = transactions.take(0)
    if (state === 'unanswered') transactions.end(first, 'unanswered', 0)
    const round = (now: number) => {
      const seen = new Set<number>()
      for (let n = 0; n < 0xffff; n += 1) {
        const id = transactions.take(now)
        seen.add(id)
        transactions.end(id, 'answered', now)
      }
      return seen
    }
    expect(round(MEMORY_MS - 1).has(first)).toBe(false)
    expect(round(MEMORY_MS).has(first)).toBe(state === 'unanswered')
  })

  it('is known as unanswered until it is forgotten', () => {
    const transactions = new Transactions(MEMORY_MS)
    const id = transactions.take(0)
    expect(transactions.mayCome(id)).toBe(true)
    transactions.end(id, 'unanswered', 50)
    expect(transactions.isUnanswered(id, MEMORY_MS)).toBe(true)
    expect(transactions.isUnanswered(id, MEMORY_MS + 50)).toBe(false)
    expect(transactions.mayCome(id)).toBe(true)
    for (let n = 0; n < 2_000; n += 1) transactions.end(transactions.take(MEMORY_MS + 50), 'answered', MEMORY_MS + 50)
    expect(transactions.mayCome(id)).toBe(false)
  })
})
