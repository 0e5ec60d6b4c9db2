import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type HandoverRecord, HandoverState, type HandoverSide } from '../../../core/contract/handover.ts'
import { utcMs } from '../../../core/contract/time.ts'
import {
  EARLY_MS,
  FRESH_MS,
  type HandoverStep,
  isLocked,
  signingBlocks,
  stepHandover,
} from '../../../core/alarms/handover.ts'
import { record, SHIFT, signature } from './handover-world.ts'
import { at } from './roster/build.ts'

const NOW = at('2026-01-13 07:32')
const crew = { now: NOW, unreadRed: 0, isOfCrew: true, isSameCrew: false, maySignInPlace: false }
const entry = { kind: 'patrol', text: 'all doors seen', id: 'e1', at: NOW, by: 'an', struck: null } as const
const sign = (side: HandoverSide, user: string, part: Partial<typeof crew> = {}): HandoverStep => ({
  ...{ do: 'sign', signature: signature(side, user), facts: { ...crew, ...part } },
})

/** The record after some steps, each of which must be done. */
function after(start: HandoverRecord, ...steps: readonly HandoverStep[]): HandoverRecord {
  return steps.reduce((before, step) => {
    const stepped = stepHandover(before, step)
    if (stepped.is === 'refused') throw new Error(stepped.why)
    return stepped.record
  }, start)
}

const why = (start: HandoverRecord, step: HandoverStep) => {
  const stepped = stepHandover(start, step)
  return stepped.is === 'refused' ? stepped.why : stepped.record.state
}

describe('a hand-over', () => {
  it('goes from the draft over both crews to the leader, and is then only added to', () => {
    const both = after(record(), { do: 'write', entry }, sign('outgoing', 'an'), sign('incoming', 'bo'))
    expect(both.state).toBe('signed-in')
    const locked = after(both, sign('leader', 'zhu'))
    expect(locked.state).toBe('locked')
    for (const done of [both, locked]) {
      expect(why(done, { do: 'write', entry: { ...entry, id: 'e2' } })).toBe('locked')
      expect(why(done, { do: 'strike', entry: 'e1', by: 'an', at: NOW })).toBe('locked')
      expect(why(done, { do: 'redraft', draft: done.draft, at: NOW })).toBe('locked')
      expect(
        after(done, { do: 'add', addendum: { at: NOW, by: 'bo', text: 'the key was found' } }).addenda,
      ).toHaveLength(1)
    }
    expect(why(record(), { do: 'add', addendum: { at: NOW, by: 'bo', text: 'early' } })).toBe('not-locked')
  })

  it('is signed by nobody while a red alarm is unread, the draft is old, or the shift goes on', () => {
    expect(why(record(), sign('outgoing', 'an', { unreadRed: 1 }))).toBe('unread-red')
    expect(why(record(), sign('outgoing', 'an', { now: utcMs(NOW + FRESH_MS) }))).toBe('stale')
    const early = utcMs(SHIFT.to - EARLY_MS - 1)
    expect(why(record({ draftedAt: early }), sign('outgoing', 'an', { now: early }))).toBe('too-early')
    const out = after(record(), sign('outgoing', 'an'))
    expect(why(out, sign('incoming', 'bo', { unreadRed: 1 }))).toBe('unread-red')
    expect(why(out, sign('incoming', 'bo', { now: utcMs(NOW + FRESH_MS) }))).toBe('stale')
    const both = after(out, sign('incoming', 'bo'))
    // What is locked does not grow old, but a red alarm still comes first.
    expect(why(both, sign('leader', 'zhu', { now: utcMs(NOW + 9 * EARLY_MS) }))).toBe('locked')
    expect(why(both, sign('leader', 'zhu', { unreadRed: 1 }))).toBe('unread-red')
  })

  it('makes a signature void by a new draft, since one signs what one has read', () => {
    const out = after(record(), sign('outgoing', 'an'))
    expect(why(out, { do: 'write', entry })).toBe('signed')
    const anew = after(out, { do: 'redraft', draft: out.draft, at: NOW })
    expect([anew.state, anew.signatures, anew.draftedAt]).toEqual(['draft', [], NOW])
  })

  it('takes a signature of each crew from another person, in place only with a reason by who may', () => {
    expect(why(record(), sign('incoming', 'bo'))).toBe('outgoing-first')
    const out = after(record(), sign('outgoing', 'an'))
    expect(why(out, sign('outgoing', 'an'))).toBe('signed-already')
    expect(why(out, sign('incoming', 'an'))).toBe('two-sides')
    expect(why(out, sign('incoming', 'gao', { isOfCrew: false, maySignInPlace: true }))).toBe('not-crew')
    const stands: HandoverStep = {
      ...{ do: 'sign', signature: { ...signature('incoming', 'gao'), inPlace: 'Bo is ill' } },
      facts: { ...crew, isOfCrew: false },
    }
    expect(why(out, stands)).toBe('not-crew')
    expect(why(out, { ...stands, facts: { ...stands.facts, maySignInPlace: true } })).toBe('signed-in')
  })

  it('lets one person sign for both crews only where the same crew goes on, and never as the leader too', () => {
    const out = after(record(), sign('outgoing', 'an'))
    const both = after(out, sign('incoming', 'an', { isSameCrew: true }))
    expect(both.state).toBe('signed-in')
    expect(why(both, sign('leader', 'an', { isSameCrew: true }))).toBe('two-sides')
  })

  it('strikes a row out once, and keeps it to be read', () => {
    const written = after(record(), { do: 'write', entry })
    const struck = after(written, { do: 'strike', entry: 'e1', by: 'bo', at: NOW })
    expect(struck.entries).toEqual([{ ...entry, struck: { at: NOW, by: 'bo' } }])
    expect(why(struck, { do: 'strike', entry: 'e1', by: 'bo', at: NOW })).toBe('struck')
    expect(why(struck, { do: 'strike', entry: 'e9', by: 'bo', at: NOW })).toBe('no-such-row')
  })

  it('never unlocks, never loses what was signed, and never takes a signature with a red alarm unread, whatever comes', () => {
    const users = fc.constantFrom('an', 'bo', 'zhu', 'gao')
    const times = fc.integer({ min: SHIFT.to - 3 * EARLY_MS, max: SHIFT.to + 3 * EARLY_MS }).map(utcMs)
    const sides = fc.constantFrom<HandoverSide>('outgoing', 'incoming', 'leader')
    const signs = fc
      .record({
        ...{ side: sides, user: users, unreadRed: fc.constantFrom(0, 0, 0, 1) },
        ...{ age: fc.constantFrom(0, 1_000, FRESH_MS + 1), isOfCrew: fc.boolean(), maySignInPlace: fc.boolean() },
      })
      .map(({ side, user, age, ...facts }): HandoverStep => {
        return {
          do: 'sign',
          signature: signature(side, user),
          facts: { ...facts, isSameCrew: false, now: utcMs(NOW + age) },
        }
      })
    const others = fc.oneof(
      times.map((when): HandoverStep => ({ do: 'redraft', draft: record().draft, at: when })),
      fc.nat(3).map((n): HandoverStep => ({ do: 'write', entry: { ...entry, id: `e${n}` } })),
      fc.nat(3).map((n): HandoverStep => ({ do: 'strike', entry: `e${n}`, by: 'an', at: NOW })),
      users.map((by): HandoverStep => ({ do: 'add', addendum: { at: NOW, by, text: 'more' } })),
    )
    const steps = fc.oneof({ arbitrary: signs, weight: 9 }, others)
    const visited = new Set<string>()
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 30 }), (all) => {
        let now = record({ draftedAt: NOW })
        for (const step of all) {
          const stepped = stepHandover(now, step)
          if (stepped.is === 'refused') continue
          const next = stepped.record
          if (step.do === 'sign') {
            expect(step.facts.unreadRed).toBe(0)
            expect(signingBlocks(now, step.signature.side, step.facts)).toEqual([])
          }
          if (isLocked(now.state)) {
            expect(isLocked(next.state)).toBe(true)
            expect([next.draft, next.entries, next.draftedAt]).toEqual([now.draft, now.entries, now.draftedAt])
            expect(next.signatures.slice(0, now.signatures.length)).toEqual(now.signatures)
            expect(next.addenda.slice(0, now.addenda.length)).toEqual(now.addenda)
          }
          if (now.state === 'locked') expect(next.state).toBe('locked')
          const signed = next.signatures.map(({ side }) => side)
          expect(new Set(next.signatures.map(({ user }) => user)).size).toBe(signed.length)
          if (isLocked(next.state)) expect(signed).toEqual(expect.arrayContaining(['outgoing', 'incoming']))
          visited.add(next.state)
          now = next
        }
      }),
      { numRuns: 2_000 },
    )
    expect([...visited].sort()).toEqual([...HandoverState.options].sort())
  })
})
