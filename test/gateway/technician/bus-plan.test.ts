import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Bus, BusDevice } from '../../../core/contract/site.ts'
import type { BusProfile } from '../../../core/decode/device-points.ts'
import { loadProfiles } from '../../../platform/site/profiles.ts'
import { type PlannedDevice, planBus } from '../../../gateway/technician/bus-plan.ts'

const PROFILES = [...loadProfiles([join(import.meta.dirname, '../../../devices')]).values()].filter(
  (profile): profile is BusProfile => profile.driver !== 'isapi',
)

function busOf(baud: number): Bus {
  return Bus.parse({ id: 'line', kind: 'rtu', path: '/dev/null', baud })
}

function deviceOf(profile: BusProfile, index: number, every: string): PlannedDevice {
  const base = { id: `device-${index}`, profile: profile.profile, bus: 'line', every }
  const place = profile.driver === 'modbus' ? { unit: index + 1 } : { address: `${202501140000 + index}` }
  return { profile, device: BusDevice.parse({ ...base, ...place }) }
}

const profile = fc.constantFrom(...PROFILES)
const profiles = fc.array(profile, { minLength: 1, maxLength: 6 })
const baud = fc.constantFrom(2_400, 9_600, 19_200, 115_200)
const seconds = fc.integer({ min: 1, max: 60 })

describe('the plan of a bus', () => {
  it('adds up: the bus is in use for as much as its devices are together', () => {
    fc.assert(
      fc.property(profiles, baud, seconds, (list, rate, every) => {
        const plan = planBus(
          busOf(rate),
          list.map((one, index) => deviceOf(one, index, `${every}s`)),
        )
        const sum = plan.devices.reduce((total, { utilisation }) => total + utilisation, 0)
        expect(plan.utilisation).toBeCloseTo(sum, 9)
        expect(plan.requestsPerRound).toBe(plan.devices.reduce((total, { requests }) => total + requests, 0))
      }),
      { numRuns: 40 },
    )
  })

  it('never takes less of the bus when devices are read faster', () => {
    fc.assert(
      fc.property(profiles, baud, seconds, seconds, (list, rate, a, b) => {
        const used = (every: number) =>
          planBus(
            busOf(rate),
            list.map((one, index) => deviceOf(one, index, `${every}s`)),
          ).utilisation
        expect(used(Math.min(a, b))).toBeGreaterThanOrEqual(used(Math.max(a, b)))
      }),
      { numRuns: 40 },
    )
  })

  it('proposes a fastest period that leaves a third of the bus free, and no faster one would', () => {
    fc.assert(
      fc.property(profiles, baud, (list, rate) => {
        const used = (everyMs: number) =>
          planBus(
            busOf(rate),
            list.map((one, index) => deviceOf(one, index, `${everyMs}ms`)),
          )
        const { fastestEveryMs } = used(1_000)
        expect(fastestEveryMs).not.toBeNull()
        expect(used(fastestEveryMs!).utilisation).toBeLessThanOrEqual(0.7)
        const rounds = used(fastestEveryMs!).devices.map(({ roundMs }) => roundMs)
        const faster = used(0.9 * fastestEveryMs! - 10)
        const isLimited = faster.utilisation > 0.7 || Math.max(...rounds) > 0.5 * fastestEveryMs!
        const rests = list.some((one) => one.driver === 'modbus' && one.restMs > 0)
        expect(isLimited || rests).toBe(true)
      }),
      { numRuns: 25 },
    )
  })

  it('lets no point get older than its period, a round of everybody else and its own round', () => {
    fc.assert(
      fc.property(profiles, baud, (list, rate) => {
        const plan = planBus(
          busOf(rate),
          list.map((one, index) => deviceOf(one, index, '60s')),
        )
        const round = plan.devices.reduce((total, { roundMs }) => total + roundMs, 0)
        for (const { worstAgeMs, periodMs, poll } of plan.points) {
          expect(worstAgeMs).toBeGreaterThan(periodMs)
          const rest = list.some((one) => one.driver === 'modbus' && one.restMs > 0) ? 60_000 : 0
          if (plan.utilisation <= 1) {
            expect(worstAgeMs).toBeLessThanOrEqual(periodMs + round + rest + (poll === 'fast' ? 0 : 30_000) + 1e-6)
          }
        }
      }),
      { numRuns: 40 },
    )
  })

  it('reckons one register of one device as the formula of the standard does', () => {
    const sdm = PROFILES.find((one) => one.profile === 'eastron/sdm120')!
    const planned = deviceOf(sdm, 0, '1s')
    const device = { ...planned.device, points: ['voltage'] }
    const plan = planBus(busOf(9_600), [{ ...planned, device }], { latencyMs: 5 })
    // 17 characters of 11 bits, twice 3.5 characters of silence, 5 ms of thinking.
    expect(plan.devices[0]!.roundMs).toBeCloseTo((17 * 11_000) / 9_600 + (7 * 11_000) / 9_600 + 5, 6)
    expect(plan.requestsPerRound).toBe(1)
  })
})
