import { describe, expect, it } from 'vitest'
import { planOf } from '../../../core/rules/plan.ts'
import type { ArmedRule } from '../../../core/rules/rule.ts'
import { armed, NIGHT, Watch } from './world.ts'

const BOOT = 'f7dc8359'
const limit = armed({ type: 'high-limit', quantity: 'power', with: { limit: 10, onDelay: '5s', offDelay: '2s' } })

/** An engine whose program ends and starts again, in the same boot or in another. */
function engine(rule: ArmedRule, boot?: string) {
  const watch = new Watch({ ...planOf('east-pit', [rule]), ...(boot === undefined ? {} : { boot }) })
  return {
    told: watch.told,
    /** Readings each second, whose wall time is off by `offMs`. */
    read: (from: number, to: number, value: number, offMs = 0) => {
      for (let s = from; s <= to; s += 1) {
        watch.say(s, { value, offMs })
        watch.engine.advance({ at: NIGHT + s * 1_000 + offMs, mono: s * 1_000 })
        watch.until(0)
      }
    },
    restart: (next: string | undefined) => watch.restart(next),
  }
}

describe('an engine that knows its boot', () => {
  it('tells the monotonic time of each transition, and none where it knows no boot', () => {
    const known = engine(limit, BOOT)
    const unknown = engine(limit)
    for (const one of [known, unknown]) {
      one.read(10, 20, 50)
      one.read(21, 30, 0)
    }
    expect(known.told.map(({ kind, clock }) => [kind, clock])).toEqual([
      ['raise', { boot: BOOT, mono: 15_000, recordedAt: NIGHT + 15_000, uncertaintyMs: null }],
      ['clear', { boot: BOOT, mono: 23_000, recordedAt: NIGHT + 23_000, uncertaintyMs: null }],
    ])
    expect(unknown.told.map(({ clock }) => clock)).toEqual([undefined, undefined])
  })

  it('measures a duration over a restart of the program by the boot, though the wall clock was set meanwhile', () => {
    const one = engine(limit, BOOT)
    one.read(10, 20, 50, -NIGHT)
    one.restart(BOOT)
    one.read(30, 40, 0)
    expect(one.told.map(({ kind }) => kind)).toEqual(['raise', 'clear'])
    expect(one.told[1]?.explanation.values.activeS).toBe(20)
  })

  it('takes the wall clock over a boot, where there is nothing else', () => {
    const one = engine(limit, BOOT)
    one.read(10_010, 10_020, 50)
    one.restart('aaaaaaaa')
    one.read(30, 40, 0, 10_000_000)
    expect(one.told[1]?.explanation.values.activeS).toBe(20)
    expect(one.told[1]?.clock).toMatchObject({ boot: 'aaaaaaaa', mono: 32_000 })
  })

  it('goes on with a rate of change in the same boot, and begins it anew in another', () => {
    const rate = armed({ type: 'rate-of-change', quantity: 'level', with: { rise: 0.1, per: 'min', window: '2min' } })
    const raised = (boot: string) => {
      const one = engine(rate, BOOT)
      for (let s = 0; s < 50; s += 1) one.read(s, s, s / 100)
      one.restart(boot)
      for (let s = 50; s < 75; s += 1) one.read(s, s, s / 100)
      return one.told.map(({ kind }) => kind)
    }
    expect(raised(BOOT)).toEqual(['raise'])
    expect(raised('aaaaaaaa')).toEqual([])
  })
})
