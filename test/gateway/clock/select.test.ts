import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TimeSource } from '../../../core/contract/clock.ts'
import { UNMEASURED } from '../../../gateway/clock/drift.ts'
import { type Claim, selectTime } from '../../../gateway/clock/select.ts'

const SOURCES: readonly TimeSource[] = ['ntp', 'gps', 'control-room', 'technician', 'rtc', 'none', 'placed']

/** What a source claims with an interval of offsets. */
function claim(index: number, from: number, to: number): Claim {
  const source = SOURCES[index % 4] ?? 'ntp'
  return { source, mono: 0, offsetMs: (from + to) / 2, uncertaintyMs: (to - from) / 2 }
}

function ends(claims: readonly Claim[]): [number, number] | null {
  const selected = selectTime(claims, 0, UNMEASURED)
  const worth = selected?.uncertaintyMs ?? null
  if (selected === null || worth === null) return null
  return [selected.offsetMs - worth, selected.offsetMs + worth]
}

describe('the time that most sources agree on', () => {
  // From the description of Marzullo's algorithm in Wikipedia, the free encyclopedia.
  it('is where the most intervals overlap: of 10±2, 12±1 and 11±1 it is 11.5±0.5', () => {
    expect(ends([claim(0, 8, 12), claim(1, 11, 13), claim(2, 10, 12)])).toEqual([11, 12])
  })

  it('leaves out one that contradicts: of 8–12, 11–13 and 14–15 it is 11–12', () => {
    const claims = [claim(0, 8, 12), claim(1, 11, 13), claim(2, 14, 15)]
    expect(ends(claims)).toEqual([11, 12])
    expect(selectTime(claims, 0, UNMEASURED)?.outliers).toEqual(['control-room'])
  })

  it('covers both places where as many agree: 8–9, 8–12 and 10–12', () => {
    const [low, high] = ends([claim(0, 8, 9), claim(1, 8, 12), claim(2, 10, 12)]) ?? [0, 0]
    expect(low).toBeLessThanOrEqual(8)
    expect(high).toBeGreaterThanOrEqual(12)
  })

  it('holds the truth as long as those who lie are no more than those who do not', () => {
    const honest = fc.tuple(fc.double({ min: -50, max: 50, noNaN: true }), fc.double({ min: 50, max: 90, noNaN: true }))
    const lie = fc.double({ min: 200, max: 9_000, noNaN: true })
    fc.assert(
      fc.property(fc.array(honest, { minLength: 1, maxLength: 4 }), fc.array(lie, { maxLength: 4 }), (truths, lies) => {
        const claims = [
          ...truths.map(([at, half], index) => claim(index, at - half, at + half)),
          ...lies.slice(0, truths.length).map((at, index) => claim(index, at - 30, at + 30)),
        ]
        const [low, high] = ends(claims) ?? [1, -1]
        expect(low).toBeLessThanOrEqual(1e-9)
        expect(high).toBeGreaterThanOrEqual(-1e-9)
      }),
    )
  })

  it('widens as a claim grows old: by 12 ms a minute before anything is measured', () => {
    const selected = selectTime([claim(0, -10, 10)], 60_000, UNMEASURED)
    expect(selected?.uncertaintyMs).toBeCloseTo(22, 9)
  })

  it('hears a battery clock only where nobody else says anything', () => {
    const rtc: Claim = { source: 'rtc', mono: 0, offsetMs: 1_000_000, uncertaintyMs: 1 }
    expect(selectTime([rtc], 0, UNMEASURED)?.source).toBe('rtc')
    const beside = selectTime([rtc, claim(0, 0, 10_000)], 0, UNMEASURED)
    expect(beside).toMatchObject({ source: 'ntp', outliers: ['rtc'], uncertaintyMs: 5_000 })
    const blind: Claim = { source: 'control-room', mono: 0, offsetMs: 0, uncertaintyMs: null }
    expect(selectTime([rtc, blind], 0, UNMEASURED)).toMatchObject({ source: 'control-room', uncertaintyMs: null })
  })

  it('takes one that cannot say how far it is off rather than nobody', () => {
    const blind: Claim = { source: 'control-room', mono: 0, offsetMs: 7, uncertaintyMs: null }
    expect(selectTime([blind], 500, UNMEASURED)).toMatchObject({ offsetMs: 7, uncertaintyMs: null })
    expect(selectTime([], 0, UNMEASURED)).toBeNull()
  })
})
