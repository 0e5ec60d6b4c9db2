import { describe, expect, it } from 'vitest'
import type { AlarmTransition } from '../../core/contract/alarm.ts'
import type { Reading } from '../../core/contract/reading.ts'
import { MonoMs, UtcMs } from '../../core/contract/time.ts'
import { RuleEngine } from '../../core/rules/engine.ts'
import { checkGateway } from '../../platform/site/loaded-gateway.ts'
import { shippedProfiles } from '../../platform/site/profiles.ts'
import { preferredAddresses } from '../../sim/addresses.ts'
import { COUNTY_SITES } from '../../sim/county.ts'
import { type ScenarioId, scenarioOf } from '../../sim/scenario.ts'
import type { SimSite } from '../../sim/site.ts'
import { siteFile } from '../../sim/site-file.ts'

/** Ten past two at night. */
const T0 = Date.parse('2026-11-22T02:10:00+08:00')
const SHIPPED = shippedProfiles()
const JUDGED = COUNTY_SITES.filter(({ activity }) => activity !== undefined)

/** What the gateway of a site says of the first seconds of a scenario, as its file has it judge them. */
function alarmsOf(site: SimSite, scenario: ScenarioId, seconds: number): readonly AlarmTransition[] {
  const text = siteFile(site, {
    ...{ group: 'county', host: '127.0.0.1', addresses: preferredAddresses(COUNTY_SITES), store: 'store' },
    ...{ broker: { host: '127.0.0.1', port: 1 }, brokerPasswordFile: 'p', cameraUser: 'u', cameraPasswordFile: 'p' },
  })
  const source = { text, path: 'site.yaml', baseFolder: '/', isForElsewhere: true, profiles: { shipped: SHIPPED } }
  const engine = new RuleEngine(checkGateway(source).plan)
  const world = { seed: 1, scenario: scenarioOf(scenario) }
  const models = [
    ...site.devices.map(({ id, model }) => ({ id, values: model(world) })),
    ...site.cameras.map(({ id, model }) => {
      const sees = model(world)
      const is = (second: number, target: string) => sees(second)?.target === target
      return { id, values: (s: number) => ({ stream: true, human: is(s, 'human'), vehicle: is(s, 'vehicle') }) }
    }),
  ]
  return Array.from({ length: seconds }, (_, second) => {
    const [at, mono] = [T0 + second * 1_000, 1_000 + second * 1_000]
    for (const { id, values } of models) {
      const shown = Object.entries(values(second))
      engine.take(shown.map(([point, value]) => readingOf(id, { point, value, at, mono })))
    }
    engine.advance({ at, mono })
    return engine.transitions()
  }).flat()
}

function readingOf(
  device: string,
  { point, value, at, mono }: { point: string; value: Reading['value'] | undefined; at: number; mono: number },
): Reading {
  const isThere = value !== null && value !== undefined
  return {
    ...{ device, point, value: value ?? null, at: UtcMs.parse(at), mono: MonoMs.parse(mono) },
    ...(isThere ? { quality: 'good', reason: null } : { quality: 'bad', reason: 'open-loop' }),
    validUntil: UtcMs.parse(at + 5_000),
  }
}

describe('the county as its gateways judge it', () => {
  it('puts what the feeder and the camera of the closed pit tell together to one alarm with its reasons', () => {
    const beigou = JUDGED.find(({ site }) => site.id === 'beigou-pit')!
    const all = alarmsOf(beigou, 'night', 120).filter(({ rule }) => rule === 'site-activity')
    expect(new Set(all.map(({ occurrence }) => occurrence)).size).toBe(1)
    const raised = all[0]!
    expect((raised.at - T0) / 1_000).toBeLessThan(60)
    expect(raised.because?.map(({ rule }) => rule)).toContain('dead-feeder')
    const last = all.at(-1)!
    expect([...new Set(last.because?.map(({ group }) => group))].sort()).toEqual(['camera', 'power'])
    expect(last.priority).toBe('red')
  })

  it.each(JUDGED.map((site) => [site.site.id, site] as const))(
    'says nothing of a quiet quarter of an hour at %s',
    (_, site) => {
      expect(alarmsOf(site, 'quiet', 900)).toEqual([])
    },
  )
})
