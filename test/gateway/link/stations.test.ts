import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEAD_SHARE, DeadBudget } from '../../../gateway/link/dead-budget.ts'
import { LatencyMemory } from '../../../gateway/link/latency.ts'
import { Stations } from '../../../gateway/link/stations.ts'

const limits = { timeoutMs: 1_000, floorMs: 30 }
const learned = (ms: number, answers = 50) => {
  const stations = new Stations(limits, 0)
  for (let count = 0; count < answers; count += 1) stations.answered('a', ms)
  return stations
}

describe('the memory of a latency', () => {
  it('is within a seventh of the true quantiles', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.3, max: 5_000, noNaN: true }), { minLength: 1, maxLength: 900 }),
        (all) => {
          const memory = new LatencyMemory()
          for (const ms of all) memory.add(ms)
          const sorted = [...all].sort((a, b) => a - b)
          const middle = sorted[Math.ceil(all.length / 2) - 1]!
          const { p50, p999 } = memory.latency()!
          expect(p50).toBeGreaterThanOrEqual(middle * 0.999)
          expect(p50).toBeLessThanOrEqual(middle * 1.16)
          expect(p999).toBeGreaterThanOrEqual(sorted.at(-1)! * 0.999)
        },
      ),
    )
  })

  it('forgets what was long ago', () => {
    const memory = new LatencyMemory()
    for (let count = 0; count < 500; count += 1) memory.add(200)
    for (let count = 0; count < 60_000; count += 1) memory.add(5)
    expect(memory.latency()!.p999).toBeLessThan(6)
  })

  it('takes up where it left off', () => {
    const memory = new LatencyMemory()
    expect(memory.latency()).toBeNull()
    memory.recall({ p50: 10, p999: 80 })
    expect(memory.latency()!.p50).toBeCloseTo(10, -1)
    expect(memory.latency()!.p999).toBeGreaterThanOrEqual(80)
  })
})

describe('what a station is given to think', () => {
  it('is the configured timeout until enough is known of it, and then what it needs', () => {
    expect(new Stations(limits, 0).withinMs('a', 'poll', 0)).toBe(1_000)
    expect(learned(10, 5).withinMs('a', 'poll', 0)).toBe(1_000)
    expect(learned(20).withinMs('a', 'poll', 0)).toBeGreaterThanOrEqual(60)
    expect(learned(20).withinMs('a', 'poll', 0)).toBeLessThan(75)
    expect(learned(2).withinMs('a', 'poll', 0)).toBe(30)
    expect(learned(900).withinMs('a', 'poll', 0)).toBe(1_000)
  })

  it('grows to the configured timeout when it stops answering, as one does that has become slower', () => {
    const stations = learned(20)
    const usual = stations.withinMs('a', 'poll', 0)
    stations.missed('a')
    expect(stations.withinMs('a', 'poll', 0)).toBeCloseTo(4 * usual)
    stations.missed('a')
    expect(stations.withinMs('a', 'poll', 0)).toBe(1_000)
    stations.answered('a', 20)
    expect(stations.withinMs('a', 'poll', 0)).toBe(usual)
  })

  it('is short for a probe, and for one of the bus in two minutes all there is, so that a slow device is found too', () => {
    const stations = learned(20)
    const names = ['dead', 'slow', 'gone']
    const probes = Array.from({ length: 600 }, (_, second) => ({
      second,
      ms: stations.withinMs(names[second % 3]!, 'probe', second * 1_000),
      name: names[second % 3],
    }))
    const whole = probes.filter(({ ms }) => ms === 1_000)
    expect(whole.map(({ second }) => second)).toEqual([120, 240, 360, 480])
    for (const { ms } of probes.filter(({ ms }) => ms !== 1_000)) {
      expect(ms).toBeGreaterThanOrEqual(80)
      expect(ms).toBeLessThan(100)
    }
  })

  it('is short for a probe of one that never answered, however slow another one was', () => {
    const stations = learned(20)
    stations.answered('stalled', 900)
    expect(stations.withinMs('dead', 'probe', 0)).toBe(100)
    const behindNetwork = new Stations({ timeoutMs: 1_000, floorMs: 300 }, 0)
    expect(behindNetwork.withinMs('dead', 'probe', 0)).toBe(300)
  })

  it('is never more than the site allows, whatever was recalled', () => {
    const stations = new Stations(limits, 0)
    stations.recall('a', { p50: 700, p999: 60_000 })
    expect(stations.withinMs('a', 'poll', 0)).toBe(1_000)
    expect(stations.worstMs()).toBe(1_000)
    expect(stations.facts('b')).toEqual({ latencyMs: null, timeoutMs: 1_000 })
  })

  it('is remembered for so many stations and no more', () => {
    const stations = learned(20)
    for (let count = 0; count < 5_000; count += 1) stations.missed(`nobody/${count}`)
    expect(stations.facts('a').latencyMs).not.toBeNull()
  })
})

describe('the budget of the dead', () => {
  it('keeps probes to a twentieth of the time, what was saved and one probe, in any history', () => {
    const step = fc.record({
      passMs: fc.double({ min: 0, max: 5_000, noNaN: true }),
      costMs: fc.integer({ min: 1, max: 1_500 }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (history) => {
        const budget = new DeadBudget(0)
        let now = 0
        let spent = 0
        for (const { passMs, costMs } of history) {
          now += passMs
          if (!budget.mayProbe(now)) continue
          now += costMs
          spent += costMs
          budget.spent(costMs, now)
          expect(spent).toBeLessThanOrEqual(now * DEAD_SHARE + 250 + 1_500)
        }
      }),
    )
  })

  it('lets the dead be asked again and again', () => {
    const budget = new DeadBudget(0)
    let probes = 0
    for (let now = 0; now < 60_000; now += 10) {
      if (!budget.mayProbe(now)) continue
      probes += 1
      budget.spent(60, now)
    }
    expect(probes).toBeGreaterThan(45)
    expect(probes).toBeLessThan(60)
  })
})
