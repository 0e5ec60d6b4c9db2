import type { Activity, Calendar, Permit, SiteLoad, StopOrder } from '../contract/activity.ts'
import type { SiteKind } from '../contract/site.ts'
import type { Id } from '../contract/text.ts'
import type { ArmedRule } from './rule.ts'

/** Everything that decides how a site is judged. */
export interface SitePlan {
  readonly site: Id
  readonly siteKind: SiteKind | null
  /** IANA name, such as Asia/Shanghai. */
  readonly zone: string
  readonly rules: readonly ArmedRule[]
  readonly load: SiteLoad | null
  readonly activity: Activity | null
  readonly permits: readonly Permit[]
  readonly orders: readonly StopOrder[]
  readonly calendar: Calendar | null
}

/** A plan of rules alone. */
export function planOf(site: Id, rules: readonly ArmedRule[]): SitePlan {
  const nothing = { load: null, activity: null, permits: [], orders: [], calendar: null }
  return { site, siteKind: null, zone: 'Asia/Shanghai', rules, ...nothing }
}
