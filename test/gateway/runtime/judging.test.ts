import { describe, expect, it } from 'vitest'
import type { Reading } from '../../../core/contract/reading.ts'
import { MonoMs, UtcMs } from '../../../core/contract/time.ts'
import { RuleEngine } from '../../../core/rules/engine.ts'
import { planOf } from '../../../core/rules/plan.ts'
import { Judging } from '../../../gateway/runtime/judging.ts'
import { quietLog } from '../../support/quiet-log.ts'
import { siteOf } from './sites.ts'

const T0 = 1_760_000_000_000

describe('rules that are armed anew while they judge', () => {
  const rule = (id: string, limit: number) =>
    `id: ${id}, type: high-limit, point: meter/active-power, priority: red, with: { limit: ${limit}, onDelay: 60s }`
  const planFor = (...rules: readonly string[]) => {
    const { plan } = siteOf({
      buses: ['id: main, kind: tcp, host: 127.0.0.1, port: 1502'],
      devices: ['id: meter, profile: demo/meter, bus: main, unit: 1'],
      rules,
    })
    return planOf(
      plan.site,
      plan.rules.filter(({ id }) => id.startsWith('load')),
    )
  }
  const reading = (value: number, second: number): Reading => ({
    ...{ device: 'meter', point: 'active-power', value, quality: 'good', reason: null },
    ...{ at: UtcMs.parse(T0 + second * 1_000), mono: MonoMs.parse(second * 1_000) },
    validUntil: UtcMs.parse(T0 + second * 1_000 + 90_000),
  })
  const world = () => {
    const judging = new Judging(new RuleEngine(planFor(rule('load-a', 100), rule('load-b', 100))), quietLog())
    const told = () => judging.transitions().map(({ rule: id, kind }) => `${id} ${kind}`)
    return {
      arm: (...rules: readonly string[]) => judging.rearm(planFor(...rules)),
      read: (value: number, second: number) => {
        judging.take([reading(value, second)])
        return told()
      },
      tick: (second: number) => {
        judging.advance({ at: T0 + second * 1_000, mono: second * 1_000 })
        return told()
      },
    }
  }

  it('go on with what they have proven so far where they are the same, and begin anew where they are not', () => {
    const { arm, read } = world()
    expect(read(150, 0)).toEqual([])
    expect(read(150, 50)).toEqual([])
    arm(rule('load-a', 100), rule('load-b', 120))
    expect(read(150, 61)).toEqual(['load-a raise'])
    expect(read(150, 122)).toEqual(['load-b raise'])
  })

  it('begin anew when one of them cannot judge, keep their alarms, and judge on', () => {
    const plan = planFor(rule('load-a', 100), rule('load-b', 100))
    const [first, second] = plan.rules
    // A rule that breaks at a reading, as one with a mistake would.
    const breaking = {
      ...second!,
      run: (...args: Parameters<NonNullable<typeof second>['run']>) => {
        const run = second!.run(...args)
        const sample = run.sample.bind(run)
        return Object.assign(run, {
          sample: (...given: Parameters<typeof sample>) => {
            if (given[1].value === 666) throw new RangeError('no such number')
            sample(...given)
          },
        })
      },
    }
    const judging = new Judging(new RuleEngine({ ...plan, rules: [first!, breaking] }), quietLog())
    const read = (value: number, second: number) => {
      judging.take([reading(value, second)])
      return judging.transitions().map(({ rule: id, kind }) => `${id} ${kind}`)
    }
    read(150, 0)
    expect(read(150, 61)).toEqual(['load-a raise', 'load-b raise'])
    expect(read(666, 62)).toEqual([])
    expect(read(666, 63)).toEqual([])
    expect(read(50, 70)).toEqual(['load-a clear', 'load-b clear'])
    read(150, 80)
    expect(read(150, 141)).toEqual(['load-a raise', 'load-b raise'])
  })

  it('withdraw the alarm of one that is gone, and keep that of one that stays', () => {
    const { arm, read, tick } = world()
    read(150, 0)
    expect(read(150, 61)).toEqual(['load-a raise', 'load-b raise'])
    arm(rule('load-a', 100))
    expect(tick(70)).toEqual(['load-b clear'])
  })
})
