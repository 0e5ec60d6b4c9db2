import type { ConfigContent } from '../../../core/contract/config-lane.ts'
import type { DeviceProfile } from '../../../core/contract/device-profile.ts'
import type { RuleSheet } from '../../../core/contract/rules-desk.ts'
import { type ExaminedGateway, examineGateway, type LoadedGateway } from '../../../platform/site/loaded-gateway.ts'

/** Names a told configuration in faults. */
export const TOLD_PATH = 'site.yaml'

/** Files of a site's own that are named and not told. */
export type Missing = 'calendar' | 'law'

/** What a configuration comes to. */
export interface ReadContent {
  readonly sheets: readonly RuleSheet[]
  readonly missing: readonly Missing[]
  /** One line a fault; empty where it can be read. */
  readonly faults: readonly string[]
}

/**
 * A configuration of a gateway, checked as that gateway checks it, but for what only it has: its secrets, and a calendar and limits of its
 * own. `shipped` are the device profiles that come with Pitwatch.
 */
export function examined(
  { site: text, profiles: texts }: ConfigContent,
  shipped: ReadonlyMap<string, DeviceProfile>,
): ExaminedGateway {
  const nothing = { profilesFolder: null, calendarFile: null, lawFolder: null }
  const source = { text, path: TOLD_PATH, baseFolder: '/', isForElsewhere: true, ...nothing }
  return examineGateway({ ...source, profiles: { texts, shipped } })
}

/** Every rule of a configuration. */
export function readContent(content: ConfigContent, shipped: ReadonlyMap<string, DeviceProfile>): ReadContent {
  const { loaded, reports } = examined(content, shipped)
  if (loaded === null) return { sheets: [], missing: [], faults: reports.flatMap((report) => report.split('\n')) }
  return { sheets: sheetsOf(loaded), missing: missingOf(loaded), faults: [] }
}

/** What a site names of its own that stays on it. */
export function missingOf({ config }: LoadedGateway): Missing[] {
  return (['calendar', 'law'] as const).filter((key) => config[key] !== undefined)
}

/** The rules of a gateway as the table of rules shows them. */
export function sheetsOf({ rules, plan, points }: LoadedGateway): RuleSheet[] {
  const armed = new Map(plan.rules.map((rule) => [rule.id, rule]))
  return rules.map(({ config, origin, isArmed }) => {
    const { id, type, point, priority, name, with: params } = config
    const own = isArmed ? armed.get(id) : undefined
    return {
      ...{ rule: id, type, point, priority, name: name ?? null, with: params, origin, isArmed: own !== undefined },
      as: own?.as ?? config.as ?? null,
      latched: own?.latched ?? config.latched ?? null,
      quantity: points.get(point)?.quantity ?? null,
      limit: own?.limit ?? null,
    }
  })
}
