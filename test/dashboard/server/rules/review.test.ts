import { describe, expect, it } from 'vitest'
import type { RulePrecision } from '../../../../core/contract/http.ts'
import type { Priority } from '../../../../core/contract/priority.ts'
import { rulesToReview } from '../../../../dashboard/server/rules/review.ts'

function tally(
  rule: string,
  confirmed: number,
  wrong: number,
  more = { lawful: 0, open: 0 },
): RulePrecision['rules'][number] {
  const alarms = confirmed + wrong + more.lawful + more.open
  const facts = { alarms, confirmed, wrong, ...more, precision: null, interval: null }
  return { site: 'east-pit', rule, ruleType: 'high-limit', as: 'alarm', ...facts }
}

const PRIORITIES: Readonly<Record<string, Priority>> = { red: 'red', orange: 'orange', bad: 'red', few: 'red' }
const priorityOf = (_site: string, rule: string) => PRIORITIES[rule] ?? null

describe('the weekly review of rules', () => {
  it('names those above their target, the furthest above first', () => {
    const tallies = [tally('orange', 4, 5), tally('red', 6, 4), tally('bad', 1, 9)]
    expect(
      rulesToReview(tallies, priorityOf).map(({ rule, falseShare, target }) => [rule, falseShare, target]),
    ).toEqual([
      ['bad', 0.9, 0.3],
      ['red', 0.4, 0.3],
      ['orange', 5 / 9, 0.5],
    ])
  })

  it('leaves alone what is within its target, of which too little is known, and what is not armed any more', () => {
    const tallies = [
      ...[tally('red', 7, 3), tally('orange', 5, 5), tally('few', 0, 2), tally('gone', 0, 9)],
      tally('bad', 2, 0, { lawful: 20, open: 20 }),
    ]
    expect(rulesToReview(tallies, priorityOf)).toEqual([])
  })
})
