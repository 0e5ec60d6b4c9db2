import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AlarmTransition } from '../../../core/contract/alarm.ts'
import { BootId, type Dating, TimeSource } from '../../../core/contract/clock.ts'
import { MonoMs, UtcMs } from '../../../core/contract/time.ts'
import { redate } from '../../../gateway/uplink/redate.ts'
import { powerAt, transitionOf } from './county.ts'

const BOOT = BootId.parse('00000000000000aa')
const OTHER = BootId.parse('00000000000000bb')

/** A transition made at `mono` with a clock that was off, and a reading one second before it. */
function made(mono: number, offsetMs: number, uncertaintyMs: number | null): AlarmTransition {
  const at = UtcMs.parse(mono + offsetMs)
  const reading = { ...powerAt(0, 5), at: UtcMs.parse(at - 1_000), mono: MonoMs.parse(mono - 1_000) }
  const clock = { boot: BOOT, mono: MonoMs.parse(mono), recordedAt: at, uncertaintyMs }
  return { ...transitionOf('a', 1), at, clock, readings: [{ ...reading, validUntil: UtcMs.parse(at + 500) }] }
}

const known = (dating: Partial<Dating>) => (boot: string) =>
  boot === (dating.boot ?? BOOT)
    ? { boot: BOOT, offsetMs: 1_760_000_000_000, uncertaintyMs: 40, source: 'ntp' as const, ...dating }
    : null

describe('an alarm that is sent later than it was made', () => {
  it('gets the time that is known now, with its readings, and keeps what was recorded', () => {
    const before = made(5_000, 0, null)
    const after = redate(before, known({}))
    expect(after).toMatchObject({ at: 1_760_000_005_000, clock: { recordedAt: 5_000, uncertaintyMs: 40 } })
    expect(after.readings[0]).toMatchObject({ at: 1_760_000_004_000, validUntil: 1_760_000_005_500 })
  })

  it('leaves readings alone that were dated by another clock', () => {
    const before = made(5_000, 0, null)
    const alien = { ...before.readings[0]!, at: UtcMs.parse(1_700_000_000_000) }
    expect(redate({ ...before, readings: [alien] }, known({})).readings).toEqual([alien])
  })

  it('is left as it is when nothing surer is known of its boot', () => {
    const before = made(5_000, 1_760_000_000_000, 40)
    for (const datingOf of [
      () => null,
      known({ boot: OTHER }),
      known({ uncertaintyMs: 41 }),
      known({ uncertaintyMs: null }),
    ])
      expect(redate(before, datingOf)).toBe(before)
    const { clock: _clock, ...without } = before
    expect(redate(without, known({ uncertaintyMs: 1 }))).toBe(without)
  })

  it('changes nothing twice, never its identity, and moves all its times by the same', () => {
    const offset = fc.integer({ min: 0, max: 2_000_000_000_000 })
    const sure = fc.oneof(fc.constant(null), fc.nat(100_000))
    const dating = fc.record({ offsetMs: offset, uncertaintyMs: sure, source: fc.constantFrom(...TimeSource.options) })
    fc.assert(
      fc.property(fc.integer({ min: 1_000, max: 1e9 }), offset, sure, dating, (mono, offsetMs, uncertaintyMs, now) => {
        const before = made(mono, offsetMs, uncertaintyMs)
        const after = redate(before, known(now))
        expect(redate(after, known(now)).at).toBe(after.at)
        expect([after.occurrence, after.n, after.kind]).toEqual([before.occurrence, before.n, before.kind])
        expect(after.clock?.recordedAt).toBe(before.at)
        expect(after.readings[0]!.at - after.at).toBe(before.readings[0]!.at - before.at)
        const isSurer = now.uncertaintyMs !== null && (uncertaintyMs === null || now.uncertaintyMs < uncertaintyMs)
        if (isSurer) expect(after.at).toBe(mono + now.offsetMs)
      }),
    )
  })
})
