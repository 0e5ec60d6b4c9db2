import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as trials from '../../../gateway/remote-config/trial.ts'
import type { ConfigRef, TrialState } from '../../../gateway/remote-config/trial.ts'

const FILE = 'f'.repeat(64)
const hash = (version: number) => version.toString(16).padStart(64, '0')
const ref = (version: number): ConfigRef => ({ version, sha256: hash(version) })

type Event =
  | { readonly kind: 'come'; readonly version: number; readonly isGood: boolean }
  | { readonly kind: 'answer'; readonly version: number }
  | { readonly kind: 'timeout' | 'restart' | 'edit' }

const version = fc.integer({ min: 1, max: 12 })
const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ kind: fc.constant('come' as const), version, isGood: fc.boolean() }),
  fc.record({ kind: fc.constant('answer' as const), version }),
  fc.record({ kind: fc.constantFrom('timeout' as const, 'restart' as const, 'edit' as const) }),
)

/** What the desk does with an event. */
function after(state: TrialState, event: Event): TrialState {
  switch (event.kind) {
    case 'come': {
      const came = ref(event.version)
      if (trials.standingOf(state, came) !== 'new') return state
      return event.isGood ? trials.tried(state, came) : trials.refused(state, came, { reason: 'invalid' })
    }
    case 'answer':
      return trials.confirmed(state, ref(event.version))
    case 'timeout':
      return trials.rolledBack(state, { reason: 'unreachable' })
    case 'restart':
      return trials.atStart(state, state.file)
    case 'edit':
      return trials.atStart(state, hash(Number(`0x${state.file.slice(-4)}`) + 1))
  }
}

const lives = fc.array(event, { maxLength: 40 })

describe('what a gateway remembers of the configurations it was sent', () => {
  it('holds what it was when it comes back from the disk', () => {
    fc.assert(
      fc.property(lives, (events) => {
        const state = events.reduce(after, trials.untried(FILE))
        expect(trials.TrialState.parse(JSON.parse(JSON.stringify(state)))).toEqual(state)
      }),
    )
  })

  it('never takes a version twice, nor one below another it has decided on', () => {
    fc.assert(
      fc.property(lives, (events) => {
        let state = trials.untried(FILE)
        const taken: number[] = []
        for (const one of events) {
          const before = state
          state = after(state, one)
          expect(state.highest).toBeGreaterThanOrEqual(before.highest)
          if (one.kind === 'come' && trials.standingOf(before, ref(one.version)) === 'new') taken.push(one.version)
        }
        expect(taken).toEqual([...new Set(taken)].sort((a, b) => a - b))
      }),
    )
  })

  it('runs only what is on trial or was confirmed, and confirms only what it hears of', () => {
    fc.assert(
      fc.property(lives, (events) => {
        let state = trials.untried(FILE)
        const answered = new Set<number>()
        const good = new Set<number>()
        for (const one of events) {
          if (one.kind === 'come' && one.isGood && trials.standingOf(state, ref(one.version)) === 'new')
            good.add(one.version)
          if (one.kind === 'answer') answered.add(one.version)
          state = after(state, one)
          const running = trials.runningOf(state)
          if (running !== null) expect(good).toContain(running.version)
          if (state.confirmed !== null) expect(answered).toContain(state.confirmed.version)
        }
      }),
    )
  })

  it('ends every trial: after two restarts, or when nobody answers, what was confirmed runs again', () => {
    fc.assert(
      fc.property(lives, fc.boolean(), (events, byRestart) => {
        const state = events.reduce(after, trials.untried(FILE))
        const end: Event[] = byRestart ? [{ kind: 'restart' }, { kind: 'restart' }] : [{ kind: 'timeout' }]
        const ended = end.reduce(after, state)
        expect(ended.trial).toBeNull()
        expect(trials.runningOf(ended)).toEqual(state.confirmed)
      }),
    )
  })

  it('gives one that is on trial when the power goes its chance once more', () => {
    const state = trials.tried(trials.untried(FILE), ref(3))
    const started = trials.atStart(state, FILE)
    expect(trials.runningOf(started)).toEqual(ref(3))
    expect(trials.runningOf(trials.confirmed(started, ref(3)))).toEqual(ref(3))
    expect(trials.atStart(started, FILE)).toMatchObject({
      trial: null,
      decided: { version: 3, state: 'rolled-back', reason: 'unreachable' },
    })
  })

  it('lets the technician who changed the file on the gateway go before everything sent until then', () => {
    const ran = trials.confirmed(trials.tried(trials.untried(FILE), ref(7)), ref(7))
    const edited = trials.atStart(ran, hash(1))
    expect(trials.runningOf(edited)).toBeNull()
    expect(edited.decided).toMatchObject({ version: 7, state: 'rolled-back', reason: 'file-changed' })
    expect(trials.standingOf(edited, ref(7))).toBe('known')
    expect(trials.standingOf(edited, ref(8))).toBe('new')
    expect(trials.runningOf(trials.atStart(edited, hash(1)))).toBeNull()
  })

  it('goes back to what was confirmed, whatever was on trial in between', () => {
    const seven = trials.confirmed(trials.tried(trials.untried(FILE), ref(7)), ref(7))
    const nine = trials.tried(trials.tried(seven, ref(8)), ref(9))
    expect(trials.runningOf(trials.rolledBack(nine, { reason: 'unreachable' }))).toEqual(ref(7))
    expect(trials.confirmed(nine, ref(8))).toBe(nine)
  })

  it('tells two texts under one number apart', () => {
    const state = trials.tried(trials.untried(FILE), ref(7))
    expect(trials.standingOf(state, { version: 7, sha256: hash(99) })).toBe('old')
  })
})
