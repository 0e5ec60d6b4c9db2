import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UtcMs } from '../../../../core/contract/time.ts'
import { lampCounts, LampFacts, type LampEvent, newLamp, stepLamp } from '../../../../dashboard/server/notify/lamp.ts'

const START = UtcMs.parse(1_768_000_000_000)
const words = fc.constantFrom('busy', 'no such key')
const why = fc.constantFrom('account', 'address', 'number', 'text', 'no-credit', null)

const event: fc.Arbitrary<LampEvent> = fc.oneof(
  fc.constantFrom<LampEvent>({ is: 'accepted' }, { is: 'delivered' }, { is: 'probed', signalDbm: -71 }),
  fc.record({ is: fc.constant('undelivered' as const), words }),
  fc.record({ is: fc.constant('temporary' as const), words }),
  fc.record({ is: fc.constant('refused' as const), words, why }),
  fc.record({
    ...{ is: fc.constant('throttled' as const), words, penaltyMs: fc.integer({ min: 0, max: 600_000 }) },
    perAddress: fc.boolean(),
  }),
  fc.record({ is: fc.constant('probe-failed' as const), words, isForGood: fc.boolean(), why }),
)
const night = fc.array(fc.record({ event, afterMs: fc.integer({ min: 0, max: 3_600_000 }) }), { maxLength: 60 })

function lived(steps: readonly { readonly event: LampEvent; readonly afterMs: number }[]) {
  let lamp = newLamp(START)
  let now: number = START
  const seen = steps.map((step) => {
    now += step.afterMs
    const before = lamp
    lamp = stepLamp(lamp, step.event, UtcMs.parse(now))
    return { ...step, before, lamp, now: UtcMs.parse(now) }
  })
  return seen
}

describe('a lamp', () => {
  it('is good only when the last thing heard of sending is an acceptance', () => {
    fc.assert(
      fc.property(night, (steps) => {
        for (const { lamp } of lived(steps)) {
          if (lamp.state === 'good') expect(lamp.lastAcceptedAt).not.toBeNull()
          expect(lamp.why === null).toBe(lamp.state === 'good' || lamp.state === 'unproven')
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it('is good after an acceptance, unless three in a row did not arrive', () => {
    fc.assert(
      fc.property(night, (steps) => {
        const { lamp } = lived([...steps, { event: { is: 'accepted' }, afterMs: 1 }]).at(-1)!
        expect(lamp.state).toBe(lamp.undelivered.count >= 3 ? 'degraded' : 'good')
      }),
      { numRuns: 2_000 },
    )
  })

  it('does not change for what is about one receiver or one message', () => {
    fc.assert(
      fc.property(night, fc.constantFrom('address', 'number', 'text'), (steps, blamed) => {
        const all = lived([...steps, { event: { is: 'refused', words: 'no', why: blamed }, afterMs: 1 }])
        const { before, lamp } = all.at(-1)!
        expect([lamp.trouble, lamp.muted]).toEqual([before.trouble, before.muted])
        if (before.trouble === null) expect(lamp.state).toBe(before.state)
      }),
      { numRuns: 2_000 },
    )
  })

  it('counts each message that was tried once, and forgets after a day', () => {
    fc.assert(
      fc.property(night, (steps) => {
        const all = lived(steps)
        const end = all.at(-1)
        if (end === undefined) return
        const oldest = (Math.floor(end.now / 3_600_000) - 23) * 3_600_000
        const recent = all.filter(({ now }) => now >= oldest).map(({ event: { is } }) => is)
        const tried = recent.filter((is) => ['accepted', 'temporary', 'throttled', 'refused'].includes(is))
        expect(lampCounts(end.lamp, end.now)).toMatchObject({
          attempted: tried.length,
          accepted: recent.filter((is) => is === 'accepted').length,
          delivered: recent.filter((is) => is === 'delivered').length,
        })
      }),
      { numRuns: 2_000 },
    )
  })

  it('is the same after it was written down and read', () => {
    fc.assert(
      fc.property(night, (steps) => {
        const end = lived(steps).at(-1)?.lamp ?? newLamp(START)
        expect(LampFacts.parse(JSON.parse(JSON.stringify(end)))).toEqual(end)
      }),
      { numRuns: 500 },
    )
  })

  it.each<[string, readonly LampEvent[], string]>([
    ['one failure', [{ is: 'temporary', words: 'busy' }], 'degraded'],
    ['three failures', Array.from({ length: 3 }, () => ({ is: 'temporary', words: 'busy' }) as const), 'down'],
    ['a wrong key', [{ is: 'refused', words: 'no', why: 'account' }], 'down'],
    ['no credit', [{ is: 'refused', words: 'no', why: 'no-credit' }], 'down'],
    [
      'no credit, though it answers',
      [
        { is: 'refused', words: 'no', why: 'no-credit' },
        { is: 'probed', signalDbm: null },
      ],
      'down',
    ],
    [
      'a wrong key that was mended',
      [
        { is: 'refused', words: 'no', why: 'account' },
        { is: 'probed', signalDbm: null },
      ],
      'unproven',
    ],
    ['a mute', [{ is: 'throttled', words: 'too often', penaltyMs: 1, perAddress: false }], 'degraded'],
    ['a number that had too many', [{ is: 'throttled', words: 'x', penaltyMs: 1, perAddress: true }], 'unproven'],
    ['nothing', [], 'unproven'],
    [
      'taken and never delivered',
      [{ is: 'accepted' }, ...Array.from({ length: 3 }, () => ({ is: 'undelivered', words: 'off' }) as const)],
      'degraded',
    ],
  ])('after %s is told truly', (_name, events, state) => {
    const end = lived(events.map((each) => ({ event: each, afterMs: 1_000 }))).at(-1)?.lamp ?? newLamp(START)
    expect(end.state).toBe(state)
  })

  it('goes down when failures go on for a minute, and says since when', () => {
    const [, second, third] = lived([
      { event: { is: 'accepted' }, afterMs: 0 },
      { event: { is: 'temporary', words: 'busy' }, afterMs: 5_000 },
      { event: { is: 'temporary', words: 'busy' }, afterMs: 61_000 },
    ])
    expect(second?.lamp).toMatchObject({ state: 'degraded', since: START + 5_000 })
    expect(third?.lamp).toMatchObject({ state: 'down', since: START + 66_000, why: 'busy' })
  })
})
