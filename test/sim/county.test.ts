import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Site } from '../../core/contract/site.ts'
import { freeAddresses, preferredAddresses } from '../../sim/addresses.ts'
import { COUNTY_SITES } from '../../sim/county.ts'
import { modbusProfile } from '../../sim/profiles.ts'
import { scenarioOf, stageOf } from '../../sim/scenario.ts'

const DEVICES = COUNTY_SITES.flatMap((site) => site.devices.map((device) => ({ site: site.site.id, device })))
const night = scenarioOf('night')

describe('the simulated county', () => {
  it('has a site of every kind, a second closed pit, and says of each that it is simulated', () => {
    const kinds = COUNTY_SITES.map(({ site }) => site.kind)
    expect(new Set(kinds)).toEqual(new Set(Site.shape.kind.options))
    expect(kinds.filter((kind) => kind === 'closed-pit')).toHaveLength(2)
    for (const { site } of COUNTY_SITES) expect(Site.parse(site).simulated).toBe(true)
  })

  it('gives every bus, camera and line a port of its own', async () => {
    const ports = Object.values(preferredAddresses(COUNTY_SITES))
    expect(new Set(ports).size).toBe(ports.length)
    const free = Object.values(await freeAddresses({ a: ports[0]!, b: ports[0]! }, '127.0.0.1'))
    expect(new Set(free).size).toBe(2)
  })

  it('is the same at every second for the same seed', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: -10, max: 4_000, noNaN: true }), (seed, second) => {
        for (const { device } of DEVICES) {
          const once = device.model({ seed, scenario: night })
          const again = device.model({ seed, scenario: night })
          again(second / 2)
          expect(again(second)).toEqual(once(second))
        }
      }),
      { numRuns: 20 },
    )
  })

  it('differs from seed to seed', () => {
    const [first] = DEVICES.filter(({ site }) => site === 'songling-mine')
    const at = (seed: number) => first!.device.model({ seed, scenario: night })(30)['active-power']
    expect(at(1)).not.toBe(at(2))
  })

  it('never leaves what its devices can physically show', () => {
    for (const { device } of DEVICES) {
      const model = device.model({ seed: 7, scenario: night })
      const { points } = modbusProfile(device.profile)
      for (let second = 0; second < 300; second++) {
        for (const [name, value] of Object.entries(model(second))) {
          const point = points.find((candidate) => candidate.point === name)
          expect(point, `${device.profile} has ${name}`).toBeDefined()
          if (typeof value !== 'number' || device.spans?.[name] !== undefined) continue
          const [low, high] = point!.range
          const inUnit = point!.unit.startsWith('k') && point!.unit !== 'kW.h' ? value / 1_000 : value
          expect(inUnit, `${device.id}/${name} at ${second} s`).toBeGreaterThanOrEqual(low)
          expect(inUnit, `${device.id}/${name} at ${second} s`).toBeLessThanOrEqual(high)
        }
      }
    }
  })

  it('counts energy that only grows', () => {
    for (const { device } of DEVICES) {
      const model = device.model({ seed: 7, scenario: night })
      let last = 0
      for (let second = 0; second < 300; second += 10) {
        const energy = model(second)['energy-import']
        if (typeof energy !== 'number') break
        expect(energy).toBeGreaterThanOrEqual(last)
        last = energy
      }
    }
  })
})

describe('the scripted night', () => {
  it('names only sites there are', () => {
    const ids = COUNTY_SITES.map(({ site }) => site.id)
    for (const cue of night.cues) expect(ids).toContain(cue.site)
  })

  it('starts the fan before the winch, within the first half minute, and is quiet after four minutes', () => {
    const from = (name: string) => night.cues.find(({ cue }) => cue === name)!.from
    expect(from('fan')).toBeLessThan(from('winch'))
    expect(from('fan')).toBeLessThanOrEqual(30)
    expect(Math.max(...night.cues.map(({ to }) => to))).toBeLessThanOrEqual(240)
  })

  it('shows a fan that is flat and a winch that works in strokes', () => {
    const feeder = DEVICES.find(({ site, device }) => site === 'beigou-pit' && device.id === 'feeder-meter')!
    const model = feeder.device.model({ seed: 1, scenario: night })
    const power = (second: number) => Number(model(second)['active-power'])
    expect(power(10)).toBe(0)
    expect(Number(model(10)['voltage-l1'])).toBe(0)
    expect(power(20)).toBeGreaterThan(20_000)
    for (let second = 26; second < 35; second++) expect(power(second)).toBeGreaterThan(10_000)
    for (let second = 26; second < 35; second++) expect(power(second)).toBeLessThan(11_000)
    const stroke = Array.from({ length: 58 }, (_, second) => power(40 + second))
    expect(Math.max(...stroke)).toBeGreaterThan(30_000)
    expect(Math.min(...stroke)).toBeLessThan(11_500)
    expect(power(240)).toBe(0)
  })

  it('comes again after its pause', () => {
    const fan = stageOf(night, 'beigou-pit', 'fan')
    expect(fan(25).on).toBe(5)
    expect(fan(25 + night.repeatS!).on).toBe(5)
    expect(fan(-5).on).toBeNull()
  })

  it('is empty in the quiet scenario', () => {
    expect(scenarioOf('quiet').cues).toEqual([])
  })
})
