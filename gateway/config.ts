import { createHash } from 'node:crypto'
import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import type { Calendar } from '../core/contract/activity.ts'
import type { DeviceProfile } from '../core/contract/device-profile.ts'
import type { Quantity } from '../core/contract/quantity.ts'
import { PointRef } from '../core/contract/reading.ts'
import { GatewayConfig, type RuleConfig } from '../core/contract/site.ts'
import type { Sha256 } from '../core/contract/text.ts'
import { canonicalJson } from '../core/kit/canonical-json.ts'
import { isHouseError } from '../core/kit/errors.ts'
import { armRules } from '../core/rules/arm.ts'
import type { LawLibrary } from '../core/rules/law.ts'
import type { SitePlan } from '../core/rules/plan.ts'
import type { ArmedRule } from '../core/rules/rule.ts'
import { standardRules } from '../core/rules/standard.ts'
import { checkYaml, type Fault, faultReport, invalidConfig, readConfig } from '../platform/config.ts'
import { aloneFaults } from './alone/faults.ts'
import { autoRules } from './auto-rules.ts'
import { loadCalendar, type LoadedCalendar } from '../platform/calendar.ts'
import {
  devicesWithProfiles,
  idsOf,
  member,
  type Parts,
  partsOf,
  pieceOf,
  type Profiles,
  type SitePoint,
  sitePoints,
} from './config-parts.ts'
import { judgingFaults } from './judging-faults.ts'
import { type LawOnDemand, lawOnDemand } from './law.ts'
import { allProfiles, type MoreProfiles, shippedProfiles } from './profiles.ts'
import { selfRules } from './self.ts'
import { type SecretFault, wiringFaults } from './wiring-faults.ts'

/** A gateway's configuration with what it refers to. */
export interface LoadedGateway {
  readonly config: GatewayConfig
  readonly profiles: ReadonlyMap<string, DeviceProfile>
  /** Those of them that come with Pitwatch: reading them again would hold up the polling. */
  readonly shipped: ReadonlyMap<string, DeviceProfile>
  /** The threshold library, where a rule asked for it. */
  readonly law: LawLibrary | null
  /** How the site is judged. */
  readonly plan: SitePlan
  /** Where the plan's calendar is from; `calendarGaps` tells what it lacks. */
  readonly calendar: LoadedCalendar
  /** The folder relative paths in it count from. */
  readonly baseFolder: string
  /** SHA-256 of its text, which tells whether somebody has changed it. */
  readonly sha256: Sha256
}

/** The text of a `site.yaml`, and what stands around it. */
export interface GatewaySource {
  readonly text: string
  /** Names it in faults. */
  readonly path: string
  /** The folder relative paths in it count from. */
  readonly baseFolder: string
  /** Profiles there are besides those of its folder. */
  readonly profiles?: MoreProfiles
  /** The folder of its own profiles, whatever it names itself; null for none. */
  readonly profilesFolder?: string | null
  /** The file of its own calendar, whatever it names itself; null for the shipped one. */
  readonly calendarFile?: string | null
  /** The folder of its own limits, whatever it names itself; null for none. */
  readonly lawFolder?: string | null
  /** The threshold library with that folder, where it has been read before. */
  readonly law?: LawLibrary | null
  /** The files and variables that hold its secrets are on another machine. */
  readonly isForElsewhere?: boolean
  /** For the secrets of cameras; absent where whoever wrote it may read everything. */
  readonly secretFault?: SecretFault
  /** What else is wrong with it, in the eyes of whoever asks. */
  readonly faultsOf?: (config: GatewayConfig, raw: unknown) => readonly Fault[]
}

/**
 * Reads `site.yaml` and checks it against itself, the device profiles, the rule types and the secrets it names.
 * Relative paths in it count from its own folder. Throws `config/unreadable`, or `config/invalid` whose message lists every
 * fault with file and line.
 */
export function loadGatewayConfig(path: string): LoadedGateway {
  return checkGateway({ text: readConfig(path), path, baseFolder: dirname(resolve(path)) })
}

/** `loadGatewayConfig` for a text already at hand. Throws as it does. */
export function checkGateway(source: GatewaySource): LoadedGateway {
  const { text, path, baseFolder } = source
  const { value, raw, faults } = checkYaml(text, GatewayConfig)
  const parts = partsOf(raw)
  const reports: string[] = []
  const shipped = source.profiles?.shipped ?? shippedProfiles()
  // A folder that is not this file's to name is not even looked at: it may be the root of all files.
  const folder = source.profilesFolder === undefined ? parts.profiles : source.profilesFolder
  const profiles = profilesOf(folder, { ...source, profiles: { ...source.profiles, shipped } }, reports)
  const law = lawOnDemand(lawFolderOf(parts, source), { below: source.law ?? null, reports })
  const armed = armedOf(parts, profiles, law)
  const own = value === null ? [] : (source.faultsOf?.(value, raw) ?? [])
  const at = { baseFolder: source.isForElsewhere === true ? null : baseFolder, secretFault: source.secretFault }
  const secretsAt = source.secretFault === undefined ? at.baseFolder : null
  const cross = [
    ...wiringFaults(parts, profiles, at),
    ...judgingFaults(parts, profiles),
    ...aloneFaults(parts, secretsAt),
  ]
  const all = [...faults, ...armed.faults, ...cross, ...own]
  if (all.length > 0) reports.unshift(faultReport(path, text, all))
  if (value === null || profiles === null || reports.length > 0) throw invalidConfig(reports)
  const calendar = calendarOf(parts, source)
  const plan = planFor(value, armed.rules, calendar.days)
  return { config: value, profiles, shipped, law: law.known(), plan, calendar, baseFolder, sha256: sha256Of(text) }
}

function lawFolderOf({ raw }: Parts, source: GatewaySource): string | null {
  const { lawFolder = pieceOf(z.string(), member(raw, 'law')) } = source
  return lawFolder === null ? null : resolve(source.baseFolder, lawFolder)
}

function calendarOf({ calendar }: Parts, source: GatewaySource): LoadedCalendar {
  const { baseFolder, isForElsewhere = false } = source
  const { calendarFile = isForElsewhere ? null : calendar } = source
  return loadCalendar(calendarFile, baseFolder)
}

function sha256Of(text: string): Sha256 {
  return createHash('sha256').update(text).digest('hex')
}

function profilesOf(folder: string | null, source: GatewaySource, reports: string[]): Profiles {
  try {
    return allProfiles(folder === null ? null : resolve(source.baseFolder, folder), source.profiles)
  } catch (error) {
    if (!isHouseError(error, 'config/invalid', 'config/unreadable')) throw error
    reports.push(error.message)
    return null
  }
}

/** A list of rules, and where those that stand in the file stand there. */
interface Listed {
  readonly rules: readonly RuleConfig[]
  readonly places: readonly number[]
}

/** The rules of the file, then those that guard a site without standing there, then the standard set where its signals are put together. */
function listedRules(parts: Parts, profiles: Profiles, points: ReadonlyMap<PointRef, SitePoint>): Listed {
  const indexed = parts.rules.flatMap((rule, index) => (rule === null ? [] : [{ rule, index }]))
  const configured = indexed.map(({ rule }) => rule)
  const taken = idsOf(parts.raw, 'rules')
  const guards = [
    ...autoRules(devicesWithProfiles(parts, profiles), parts.rules, taken),
    ...selfRules(
      parts.rules.map((rule) => rule?.point),
      taken,
    ),
  ]
  const known = [...configured, ...guards]
  return {
    rules: [...known, ...(parts.activity === null ? [] : standardSet(parts, points, { known, taken }))],
    places: indexed.map(({ index }) => index),
  }
}

function standardSet(
  { site, load, orders, activity }: Parts,
  points: ReadonlyMap<PointRef, SitePoint>,
  { known, taken }: { readonly known: readonly RuleConfig[]; readonly taken: readonly string[] },
): RuleConfig[] {
  const quantities = new Map(Array.from(points, ([ref, { quantity }]) => [ref, quantity]))
  return standardRules(
    { siteKind: site?.kind ?? null, load, points: quantities, hasOrders: orders.length > 0 },
    {
      configured: known,
      taken: [...taken, ...known.map(({ id }) => id)],
      without: activity?.without ?? [],
      nameOf: (point) => points.get(point)?.name ?? null,
    },
  )
}

function armedOf(
  parts: Parts,
  profiles: Profiles,
  law: LawOnDemand,
): { rules: readonly ArmedRule[]; faults: readonly Fault[] } {
  const points = sitePoints(parts, profiles)
  const { rules, places } = listedRules(parts, profiles, points)
  const quantityOf = (point: PointRef): Quantity | undefined => points.get(point)?.quantity
  // The rest of it may be at fault: that is no rule's fault.
  const meter = pieceOf(PointRef, member(member(parts.raw, 'load'), 'meter'))
  const armed = armRules(
    // Without a site nothing runs, but the rules can still be checked.
    parts.site?.id ?? 'site',
    rules,
    {
      ...(parts.site === null ? {} : { siteKind: parts.site.kind }),
      ...(meter === null ? {} : { loadMeter: meter }),
      quantityOf,
      hasActivity: member(parts.raw, 'activity') !== undefined,
      versionOf: ruleVersion,
      get law() {
        return law.ask()
      },
    },
  )
  const faults = armed.faults.map(({ path: [index, ...rest], message }) => ({
    path: ['rules', places[Number(index)] ?? Number(index), ...rest],
    message,
  }))
  return { rules: armed.rules, faults }
}

/** The first 12 digits of the hash of a rule's configuration: what alarms name it by. */
function ruleVersion(config: RuleConfig): string {
  return createHash('sha256').update(canonicalJson(config)).digest('hex').slice(0, 12)
}

function planFor(config: GatewayConfig, rules: readonly ArmedRule[], calendar: Calendar | null): SitePlan {
  const { site, load = null, activity = null, permits, orders } = config
  return { site: site.id, siteKind: site.kind, zone: site.zone, rules, load, activity, permits, orders, calendar }
}
