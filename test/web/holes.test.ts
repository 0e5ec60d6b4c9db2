import { describe, expect, it } from 'vitest'
import { Certificate, type HoleCause } from '../../core/contract/chain.ts'
import { certificateView, kindOf } from '../../dashboard/web/show/holes.ts'

function certificate(
  from: number,
  to: number,
  holes: readonly [number, number, HoleCause, number | null][],
): Certificate {
  return Certificate.parse({
    ...{ site: 'east-pit', from, to, issuedAt: to, complete: holes.length === 0, readings: 10, missing: 0 },
    ...{ uncertaintyMs: null, chains: [] },
    holes: holes.map(([begin, end, cause, readings]) => {
      return { from: begin, to: end, cause, readings, stream: 's0000000' }
    }),
  })
}

describe('what the page draws of a proof', () => {
  it('begins with the first record and places holes by their share of the time', () => {
    const view = certificateView(certificate(200, 1_000, [[500, 600, 'disk', 7]]), [0, 1_000])
    expect(view).toMatchObject({ begins: 20, until: 1_000, tail: null, missing: 7 })
    expect(view.parts).toMatchObject([{ kind: 'lost', left: 50, width: 10 }])
  })

  it('does not count as missing what is only too new to have come', () => {
    const view = certificateView(
      certificate(0, 1_000, [
        [100, 200, 'reduced', 5],
        [300, 400, 'on-its-way', 3],
        [900, 1_000, 'on-its-way', 50],
      ]),
      [0, 1_000],
    )
    expect(view).toMatchObject({ until: 900, missing: 8, tail: { from: 900 } })
    expect(view.holes.map(({ from }) => from)).toEqual([300, 100])
  })

  it('takes a hole that ends before the end for no tail', () => {
    expect(certificateView(certificate(0, 1_000, [[100, 200, 'on-its-way', 5]]), [0, 1_000])).toMatchObject({
      until: 1_000,
      tail: null,
    })
  })

  it('tells a power cut that took readings from one that took time', () => {
    expect(kindOf({ cause: 'power', readings: 3 })).toBe('lost')
    expect(kindOf({ cause: 'power', readings: null })).toBe('unread')
  })
})
