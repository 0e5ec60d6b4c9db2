import { describe, expect, it } from 'vitest'
import { RuleConfig } from '../../core/contract/site.ts'
import { armRules } from '../../core/rules/arm.ts'
import type { Batch } from '../../gateway/driver.ts'
import { selfBirth, selfDriver, selfSigns } from '../../gateway/self.ts'
import { SELF_POINTS, selfRules, type Sign } from '../../platform/site/self-points.ts'
import { handClock } from '../support/hand-clock.ts'

const T0 = 1_760_000_000_000
const quantities = new Map(SELF_POINTS.map(({ ref, quantity }) => [ref, quantity]))

describe('what a gateway says of itself', () => {
  it('is said at once, each minute, and when it changes', async () => {
    const clock = handClock(T0)
    const is: Record<Sign, boolean> = { 'store-fault': false, 'store-reduced': false, 'clock-unsure': false }
    const stop = new AbortController()
    const said: Batch[] = []
    const signs = {
      'store-fault': () => is['store-fault'],
      'store-reduced': () => is['store-reduced'],
      'clock-unsure': () => is['clock-unsure'],
    }
    const running = (async () => {
      for await (const batch of selfDriver(signs, clock).batches(stop.signal)) said.push(batch)
    })()
    const step = async () => {
      await new Promise((resolve) => setTimeout(resolve, 60))
      await clock.advance(1_000)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await step()
    await step()
    expect(said.map(({ readings }) => readings.map(({ value }) => value))).toEqual([[false, false, false]])
    is['store-fault'] = true
    await step()
    await step()
    expect(said.map(({ readings }) => readings.map(({ value }) => value))).toEqual([
      [false, false, false],
      [true, false, false],
    ])
    await clock.advance(60_000)
    await step()
    expect(said).toHaveLength(3)
    expect(said[0]).toMatchObject({
      device: 'gateway',
      pictures: [],
      readings: [{ point: 'store-fault' }, {}, { point: 'clock-unsure' }],
    })
    stop.abort()
    await running
  })

  it('is born with the rules that guard it', () => {
    expect(selfBirth().points.map(({ point }) => `gateway/${point}`)).toEqual([...quantities.keys()])
    const rules = selfRules([], []).map((rule) => RuleConfig.parse(rule))
    expect(rules.map(({ id, type, priority }) => [id, type, priority])).toEqual([
      ['gateway-store-fault', 'fault', 'orange'],
      ['gateway-store-reduced', 'fault', 'orange'],
      ['gateway-clock-unsure', 'fault', 'yellow'],
    ])
    const clocks = [null, 61_000, 60_000].map((uncertaintyMs) => ({
      dating: () => ({ boot: 'f7dc8359', offsetMs: 0, uncertaintyMs, source: 'ntp' as const }),
    }))
    const store = { hasFault: () => false, hasReduced: () => false }
    expect(clocks.map((clock) => selfSigns(store, clock)['clock-unsure']())).toEqual([true, true, false])
    expect(armRules('east-pit', rules, { quantityOf: (point) => quantities.get(point) }).faults).toEqual([])
    expect(selfRules(['gateway/store-fault'], []).map(({ id }) => id)).toEqual([
      'gateway-store-reduced',
      'gateway-clock-unsure',
    ])
    expect(selfRules([], ['gateway-store-reduced']).map(({ id }) => id)).toEqual([
      'gateway-store-fault',
      'gateway-clock-unsure',
    ])
  })
})
