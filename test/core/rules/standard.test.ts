import { describe, expect, it } from 'vitest'
import { Id } from '../../../core/contract/text.ts'
import { SiteLoad } from '../../../core/contract/activity.ts'
import { QUANTITIES, type Quantity } from '../../../core/contract/quantity.ts'
import { SiteKind } from '../../../core/contract/site.ts'
import { armRules } from '../../../core/rules/arm.ts'
import { standardRules } from '../../../core/rules/standard.ts'
import { shippedLaw } from '../../../platform/site/law.ts'

/** Two points of every quantity there is, one of a device whose name leaves little room. */
const quantities = Object.keys(QUANTITIES) as Quantity[]
const LONG = 'a-device-with-a-name-that-is-as-long-as-names-of-devices-may-be1'
const POINTS = new Map(
  quantities.flatMap((one): [string, Quantity][] => {
    const point = one.replaceAll('_', '-')
    return [
      [`box/${point}`, one],
      [`${LONG}/${point}`, one],
    ]
  }),
)
const LOAD = SiteLoad.parse({
  ...{ meter: 'box/power', energy: 'box/energy', declared: 3_000, temperature: 'box/temperature' },
  known: [{ id: 'pump', contact: 'box/running', kind: 'pump', level: 'box/level' }],
})
const BESIDE = { configured: [], taken: [], without: [], nameOf: () => null }
const factsAt = (siteKind: SiteKind | null, load: SiteLoad | null = LOAD) => ({
  siteKind,
  load,
  points: POINTS,
  hasOrders: true,
})

describe('the standard set of rules', () => {
  const law = shippedLaw()

  it.each([...SiteKind.options, null])('can be armed at a site of kind %s, with or without a load', (siteKind) => {
    for (const load of [LOAD, null]) {
      const rules = standardRules(factsAt(siteKind, load), BESIDE)
      const facts = {
        ...(siteKind === null ? {} : { siteKind }),
        ...(load === null ? {} : { loadMeter: load.meter }),
        quantityOf: (point: string) => POINTS.get(point),
        hasActivity: true,
        law,
      }
      expect(armRules('east-pit', rules, facts).faults).toEqual([])
      const ids = rules.map(({ id }) => id)
      expect(new Set(ids).size).toBe(ids.length)
      expect(ids.filter((id) => !Id.safeParse(id).success)).toEqual([])
    }
  })

  it('names a rule after its type and its point, and in another way where that name is taken', () => {
    const named = (taken: string[]) =>
      standardRules(factsAt('closed-pit'), { ...BESIDE, taken }).find(({ type }) => type === 'unexplained-load')?.id
    expect(named([])).toBe('unexplained-load-box-power')
    expect(named(['unexplained-load-box-power'])).toBe('unexplained-load-box-power-2')
  })

  it('leaves a type at a point to the rule that a site has itself, and types that it is to leave out', () => {
    const types = (beside: Partial<typeof BESIDE>) =>
      standardRules(factsAt('closed-pit'), { ...BESIDE, ...beside }).map(({ type, point }) => `${type} ${point}`)
    const own = 'unexplained-load box/power'
    expect(types({})).toContain(own)
    const configured = [{ type: 'unexplained-load', point: 'box/power' }] as never[]
    expect(types({ configured })).toEqual(types({}).filter((one) => one !== own))
    expect(types({ without: ['unexplained-load'] as never[] })).not.toContain(own)
  })
})
