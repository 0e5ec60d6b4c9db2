import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Delays,
  type Flip,
  flipDue,
  ProvenTime,
  proveUpTo,
  startProven,
  stopHolding,
  takeFlip,
  takeSample,
} from '../../../core/rules/proven-time.ts'

const WALL = 1_000_000
const HOLD = 12

interface Heard {
  readonly ms: number
  /** bad = cannot be believed; between = inside the deadband. */
  readonly say: 'on' | 'off' | 'bad' | 'between'
}

/** Looks at every millisecond by itself; shares nothing with the code under test. */
function oracle(heard: readonly Heard[], delays: Delays, end: number): { ms: number; active: boolean }[] {
  const flips: { ms: number; active: boolean }[] = []
  const isActive = () => flips.at(-1)?.active ?? false
  const needed = (raw: boolean) => (raw ? delays.onDelay : delays.offDelay)
  let raw: boolean | null = null
  let proven = 0
  let heldUntil = -1
  for (let ms = 0; ms <= end; ms += 1) {
    const flip = () => {
      flips.push({ ms, active: !isActive() })
      proven = 0
    }
    // The millisecond before this one was proven if a sample was still held in it.
    if (raw !== null && raw !== isActive() && ms > 0 && ms <= heldUntil) {
      proven += 1
      if (proven === needed(raw)) flip()
    }
    const now = heard.find((one) => one.ms === ms)
    if (now === undefined) continue
    heldUntil = now.say === 'bad' ? ms : ms + HOLD
    if (now.say === 'bad') continue
    const next: boolean = now.say === 'between' ? (raw ?? isActive()) : now.say === 'on'
    if (next !== raw) proven = 0
    raw = next
    if (next !== isActive() && needed(next) === 0) flip()
  }
  return flips
}

/** Time passes up to `to` as a run lets it pass: every flip that is due, then the rest. */
function pass(proven: ProvenTime, delays: Delays, to: number): Flip[] {
  const flips: Flip[] = []
  for (let due = flipDue(proven, delays); due <= to; due = flipDue(proven, delays)) flips.push(takeFlip(proven, due))
  proveUpTo(proven, to)
  return flips
}

function run(heard: readonly Heard[], delays: Delays, ticks: readonly number[], reload = false) {
  let proven = startProven(false)
  const flips: Flip[] = []
  const events = [
    ...heard.map((one) => ({ ms: one.ms, order: 0, one })),
    ...ticks.map((ms) => ({ ms, order: 1, one: null })),
  ].sort((a, b) => a.ms - b.ms || a.order - b.order)
  for (const { ms, one } of events) {
    flips.push(...pass(proven, delays, ms))
    if (one?.say === 'bad') stopHolding(proven)
    else if (one !== null) {
      const raw = one.say === 'between' ? (proven.raw ?? proven.active) : one.say === 'on'
      const flip = takeSample(proven, delays, { at: WALL + ms, mono: ms, holdMs: HOLD, raw })
      if (flip !== null) flips.push(flip)
    }
    if (reload) proven = ProvenTime.parse(JSON.parse(JSON.stringify(proven)))
  }
  return flips.map(({ mono, active }) => ({ ms: mono, active }))
}

// Bursts of equal values, or hardly any delay is ever reached.
const heardOf = fc
  .array(
    fc.record({
      say: fc.constantFrom(
        'on' as const,
        'off' as const,
        'on' as const,
        'off' as const,
        'bad' as const,
        'between' as const,
      ),
      times: fc.integer({ min: 1, max: 6 }),
      apart: fc.integer({ min: 1, max: 20 }),
    }),
    { maxLength: 12 },
  )
  .map((bursts) => {
    let ms = 0
    return bursts.flatMap(({ say, times, apart }) => Array.from({ length: times }, () => ({ say, ms: (ms += apart) })))
  })
const delaysOf = fc.record({ onDelay: fc.integer({ min: 0, max: 60 }), offDelay: fc.integer({ min: 0, max: 60 }) })
const END = 2_000
const everyMs = Array.from({ length: END + 1 }, (_, ms) => ms)

describe('proven time', () => {
  it('raises and clears exactly when an oracle that looks at every millisecond does (I20)', () => {
    fc.assert(
      fc.property(heardOf, delaysOf, (heard, delays) => {
        expect(run(heard, delays, [END])).toEqual(oracle(heard, delays, END))
      }),
      { numRuns: 400 },
    )
  })

  it('does not depend on how often it is asked (I11)', () => {
    fc.assert(
      fc.property(heardOf, delaysOf, fc.array(fc.integer({ min: 0, max: END })), (heard, delays, ticks) => {
        const seldom = run(heard, delays, [END])
        expect(run(heard, delays, [...ticks, END])).toEqual(seldom)
        expect(run(heard, delays, everyMs)).toEqual(seldom)
      }),
      { numRuns: 150 },
    )
  })

  it('goes on the same after being written and read between any two events (I2)', () => {
    fc.assert(
      fc.property(heardOf, delaysOf, (heard, delays) => {
        expect(run(heard, delays, [END], true)).toEqual(run(heard, delays, [END]))
      }),
    )
  })

  it('never clears and never raises by readings that cannot be believed (I4)', () => {
    fc.assert(
      fc.property(heardOf, delaysOf, fc.array(fc.integer({ min: 1, max: 300 })), (heard, delays, blind) => {
        const last = heard.at(-1)?.ms ?? 0
        const more = blind.map((ms, index) => ({ ms: last + ms + index, say: 'bad' as const }))
        const flips = run([...heard, ...more], delays, [END])
        const proven = run(heard, delays, [END])
        expect(proven.slice(0, flips.length)).toEqual(flips)
      }),
    )
  })

  it('never lets a value inside the deadband change anything (I23)', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 })), delaysOf, (times, delays) => {
        const heard = [...new Set(times)].sort((a, b) => a - b).map((ms) => ({ ms, say: 'between' as const }))
        expect(run(heard, delays, [END])).toEqual([])
      }),
    )
  })

  it('proves nothing by a gap: two samples 10 s apart, each held 2.5 s, are 5 s of proof', () => {
    const delays = { onDelay: 5_000, offDelay: 0 }
    const proven = startProven(false)
    expect(takeSample(proven, delays, { at: WALL, mono: 0, holdMs: 2_500, raw: true })).toBe(null)
    expect(pass(proven, delays, 10_000)).toEqual([])
    expect(takeSample(proven, delays, { at: WALL + 10_000, mono: 10_000, holdMs: 2_500, raw: true })).toBe(null)
    expect(pass(proven, delays, 60_000)).toEqual([{ active: true, at: WALL + 12_500, mono: 12_500 }])
  })

  it('counts a sample that comes late from where time was already accounted for', () => {
    const delays = { onDelay: 0, offDelay: 0 }
    const proven = startProven(false)
    expect(pass(proven, delays, 9_000)).toEqual([])
    const late = takeSample(proven, delays, { at: WALL + 7_000, mono: 7_000, holdMs: 5_000, raw: true })
    expect(late).toEqual({ active: true, at: WALL + 9_000, mono: 9_000 })
  })
})
