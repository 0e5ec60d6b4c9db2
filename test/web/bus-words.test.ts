import { describe, expect, it } from 'vitest'
import { busShares, countText, msText } from '../../dashboard/web/show/bus-words.ts'

describe('what the page says of a bus', () => {
  it('tells which share of its time it was in use, and for silent devices', () => {
    expect(busShares({ busyMs: 7_400, deadMs: 300 }, 10_000)).toEqual({ busy: '74.0 %', dead: '3.0 %' })
    expect(busShares({ busyMs: 0, deadMs: 0 }, 0)).toEqual({ busy: '–', dead: '–' })
  })

  it('writes times and counts so that they can be compared at a glance', () => {
    expect([msText(4.25), msText(312.4), msText(12_345)]).toEqual(['4.3 ms', '312 ms', '12.3 s'])
    expect([countText(7), countText(1_234), countText(12_345_678)]).toEqual(['7', '1\u2009234', '12\u2009345\u2009678'])
  })
})
