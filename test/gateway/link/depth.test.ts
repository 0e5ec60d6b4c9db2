import { describe, expect, it } from 'vitest'
import { Depth } from '../../../gateway/link/depth.ts'
import { newTally } from '../../../gateway/link/line.ts'

describe('how many questions are on a line at once', () => {
  it('as many as the device takes, while nothing goes wrong', () => {
    const tally = newTally()
    const depth = new Depth(4, tally)
    tally.exchanges += 100
    expect([depth.now(0), depth.now(1_000)]).toEqual([4, 4])
  })

  it.each(['timeouts', 'malformed', 'staleAnswers', 'discardedBytes'] as const)(
    'one for ten minutes after any %s, and again for ten after the next',
    (trouble) => {
      const tally = newTally()
      const depth = new Depth(4, tally)
      tally[trouble] += 1
      expect([depth.now(1_000), depth.now(600_999), depth.now(601_000)]).toEqual([1, 1, 4])
      tally[trouble] += 1
      expect([depth.now(700_000), depth.now(1_299_999), depth.now(1_300_000)]).toEqual([1, 1, 4])
    },
  )
})
