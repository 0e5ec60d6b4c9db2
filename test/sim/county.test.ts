import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { QUANTITIES, UNITS } from '../../core/contract/quantity.ts'
import { Site } from '../../core/contract/site.ts'
import { freeAddresses, preferredAddresses } from '../../sim/addresses.ts'
import { COUNTY_SITES } from '../../sim/county.ts'
import { busProfile } from '../../sim/profiles.ts'
import { CUES, scenarioOf, stageOf, timesOf } from '../../sim/scenario.ts'

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
    const faults: string[] = []
    for (const { device } of DEVICES) {
      const model = device.model({ seed: 7, scenario: night })
      const points = new Map(busProfile(device.profile).points.map((point) => [point.point, point]))
      for (let second = 0; second < 300; second++) {
        for (const [name, value] of Object.entries(model(second))) {
          const point = points.get(name)
          if (point === undefined) faults.push(`${device.profile} has no ${name}`)
          else if (typeof value === 'number' && device.spans?.[name] === undefined) {
            const inUnit = (value * UNITS[QUANTITIES[point.quantity].unit].factor) / UNITS[point.unit].factor
            const [low, high] = point.range
            if (!(inUnit >= low && inUnit <= high)) faults.push(`${device.id}/${name} at ${second} s: ${inUnit}`)
          }
        }
      }
    }
    expect(faults).toEqual([])
  })

  it('gives every point that a meter is read for a value, and a live one an ordinary one', () => {
    const meters = DEVICES.filter(({ device }) => device.id.endsWith('-meter'))
    for (const { site, device } of meters) {
      const values = device.model({ seed: 7, scenario: scenarioOf('quiet') })(60)
      const points = busProfile(device.profile).points.filter((point) => !('derive' in point))
      for (const { point } of points) expect(values[point], `${site}/${device.id}/${point}`).toBeTypeOf('number')
      const of = (name: string) => Number(values[name] ?? NaN)
      if (of('ct-ratio') >= 0) expect([1, 40]).toContain(of('ct-ratio'))
      if (of('voltage-l1') === 0) continue
      if (of('voltage-l12') >= 0) expect(Math.abs(of('voltage-l12') - 397)).toBeLessThan(12)
      if (of('voltage-thd-l1') >= 0) expect(Math.abs(of('voltage-thd-l1') - 2.1)).toBeLessThan(0.7)
      const apparent = of('apparent-power')
      if (apparent >= 0) expect(apparent).toBeCloseTo(Math.hypot(of('active-power'), of('reactive-power')), 6)
    }
    expect(meters.length).toBeGreaterThanOrEqual(9)
  })

  it('has a billing meter whose cover counter rises by one each time the cover is opened', () => {
    const { device } = DEVICES.find((candidate) => candidate.device.address !== undefined)!
    const openings = (second: number) =>
      Number(device.model({ seed: 1, scenario: night })(second)['meter-cover-openings'])
    const cue = night.cues.find((candidate) => candidate.cue === 'cover-open')!
    expect(openings(cue.from) - openings(cue.from - 1)).toBe(1)
    expect(openings(cue.to + 1)).toBe(openings(cue.from))
    expect(openings(cue.from + 3 * night.repeatS!) - openings(0)).toBe(4)
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

  it('counts how often a cue has begun as one who looks on does', () => {
    fc.assert(
      fc.property(fc.constantFrom(...CUES), fc.integer({ min: -100, max: 4_000 }), (cue, until) => {
        const { site } = night.cues.find((candidate) => candidate.cue === cue)!
        const stage = stageOf(night, site, cue)
        let begun = 0
        for (let second = 0; second <= until; second++) {
          if (stage(second).on !== null && (second === 0 || stage(second - 1).on === null)) begun++
        }
        expect(timesOf(night, site, cue)(until)).toBe(begun)
      }),
    )
  })

  it('is empty in the quiet scenario', () => {
    expect(scenarioOf('quiet').cues).toEqual([])
  })
})
