import { createHash } from 'node:crypto'
import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import type { Calendar } from '../../core/contract/activity.ts'
import type { ConfigContent } from '../../core/contract/config-lane.ts'
import type { DeviceProfile } from '../../core/contract/device-profile.ts'
import type { Quantity } from '../../core/contract/quantity.ts'
import { PointRef } from '../../core/contract/reading.ts'
import { GatewayConfig, type RuleConfig } from '../../core/contract/site.ts'
import type { Sha256 } from '../../core/contract/text.ts'
import { canonicalJson } from '../../core/kit/canonical-json.ts'
import { isHouseError } from '../../core/kit/errors.ts'
import { armRules } from '../../core/rules/arm.ts'
import type { LawLibrary } from '../../core/rules/law.ts'
import type { SitePlan } from '../../core/rules/plan.ts'
import type { ArmedRule } from '../../core/rules/rule.ts'
import { standardRules } from '../../core/rules/standard.ts'
import { checkYaml, type Fault, faultReport, invalidConfig, readConfig } from '../config.ts'
import { aloneFaults } from './alone-faults.ts'
import { autoRules } from './auto-rules.ts'
import { loadCalendar, type LoadedCalendar } from '../calendar.ts'
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
} from './parts.ts'
import { judgingFaults } from './judging-faults.ts'
import { type LawOnDemand, lawOnDemand } from './law.ts'
import { allProfiles, type MoreProfiles, ownTexts, shippedProfiles } from './profiles.ts'
import { selfRules } from './self-points.ts'
import { technicianFaults } from './technician-faults.ts'
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
  /** Every rule it could have, those of its plan and those it leaves out. */
  readonly rules: readonly ListedRule[]
  /** Every point of the site, read there or only recorded. */
  readonly points: ReadonlyMap<PointRef, SitePoint>
  /** Where the plan's calendar is from; `calendarGaps` tells what it lacks. */
  readonly calendar: LoadedCalendar
  /** The folder relative paths in it count from. */
  readonly baseFolder: string
  /** SHA-256 of its text, which tells whether somebody has changed it. */
  readonly sha256: Sha256
  /** Its text, with the profiles it uses that do not come with Pitwatch. It names where secrets lie and holds none. */
  readonly content: ConfigContent
}

/** A rule, and who wants it: the file, the house because of what a device can betray, or the standard set. */
export interface ListedRule {
  readonly config: RuleConfig
  readonly origin: 'configured' | 'guard' | 'standard'
  /** False for one of the standard set that the file leaves out. */
  readonly isArmed: boolean
}

/** What a text came to. */
export interface ExaminedGateway {
  /** null where anything is wrong. */
  readonly loaded: LoadedGateway | null
  /** What is wrong with the text itself. */
  readonly faults: readonly Fault[]
  /** The same and what is wrong with files it refers to, for people: one report a file. */
  readonly reports: readonly string[]
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
  const { loaded, reports } = examineGateway(source)
  if (loaded === null) throw invalidConfig(reports)
  return loaded
}

/** `checkGateway` with faults as values, for whoever has a form to show them in. */
export function examineGateway(source: GatewaySource): ExaminedGateway {
  const { text, path, baseFolder } = source
  const { value, raw, faults } = checkYaml(text, GatewayConfig)
  const parts = partsOf(raw)
  const reports: string[] = []
  const shipped = source.profiles?.shipped ?? shippedProfiles()
  // A folder that is not this file's to name is not even looked at: it may be the root of all files.
  const folder = source.profilesFolder === undefined ? parts.profiles : source.profilesFolder
  const profiles = profilesOf(folder, { ...source, profiles: { ...source.profiles, shipped } }, reports)
  const law = lawOnDemand(lawFolderOf(parts, source), { below: source.law ?? null, reports })
  const points = sitePoints(parts, profiles)
  const armed = armedOf(parts, { profiles, points, law })
  const own = value === null ? [] : (source.faultsOf?.(value, raw) ?? [])
  const at = { baseFolder: source.isForElsewhere === true ? null : baseFolder, secretFault: source.secretFault }
  const secretsAt = source.secretFault === undefined ? at.baseFolder : null
  const cross = [
    ...wiringFaults(parts, profiles, at),
    ...judgingFaults(parts, profiles),
    ...aloneFaults(parts, secretsAt),
    ...technicianFaults(parts, secretsAt),
  ]
  const all = [...faults, ...armed.faults, ...cross, ...own]
  if (all.length > 0) reports.unshift(faultReport(path, text, all))
  if (value === null || profiles === null || reports.length > 0) return { loaded: null, faults: all, reports }
  const calendar = calendarOf(parts, source)
  const plan = planFor(value, armed.rules, calendar.days)
  const places = { folder: folder === null ? null : resolve(baseFolder, folder), texts: source.profiles?.texts ?? [] }
  const content = { site: text, profiles: ownTexts(usedProfiles(value), places) }
  const known = { profiles, shipped, law: law.known(), plan, rules: armed.listed, points, calendar }
  const loaded = { config: value, ...known, baseFolder, sha256: sha256Of(text), content }
  return { loaded, faults: [], reports: [] }
}

function usedProfiles({ devices, cameras }: GatewayConfig): readonly string[] {
  return [...devices, ...cameras].map(({ profile }) => profile)
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
  readonly rules: readonly ListedRule[]
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
  const without = parts.activity?.without ?? []
  const standard = parts.activity === null ? [] : standardSet(parts, points, { known, taken, without })
  const armed = [...known, ...standard]
  const whole = parts.activity === null ? [] : standardSet(parts, points, { known: armed, taken, without: [] })
  return {
    rules: [
      ...configured.map((config): ListedRule => ({ config, origin: 'configured', isArmed: true })),
      ...guards.map((config): ListedRule => ({ config, origin: 'guard', isArmed: true })),
      ...standard.map((config): ListedRule => ({ config, origin: 'standard', isArmed: true })),
      ...whole.map((config): ListedRule => ({ config, origin: 'standard', isArmed: false })),
    ],
    places: indexed.map(({ index }) => index),
  }
}

interface BesideSet {
  readonly known: readonly RuleConfig[]
  readonly taken: readonly string[]
  readonly without: readonly string[]
}

/** The standard set but for what is known; asked with what is armed as known, and without leaving anything out, it is what the file leaves out. */
function standardSet(
  { site, load, orders }: Parts,
  points: ReadonlyMap<PointRef, SitePoint>,
  { known, taken, without }: BesideSet,
): RuleConfig[] {
  const quantities = new Map(Array.from(points, ([ref, { quantity }]) => [ref, quantity]))
  return standardRules(
    { siteKind: site?.kind ?? null, load, points: quantities, hasOrders: orders.length > 0 },
    {
      configured: known,
      taken: [...taken, ...known.map(({ id }) => id)],
      without,
      nameOf: (point) => points.get(point)?.name ?? null,
    },
  )
}

interface Armed {
  readonly rules: readonly ArmedRule[]
  readonly listed: readonly ListedRule[]
  readonly faults: readonly Fault[]
}

interface ArmingFacts {
  readonly profiles: Profiles
  readonly points: ReadonlyMap<PointRef, SitePoint>
  readonly law: LawOnDemand
}

function armedOf(parts: Parts, { profiles, points, law }: ArmingFacts): Armed {
  const { rules: listed, places } = listedRules(parts, profiles, points)
  const rules = listed.filter(({ isArmed }) => isArmed).map(({ config }) => config)
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
  return { rules: armed.rules, listed, faults }
}

/** The first 12 digits of the hash of a rule's configuration: what alarms name it by. */
function ruleVersion(config: RuleConfig): string {
  return createHash('sha256').update(canonicalJson(config)).digest('hex').slice(0, 12)
}

function planFor(config: GatewayConfig, rules: readonly ArmedRule[], calendar: Calendar | null): SitePlan {
  const { site, load = null, activity = null, permits, orders } = config
  return { site: site.id, siteKind: site.kind, zone: site.zone, rules, load, activity, permits, orders, calendar }
}
