import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { utcMs } from '../../../core/contract/time.ts'
import {
  AGAIN_MS,
  audit,
  type AuditFacts,
  type AuditMemory,
  type AuditView,
  freshMemory,
  LOOK_TWICE_MS,
  RED_UNTOLD_MS,
  RETRY_MS,
  STUCK_MS,
  unheard,
} from '../../../dashboard/watchman/audit.ts'

const T = 1_700_000_000_000
const MIN = 60_000
const at = (ms: number) => utcMs(T + ms)
type Read = Extract<AuditView, { is: 'read' }>
const well = (now: number, more: Partial<Read> = {}): Read => ({
  ...{ is: 'read', reds: [], messages: [], beatAt: at(now), nobody: [] },
  ...more,
})
const onLine = { isThere: true, since: at(0) }
const red = { alarm: 'a', number: 'PW-1', site: 'north', since: at(0), acceptedAt: null }

/** Looks every 5 s from `from` to `to` at what `view` says then; answers when what was due. */
function watched(view: (now: number) => Partial<AuditFacts>, { from = 0, to = 60 * MIN, memory = freshMemory() } = {}) {
  const due: { at: number; keys: string[] }[] = []
  let kept: AuditMemory = memory
  for (let now = from; now <= to; now += 5_000) {
    const facts = { view: well(now), line: onLine, startedAt: at(0), ...view(now) }
    const verdict = audit(facts, kept, at(now))
    kept = verdict.memory
    if (verdict.due.length > 0) due.push({ at: now, keys: verdict.due.map(({ key }) => key) })
  }
  return { due, memory: kept }
}

describe('the auditor', () => {
  it('says nothing while the control room does its work', () => {
    expect(watched(() => ({})).due).toEqual([])
    const told = { ...red, acceptedAt: at(0) }
    expect(watched(() => ({ view: well(0, { reds: [told] }) }), { to: STUCK_MS }).due).toEqual([])
  })

  it('tells of a red alarm without an accepted message for 11 min, and then every 10 min', () => {
    const { due } = watched((now) => ({ view: well(now, { reds: [red] }) }))
    expect(due.map(({ at: when }) => when)).toEqual([
      RED_UNTOLD_MS + 5_000 + LOOK_TWICE_MS,
      RED_UNTOLD_MS + 5_000 + LOOK_TWICE_MS + AGAIN_MS,
      RED_UNTOLD_MS + 5_000 + LOOK_TWICE_MS + 2 * AGAIN_MS,
      RED_UNTOLD_MS + 5_000 + LOOK_TWICE_MS + 3 * AGAIN_MS,
      RED_UNTOLD_MS + 5_000 + LOOK_TWICE_MS + 4 * AGAIN_MS,
    ])
    expect(due[0]?.keys).toEqual(['red-untold:a'])
  })

  it('counts the 11 min from the last accepted message, while the ladder goes round every 10', () => {
    const told = (now: number) => ({ ...red, acceptedAt: at(now - (now % (10 * MIN))) })
    expect(watched((now) => ({ view: well(now, { reds: [told(now)] }) })).due).toEqual([])
    const once = { ...red, acceptedAt: at(5 * MIN) }
    const { due } = watched((now) => ({ view: well(now, { reds: [once] }) }), { to: 17 * MIN })
    expect(due[0]?.at).toBe(5 * MIN + RED_UNTOLD_MS + 5_000 + LOOK_TWICE_MS)
  })

  it('counts an acknowledged alarm that calls again from then on', () => {
    const again = { ...red, since: at(30 * MIN), acceptedAt: at(0) }
    const { due } = watched((now) => ({ view: well(now, { reds: now < 30 * MIN ? [] : [again] }) }))
    expect(due[0]?.at).toBe(30 * MIN + RED_UNTOLD_MS + 5_000 + LOOK_TWICE_MS)
  })

  it('tells of a message that waits for more than 120 s', () => {
    const message = { alarm: 'b', number: 'PW-2', site: 'north', since: at(0) }
    const { due } = watched((now) => ({ view: well(now, { messages: [message] }) }), { to: 3 * MIN })
    expect(due).toEqual([{ at: STUCK_MS + 5_000 + LOOK_TWICE_MS, keys: ['message-stuck:b'] }])
  })

  it('tells of a dispatcher that is silent for more than 120 s, and of a control room off the line for as long', () => {
    const dead = watched(() => ({ view: well(0) }), { to: 5 * MIN })
    expect(dead.due).toEqual([{ at: STUCK_MS + 5_000 + LOOK_TWICE_MS, keys: ['engine-silent'] }])
    const gone = watched(() => ({ line: { isThere: false, since: at(MIN) } }), { to: 5 * MIN })
    expect(gone.due).toEqual([{ at: MIN + STUCK_MS + 5_000 + LOOK_TWICE_MS, keys: ['engine-silent'] }])
    const restart = watched((now) => ({ line: { isThere: now > 2 * MIN, since: at(MIN) } }), { to: 9 * MIN })
    expect(restart.due).toEqual([])
  })

  it('gives a control room that starts with it 120 s before it is missed', () => {
    const started = { startedAt: at(60 * MIN), line: { isThere: false, since: at(60 * MIN) } }
    const { due } = watched(() => ({ ...started, view: well(0) }), { from: 60 * MIN, to: 65 * MIN })
    expect(due[0]?.at).toBe(60 * MIN + STUCK_MS + 5_000 + LOOK_TWICE_MS)
  })

  it('tells of a database that cannot be read: at once when it could be, after 120 s when it never was there', () => {
    const broken = { is: 'unreadable', why: 'no such file' } as const
    const was = watched((now) => ({ view: now < MIN ? well(now) : broken }), { to: 2 * MIN })
    expect(was.due).toEqual([{ at: MIN + LOOK_TWICE_MS, keys: ['database'] }])
    expect(watched(() => ({ view: broken }), { to: 5 * MIN }).due[0]?.at).toBe(STUCK_MS + LOOK_TWICE_MS)
  })

  it('tells of a role that nobody has', () => {
    const { due } = watched((now) => ({ view: well(now, { nobody: ['leader'] }) }), { to: MIN })
    expect(due).toEqual([{ at: LOOK_TWICE_MS, keys: ['nobody:leader'] }])
  })

  it('wakes nobody for what is over at the second look', () => {
    const { due } = watched((now) => ({ view: well(now, { nobody: now % 10_000 === 0 ? ['leader'] : [] }) }))
    expect(due).toEqual([])
  })

  it('tries again after a minute when nobody could be reached', () => {
    const facts = { view: well(0, { nobody: ['leader'] }), line: onLine, startedAt: at(0) }
    const first = audit(facts, freshMemory(), at(0))
    const second = audit(facts, first.memory, at(LOOK_TWICE_MS))
    expect(second.due).toHaveLength(1)
    const memory = unheard(second.memory, second.due, at(LOOK_TWICE_MS))
    expect(audit(facts, memory, at(LOOK_TWICE_MS + RETRY_MS - 1)).due).toEqual([])
    expect(audit(facts, memory, at(LOOK_TWICE_MS + RETRY_MS)).due).toHaveLength(1)
  })

  it('lets everything catch up when the machine has slept', () => {
    const facts = (now: number) => ({ view: well(0), line: onLine, startedAt: at(0), now })
    const before = audit({ ...facts(0), view: well(0) }, freshMemory(), at(0)).memory
    const woke = audit(facts(0), before, at(8 * 60 * MIN))
    expect(woke.reasons.map(({ key }) => key)).toEqual(['engine-silent'])
    expect(woke).toMatchObject({ due: [], againMs: LOOK_TWICE_MS })
    // What was seen once before it slept counts anew too.
    const nobody = { ...facts(0), view: well(0, { beatAt: at(8 * 60 * MIN), nobody: ['leader'] }) }
    const seen = audit(nobody, freshMemory(), at(0)).memory
    expect(audit(nobody, seen, at(8 * 60 * MIN)).due).toEqual([])
  })

  it('does not tell again what it told before it was started anew', () => {
    const memory = freshMemory(new Map([['nobody:leader', at(-5 * MIN)]]))
    const { due } = watched((now) => ({ view: well(now, { nobody: ['leader'] }) }), { to: 10 * MIN, memory })
    expect(due).toEqual([{ at: 5 * MIN, keys: ['nobody:leader'] }])
  })

  it('tells each reason at most every 10 min and, while it lasts, at least as often, whatever comes and goes', () => {
    const wrong = fc.array(
      fc.record({
        from: fc.integer({ min: 0, max: 3_600 }),
        forS: fc.integer({ min: 1, max: 3_600 }),
        role: fc.constantFrom('a', 'b', 'c'),
      }),
      { maxLength: 6 },
    )
    fc.assert(
      fc.property(wrong, (spells) => {
        const nobody = (now: number) => [
          ...new Set(
            spells
              .filter(({ from, forS }) => now >= from * 1_000 && now < (from + forS) * 1_000)
              .map(({ role }) => role),
          ),
        ]
        const { due } = watched((now) => ({ view: well(now, { nobody: nobody(now) }) }), { to: 120 * MIN })
        for (const role of ['a', 'b', 'c']) {
          const times = due.filter(({ keys }) => keys.includes(`nobody:${role}`)).map((one) => one.at)
          times.forEach((time, n) => n > 0 && expect(time - (times[n - 1] ?? 0)).toBeGreaterThanOrEqual(AGAIN_MS))
          for (const time of times) expect(nobody(time)).toContain(role)
          for (const spell of spells.filter(
            (one) => one.role === role && one.forS * 1_000 >= AGAIN_MS + 2 * LOOK_TWICE_MS,
          )) {
            const end = (spell.from + spell.forS) * 1_000
            const last = times.findLast((time) => time < end) ?? -Infinity
            expect(end - last).toBeLessThanOrEqual(AGAIN_MS + 2 * LOOK_TWICE_MS)
          }
        }
      }),
      { numRuns: 300 },
    )
  })
})
