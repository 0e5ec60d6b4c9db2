import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CameraEvent } from '../../../../core/contract/evidence.ts'
import { MonoMs, UtcMs } from '../../../../core/contract/time.ts'
import type { CameraMessage } from '../../../../gateway/drivers/isapi/alert.ts'
import {
  foldMessage,
  foldSilence,
  nextEnd,
  NOTHING_ON,
  type FoldState,
} from '../../../../gateway/drivers/isapi/folding.ts'

const ENDS_AFTER = 5_000
const instant = (ms: number) => ({ at: UtcMs.parse(1_000_000 + ms), mono: MonoMs.parse(ms), device: 'gate-camera' })
const message = (over: Partial<CameraMessage> = {}): CameraMessage => {
  return { event: 'fielddetection', state: 'active', target: 'human', channel: 1, ...over }
}

interface Step {
  readonly after: number
  readonly message: CameraMessage | null
}

/** Plays messages and silences; answers every start and end. */
function play(steps: readonly Step[]): { events: CameraEvent[]; state: FoldState; now: number } {
  let state = NOTHING_ON
  let now = 0
  const events: CameraEvent[] = []
  for (const step of steps) {
    now += step.after
    const quiet = foldSilence(state, instant(now), ENDS_AFTER)
    events.push(...quiet.events)
    const folded = step.message === null ? quiet : foldMessage(quiet.state, step.message, instant(now))
    if (step.message !== null) events.push(...folded.events)
    state = folded.state
  }
  return { events, state, now }
}

describe('folding repeated messages into events', () => {
  it('makes one event of many messages and ends it when they fall silent', () => {
    const repeats = Array.from({ length: 30 }, () => ({ after: 1_000, message: message() }))
    const { events } = play([...repeats, { after: 4_999, message: null }, { after: 1, message: null }])
    expect(events.map(({ phase, at, count }) => [phase, at - 1_000_000, count])).toEqual([
      ['start', 1_000, 1],
      ['end', 35_000, 30],
    ])
  })

  it('ends an event at once when the camera says so, even without naming the target', () => {
    const { events, state } = play([
      { after: 0, message: message() },
      { after: 500, message: message({ state: 'inactive', target: 'unknown' }) },
    ])
    expect(events.map((event) => [event.phase, event.target])).toEqual([
      ['start', 'human'],
      ['end', 'human'],
    ])
    expect(state.size).toBe(0)
  })

  it('keeps different targets, names and channels apart', () => {
    const { events } = play([
      { after: 0, message: message() },
      { after: 10, message: message({ target: 'vehicle' }) },
      { after: 10, message: message({ event: 'linedetection' }) },
      { after: 10, message: message({ channel: 2 }) },
    ])
    expect(events.map((event) => event.phase)).toEqual(['start', 'start', 'start', 'start'])
  })

  const steps = fc.array(
    fc.record({
      after: fc.integer({ min: 0, max: 9_000 }),
      message: fc.option(
        fc.record({
          event: fc.constantFrom('fielddetection', 'linedetection'),
          state: fc.constantFrom('active', 'active', 'active', 'inactive'),
          target: fc.constantFrom('human', 'vehicle', 'unknown'),
          channel: fc.constantFrom(1, 2, null),
        }),
      ),
    }),
    { maxLength: 60 },
  ) as fc.Arbitrary<Step[]>

  it('alternates start and end for each event, and what has started without ending is what is on', () => {
    fc.assert(
      fc.property(steps, (played) => {
        const { events, state } = play(played)
        const open = new Set<string>()
        for (const { event, target, channel, phase } of events) {
          const key = `${event}|${target}|${channel}`
          expect(open.has(key)).toBe(phase === 'end')
          if (phase === 'start') open.add(key)
          else open.delete(key)
        }
        expect(open).toEqual(new Set(state.keys()))
      }),
    )
  })

  it('ends everything once nothing is heard, exactly when it said it would', () => {
    fc.assert(
      fc.property(steps, (played) => {
        let { state, now } = play(played)
        for (let due = nextEnd(state, ENDS_AFTER); due !== null; due = nextEnd(state, ENDS_AFTER)) {
          expect(foldSilence(state, instant(Math.max(now, due - 1)), ENDS_AFTER).state.size).toBe(
            due - 1 >= now ? state.size : foldSilence(state, instant(now), ENDS_AFTER).state.size,
          )
          now = Math.max(now, due)
          const ended = foldSilence(state, instant(now), ENDS_AFTER)
          expect(ended.state.size).toBeLessThan(state.size)
          state = ended.state
        }
        expect(state.size).toBe(0)
      }),
    )
  })
})
