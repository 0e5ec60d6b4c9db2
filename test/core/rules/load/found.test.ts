import { describe, expect, it } from 'vitest'
import type { AlarmTransition } from '../../../../core/contract/alarm.ts'
import { RuleEngine } from '../../../../core/rules/engine.ts'
import { explain } from '../../../../core/rules/explain.ts'
import { sitePlan } from '../world.ts'
import { DAY, guardPost, HOUR, MONDAY, pumping } from './site.ts'

const TYPES = ['unexplained-load', 'step-cycle', 'slow-energy', 'creep', 'rides-along', 'below-floor', 'baseline-shift']

/** The rules over the load on an engine, fed with what a pit with one pump draws. */
class Pit {
  readonly engine = new RuleEngine(
    sitePlan({
      rules: TYPES.map((type) => ({ type, id: type, point: 'meter/power', quantity: 'power' as const })),
      load: { meter: 'meter/power', declared: 9_000, known: [{ id: 'pump', contact: 'io/pump', kind: 'pump' }] },
    }),
  )
  readonly #meter = this.engine.channel('meter/power')
  readonly #pump = this.engine.channel('io/pump')
  readonly told: (AlarmTransition & { readonly s: number })[] = []
  s = 0

  until(to: number, deed: (s: number) => number = () => 0, every = 10): this {
    const about = { quality: 'good', reason: null, validMs: 3_000 * every, event: null } as const
    for (; this.s < to; this.s += every) {
      const times = { at: MONDAY + this.s * 1_000, mono: this.s * 1_000 }
      const wobble = 1 + 0.01 * Math.sin(this.s * 12.9898) * Math.cos(this.s * 78.233)
      const power = Math.round((guardPost(this.s) + (pumping(this.s) ? 15_000 : 0)) * wobble + deed(this.s))
      this.engine.feed(this.#pump, { ...times, value: Number(pumping(this.s)), kind: 'state', ...about })
      this.engine.feed(this.#meter, { ...times, value: Math.max(0, power), kind: 'number', ...about })
      if (this.s % 60 === 0) this.engine.advance(times)
      this.told.push(...this.engine.transitions().map((one) => ({ ...one, s: this.s })))
    }
    return this
  }

  raised(type: string) {
    return this.told.filter((one) => one.kind === 'raise' && one.ruleType === type)
  }
}

function learned(): Pit {
  return new Pit().until(13 * DAY, undefined, 30).until(14 * DAY)
}

describe('the rules over the load of a pit that was learned', () => {
  it('say nothing in a quiet week', () => {
    expect(learned().until(21 * DAY, undefined, 20).told).toEqual([])
  })

  it('find a winch of 11 kW within a minute, tell what would have been normal, and then that it cycles', () => {
    const from = 14 * DAY + 2.5 * HOUR
    const winch = (s: number) => (s >= from && (s - from) % 240 < 90 ? 11_000 : 0)
    const pit = learned().until(from + HOUR, winch, 5)
    const [load] = pit.raised('unexplained-load')
    expect((load?.s ?? Infinity) - from).toBeLessThanOrEqual(60)
    expect(explain(load!.explanation, 'zh-CN')).toMatch(
      /^现用电 12\.\d kW，该时段正常上限 3\.\d+ kW（已学习 1\d 天），其中 1[01](\.\d)? kW 无法说明，夜间 02:\d\d:\d\d 起已持续 \d+ 秒。已登记设备（水泵等）均未运行。/,
    )
    expect(explain(load!.explanation, 'en')).toMatch(
      /^12\.\d kW is drawn, this hour is normal up to 3\.\d+ kW \(learned over 1\d days\); 1[01](\.\d)? kW of it is not explained/,
    )
    const [cycle] = pit.raised('step-cycle')
    expect((cycle?.s ?? Infinity) - from).toBeLessThanOrEqual(600)
    expect(explain(cycle!.explanation, 'en')).toMatch(/^Something of about 1[01](\.\d)? kW has started 3 times/)
  })

  it('find a load that only runs while the pump runs', () => {
    const from = 15 * DAY
    const along = (s: number) => (s >= from && pumping(s) ? 1_800 : 0)
    const pit = learned().until(from + 10 * HOUR, along)
    const [found] = pit.raised('rides-along')
    expect(explain(found!.explanation, 'zh-CN')).toMatch(
      /^连续 2 次，已登记设备（如水泵）启停时功率变化比其自身多出至少 1\.\d+ kW/,
    )
    expect(pit.until(18 * DAY).raised('rides-along').length).toBe(pit.raised('rides-along').length)
  })

  it('find 1.5 kW that is turned up over 40 min, though it never comes near the envelope', () => {
    const from = 14 * DAY + 9 * HOUR
    const ramp = (s: number) => Math.max(0, Math.min(1, (s - from) / 2_400)) * 1_500
    const pit = learned().until(from + 2 * HOUR, ramp)
    expect(pit.raised('unexplained-load')).toEqual([])
    expect(pit.raised('creep').length).toBeGreaterThan(0)
  })

  it('find a meter that shows a half, and do not take an outage for it', () => {
    const from = 14 * DAY + 11 * HOUR
    const half = (s: number) => (s >= from && s < from + HOUR ? -0.5 * (guardPost(s) + (pumping(s) ? 15_000 : 0)) : 0)
    const pit = learned().until(from + 2 * HOUR, half)
    const [found] = pit.raised('below-floor')
    expect((found?.s ?? Infinity) - from).toBeLessThanOrEqual(700)
    const dead = (s: number) => (s >= from && s < from + HOUR ? -1e6 : 0)
    expect(
      learned()
        .until(from + 2 * HOUR, dead)
        .raised('below-floor'),
    ).toEqual([])
  })

  it('are not fooled by one bad value, a gap, or a reading that is not there', () => {
    const pit = learned()
    pit.until(pit.s + 10, () => 65_535)
    pit.until(pit.s + HOUR)
    pit.s += 3 * HOUR
    pit.until(pit.s + HOUR)
    expect(pit.told).toEqual([])
  })

  it('go on from what was saved as if nothing had happened', () => {
    const from = 14 * DAY + 2.5 * HOUR
    const winch = (s: number) => (s >= from && (s - from) % 240 < 90 ? 11_000 : 0)
    const pit = learned().until(from + 20, winch, 5)
    const saved = JSON.parse(JSON.stringify(pit.engine.save())) as ReturnType<RuleEngine['save']>
    const other = new Pit()
    Object.assign(other, { engine: new RuleEngine(pit.engine.plan, saved), s: pit.s })
    pit.until(from + 1_200, winch, 5)
    const again = resumed(other, from + 1_200, winch)
    expect(again).toEqual(pit.told.map(({ kind, ruleType, at }) => ({ kind, ruleType, at })))
  })
})

/** Goes on with an engine that took the place of a pit's own. */
function resumed({ engine, s: begin }: Pit, to: number, deed: (s: number) => number) {
  const [meter, pump] = [engine.channel('meter/power'), engine.channel('io/pump')]
  const told: Pick<AlarmTransition, 'kind' | 'ruleType' | 'at'>[] = []
  const about = { quality: 'good', reason: null, validMs: 15_000, event: null } as const
  for (let s = begin; s < to; s += 5) {
    const times = { at: MONDAY + s * 1_000, mono: s * 1_000 }
    const wobble = 1 + 0.01 * Math.sin(s * 12.9898) * Math.cos(s * 78.233)
    const power = Math.round((guardPost(s) + (pumping(s) ? 15_000 : 0)) * wobble + deed(s))
    engine.feed(pump, { ...times, value: Number(pumping(s)), kind: 'state', ...about })
    engine.feed(meter, { ...times, value: Math.max(0, power), kind: 'number', ...about })
    if (s % 60 === 0) engine.advance(times)
    told.push(...engine.transitions().map(({ kind, ruleType, at }) => ({ kind, ruleType, at })))
  }
  return told
}
