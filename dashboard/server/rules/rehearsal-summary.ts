import { compare, type Comparison, deskLoad, type DeskLoad, type Incident } from '../../../core/rules/comparison.ts'
import { siteViewOf } from '../../../core/rules/site-time.ts'
import type { Rehearsed, RunResult } from './rehearsal-run.ts'
import type { RehearsedSite } from './rehearsed-site.ts'

/** What a rehearsal came to. */
export interface Summary {
  readonly result: RunResult
  readonly site: RehearsedSite
  readonly load: DeskLoad | null
  readonly comparison: Comparison | null
  /** The file it was compared with. */
  readonly against: string | null
}

/** Draws the figures together. `incidents` of other sites are none of this one. */
export function summaryOf(result: RunResult, site: RehearsedSite, incidents: readonly Incident[]): Summary {
  const [now, before] = result.rehearsed
  const { plan } = site
  const alarms = now?.alarms ?? []
  const own = incidents.filter((incident) => incident.site === undefined || incident.site === plan.site)
  const finds = finder(result.rehearsed)
  const view = siteViewOf(plan)
  return {
    result,
    site,
    load: result.span === null ? null : deskLoad(alarms, result.watchedDays, (at) => view.dayOf(at)),
    comparison: before === undefined ? null : compare(before.alarms, alarms, { incidents: own, finds }),
    against: before?.site.path ?? null,
  }
}

/** Alarms that guard the watching itself find no incident. */
function finder(rehearsed: readonly Rehearsed[]): (rule: string) => boolean {
  const guards = rehearsed.flatMap(({ site }) =>
    site.plan.rules.filter(({ serves }) => serves === 0).map(({ id }) => id),
  )
  const without = new Set(guards)
  return (rule) => !without.has(rule)
}
