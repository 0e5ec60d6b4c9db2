import { Activity, SiteLoad } from '../../core/contract/activity.ts'
import type { Quantity } from '../../core/contract/quantity.ts'
import type { PointRef } from '../../core/contract/reading.ts'
import { RuleConfig } from '../../core/contract/site.ts'
import { armRules } from '../../core/rules/arm.ts'
import type { SitePlan } from '../../core/rules/plan.ts'
import { standardRules } from '../../core/rules/standard.ts'

/** Every point of the site, in the order of the columns of its data. */
export const POINTS: readonly (readonly [PointRef, Quantity])[] = [
  ['meter/active-power', 'power'],
  ['meter/current-l1', 'current'],
  ['meter/current-l2', 'current'],
  ['meter/current-l3', 'current'],
  ['meter/energy', 'energy'],
  ['pump/running', 'running'],
  ['sump/level', 'level'],
  ['gate/door', 'contact'],
  ['weather/temperature', 'temperature'],
]

/** What a technician would add to the standard set: limits by the plates of the machines. */
const OWN_RULES = [
  { type: 'high-limit', point: 'meter/current-l1', with: { limit: 80, deadband: 4, onDelay: '10s', offDelay: '30s' } },
  { type: 'high-limit', point: 'meter/current-l2', with: { limit: 80, deadband: 4, onDelay: '10s', offDelay: '30s' } },
  { type: 'high-limit', point: 'meter/current-l3', with: { limit: 80, deadband: 4, onDelay: '10s', offDelay: '30s' } },
  { type: 'high-limit', point: 'sump/level', with: { limit: 4.5, deadband: 0.1, onDelay: '30s', offDelay: '30s' } },
  { type: 'low-limit', point: 'sump/level', with: { limit: 0.3, deadband: 0.1, onDelay: '30s' } },
  { type: 'rate-of-change', point: 'sump/level', with: { per: 'h', rise: 1, window: '10min' } },
  ...POINTS.map(([point]) => ({ type: 'stale', point, with: { after: '60s' } })),
]

const LOAD = SiteLoad.parse({
  meter: 'meter/active-power',
  energy: 'meter/energy',
  declared: 12_000,
  known: [{ id: 'sump-pump', contact: 'pump/running', kind: 'pump', level: 'sump/level' }],
  temperature: 'weather/temperature',
})

/** A closed pit that may pump, with all that the standard set arms at it and the limits of its machines. */
export function sitePlan(): SitePlan {
  const quantities = new Map(POINTS)
  const own = OWN_RULES.map((rule, index) => RuleConfig.parse({ ...rule, id: `own-${index}`, priority: 'yellow' }))
  const facts = { siteKind: 'dewatering-pit' as const, load: LOAD, points: quantities, hasOrders: true }
  const beside = { configured: own, taken: own.map(({ id }) => id), without: [], nameOf: () => null }
  return planFrom([...own, ...standardRules(facts, beside)])
}

/** The same site with the rules a hand-written loop has too. */
export function fewPlan(): SitePlan {
  return { ...planFrom(OWN_RULES.slice(0, 5).map((rule, index) => configOf(rule, index))), load: null, activity: null }
}

function configOf(rule: (typeof OWN_RULES)[number], index: number): RuleConfig {
  return RuleConfig.parse({ ...rule, id: `own-${index}`, priority: 'yellow' })
}

function planFrom(configs: readonly RuleConfig[]): SitePlan {
  const quantities = new Map(POINTS)
  const { rules, faults } = armRules('bench-pit', configs, {
    siteKind: 'dewatering-pit',
    quantityOf: (point) => quantities.get(point),
    loadMeter: LOAD.meter,
    hasActivity: true,
  })
  if (faults.length > 0) throw new Error(faults.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'))
  return {
    site: 'bench-pit',
    siteKind: 'dewatering-pit',
    zone: 'Asia/Shanghai',
    rules,
    load: LOAD,
    activity: Activity.parse({}),
    permits: [],
    orders: [],
    calendar: null,
  }
}
