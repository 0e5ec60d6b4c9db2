import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BusDevice } from '../../../../core/contract/site.ts'
import { MonoMs } from '../../../../core/contract/time.ts'
import { Pace } from '../../../../gateway/drivers/modbus/pace.ts'

const device = (more: object = {}) => BusDevice.parse({ id: 'd', profile: 'a/b', bus: 'bus', unit: 1, ...more })
const at = (ms: number) => MonoMs.parse(ms)

describe('the pace of a device', () => {
  it('keeps its grid however long rounds take, has one round at a time, and counts what is left out', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 50 }), (durations) => {
        const pace = new Pace(device(), ['fast'], at(0))
        // After the first round the grid is moved; from the second on it stays.
        pace.end(pace.begin(at(0)), new Set(), at(1))
        const start = pace.waitMs(at(0))
        let now = start
        let rounds = 0
        for (const took of durations) {
          now += pace.waitMs(at(now))
          const round = pace.begin(at(now))
          expect(pace.figures.lateMs).toBeLessThan(1_000)
          now += took
          pace.end(round, new Set(), at(now))
          rounds += 1
        }
        const { skippedRounds, roundMs } = pace.figures
        expect(roundMs).toBe(durations.at(-1))
        // Every beat of the grid up to the last round was either kept or counted.
        expect(rounds + skippedRounds).toBe(Math.max(rounds + skippedRounds, Math.floor((now - start) / 1_000)))
        expect(rounds + skippedRounds).toBeLessThanOrEqual(Math.floor((now - start) / 1_000) + 1)
      }),
    )
  })

  it('brings a slow group that missed something into the next round, once', () => {
    const pace = new Pace(device(), ['fast', 'slow'], at(0))
    const groups = []
    for (let beat = 0; beat < 4; beat += 1) {
      const round = pace.begin(at(beat * 1_000))
      groups.push(round.groups.join())
      pace.end(round, new Set(['slow']), at(beat * 1_000 + 10))
    }
    expect(groups).toEqual(['fast,slow', 'fast,slow', 'fast', 'fast'])
  })

  it('reads a group whose period is no multiple of the beat with the beat nearest to it', () => {
    const pace = new Pace(device({ pace: { slow: '2500ms' } }), ['fast', 'slow'], at(0))
    const slow = []
    for (let beat = 0; beat < 11; beat += 1) {
      const round = pace.begin(at(beat * 1_000))
      if (round.groups.includes('slow')) slow.push(beat)
      pace.end(round, new Set(), at(beat * 1_000 + 10))
    }
    expect(slow).toEqual([0, 2, 5, 7, 10])
  })

  it('believes no reading for longer because the second round comes later than a period after the first', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{1,20}$/), (id) => {
        const pace = new Pace(device({ id }), ['fast', 'slow'], at(0))
        const first = pace.begin(at(0))
        expect([first.groups, pace.achievedMs('fast')]).toEqual([['fast', 'slow'], 1_000])
        pace.end(first, new Set(), at(10))
        const second = pace.begin(at(pace.waitMs(at(0))))
        expect([second.groups, pace.achievedMs('fast')]).toEqual([['fast'], 1_000])
      }),
    )
  })
})
