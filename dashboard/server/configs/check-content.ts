import type { ConfigContent } from '../../../core/contract/config-lane.ts'
import { DeviceProfile } from '../../../core/contract/device-profile.ts'
import { GatewayConfig } from '../../../core/contract/site.ts'
import { checkYaml, type Fault, faultReport } from '../../../platform/config.ts'

/** A packet with more than this does not go through a small broker, in bytes of JSON. */
const MOST_BYTES = 1_000_000
const MOST_FAULTS = 50

/** Where it is for; the group is null where it is not known. */
interface Place {
  readonly site: string
  readonly group: string | null
}

/**
 * What of a configuration is wrong by its schemas alone, one line a fault with file and line. The gateway has the last word: only it
 * knows its rules, its secrets and what is the technician's.
 */
export function contentFaults(content: ConfigContent, place: Place): string[] {
  const bytes = Buffer.byteLength(JSON.stringify(content))
  if (bytes > MOST_BYTES) return [`expected at most ${MOST_BYTES} bytes with its profiles, came ${bytes}`]
  const site = checkYaml(content.site, GatewayConfig)
  const faults = site.value === null ? site.faults : placeFaults(site.value, place)
  const reports = [
    reported('site.yaml', content.site, faults),
    ...content.profiles.map(({ name, yaml }) => reported(`${name}.yaml`, yaml, checkYaml(yaml, DeviceProfile).faults)),
  ]
  return reports.flat().slice(0, MOST_FAULTS)
}

function placeFaults(config: GatewayConfig, { site, group }: Place): Fault[] {
  const differs = (path: readonly string[], expected: string, came: string): Fault[] =>
    expected === came ? [] : [{ path, message: `expected ${expected}, came ${came}` }]
  return [...differs(['site', 'id'], site, config.site.id), ...differs(['group'], group ?? config.group, config.group)]
}

function reported(path: string, text: string, faults: readonly Fault[]): string[] {
  return faults.length === 0 ? [] : faultReport(path, text, faults).split('\n')
}
