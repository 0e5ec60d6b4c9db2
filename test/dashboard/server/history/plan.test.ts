import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { columnOf } from '../../../../dashboard/server/history/columns.ts'
import { planOf } from '../../../../dashboard/server/history/plan.ts'

const HOUR = 3_600_000
const MINUTE = 60_000

describe('the plan of a history query', () => {
  it('covers the interval once, with cells none of which two columns share', () => {
    const length = fc.oneof(fc.integer({ min: 1, max: 10 * HOUR }), fc.integer({ min: HOUR, max: 400 * 24 * HOUR }))
    const from = fc.oneof(
      fc.nat(100 * HOUR),
      fc.nat(100).map((hours) => hours * HOUR),
    )
    fc.assert(
      fc.property(from, length, fc.integer({ min: 1, max: 60 }), (start, span, columns) => {
        const query = { from: start, to: start + span, columns }
        const plan = planOf(query)
        expect(plan[0]?.from).toBe(query.from)
        expect(plan.at(-1)?.to).toBe(query.to)
        for (const [index, { level, from: begin, to }] of plan.entries()) {
          expect(to).toBeGreaterThan(begin)
          if (index > 0) expect(begin).toBe(plan[index - 1]?.to)
          if (level === null) continue
          expect([begin % level.widthMs, to % level.widthMs]).toEqual([0, 0])
          const cells = Array.from({ length: (to - begin) / level.widthMs }, (_, cell) => begin + cell * level.widthMs)
          for (const cell of cells.slice(0, 500)) {
            expect(columnOf(query, cell)).toBe(columnOf(query, cell + level.widthMs - 1))
          }
        }
      }),
    )
  })

  it('draws a year from hours, with minutes and readings only where a column ends', () => {
    const from = 1_700_000_012_345
    const plan = planOf({ from, to: from + 365 * 24 * HOUR, columns: 1_000 })
    const time = (is: string | null) =>
      plan.reduce((sum, { level, from: begin, to }) => sum + ((level?.level ?? null) === is ? to - begin : 0), 0)
    expect(time(null)).toBeLessThan(1_001 * MINUTE)
    expect(time('minute')).toBeLessThan(1_001 * HOUR)
    expect(time('hour')).toBeGreaterThan(300 * 24 * HOUR)
  })

  it('takes whole cells alone where columns end with them', () => {
    const plan = planOf({ from: 0, to: 240 * HOUR, columns: 10 })
    expect(plan.map(({ level, from, to }) => [level?.level, from, to])).toEqual([['hour', 0, 240 * HOUR]])
  })

  it('takes the readings where a column is narrower than two cells', () => {
    expect(planOf({ from: 0, to: 100 * MINUTE, columns: 100 }).map(({ level }) => level)).toEqual([null])
    expect(planOf({ from: 5, to: 5, columns: 10 })).toEqual([])
  })
})
