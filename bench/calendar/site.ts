import type { Calendar } from '../../core/contract/activity.ts'
import { Activity, SiteLoad } from '../../core/contract/activity.ts'
import { RuleConfig } from '../../core/contract/site.ts'
import { armRules } from '../../core/rules/arm.ts'
import { alarmsOf, type RehearsedAlarm } from '../../core/rules/comparison.ts'
import type { SitePlan } from '../../core/rules/plan.ts'
import { Rehearsal } from '../../core/rules/rehearse.ts'
import { sampleFlag } from '../../core/rules/sample-columns.ts'
import { standardRules } from '../../core/rules/standard.ts'
import { type Year, ZONE } from './year.ts'

const METER = 'site-meter/active-power'
const SITE = 'research-site'

/** The standard rules of a site of which only the power of a quarter of an hour is known, and the baseline with an alarm of its own. */
export function planWith(calendar: Calendar | null, declaredW: number): SitePlan {
  const load = SiteLoad.parse({ meter: METER, declared: declaredW })
  const activity = Activity.parse({})
  const points = new Map([[METER, 'power' as const]])
  const baseline = RuleConfig.parse({
    id: 'baseline',
    type: 'baseline',
    point: METER,
    priority: 'yellow',
    as: 'both',
    with: { onDelay: '30min', offDelay: '30min' },
  })
  const standard = standardRules(
    { siteKind: 'licensed-mine', load, points, hasOrders: false },
    { configured: [baseline], taken: ['baseline'], without: ['comms', 'stuck'], nameOf: () => null },
  )
  const { rules, faults } = armRules(SITE, [baseline, ...standard], {
    siteKind: 'licensed-mine',
    loadMeter: METER,
    hasActivity: true,
    quantityOf: () => 'power',
  })
  if (faults.length > 0) throw new Error(JSON.stringify(faults))
  return { site: SITE, siteKind: 'licensed-mine', zone: ZONE, rules, load, activity, permits: [], orders: [], calendar }
}

/** The alarms of a year, from `armedFrom` on. */
export function alarmsOfYear(plan: SitePlan, { at, power }: Year, armedFrom: number): RehearsedAlarm[] {
  const rehearsal = new Rehearsal(plan, { learnUntil: armedFrom })
  const point = new Int32Array(at.length).fill(rehearsal.pointOf(METER))
  const flag = new Uint8Array(at.length).fill(sampleFlag('number', 'good'))
  const columns = { length: at.length, point, at, value: power, flag, more: new Map<number, never>() }
  return alarmsOf([...rehearsal.take(columns), ...rehearsal.finish()])
}
