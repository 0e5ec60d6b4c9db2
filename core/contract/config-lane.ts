import { z } from 'zod'
import { Id, Sha256 } from './text.ts'
import { UtcMs } from './time.ts'

/** A device profile of the site's own: its name as devices refer to it, and its text. */
export const ProfileText = z
  .object({
    name: z
      .string()
      .max(200)
      .regex(/^[a-z0-9][a-z0-9.-]*(\/[a-z0-9][a-z0-9.-]*)*$/, 'expected a profile name such as vendor/model'),
    yaml: z.string().max(262_144),
  })
  .strict()
export type ProfileText = z.infer<typeof ProfileText>

/** Everything a site is to be, as people wrote it: `site.yaml` and the profiles of its own. */
export const ConfigContent = z
  .object({ site: z.string().min(1).max(524_288), profiles: z.array(ProfileText).max(100) })
  .strict()
export type ConfigContent = z.infer<typeof ConfigContent>

/** Versions grow and are never used twice; 0 stands for the file on the gateway itself. */
const Version = z.number().int().nonnegative()

/**
 * A configuration as the control room sends it, retained: lane `config`. `sha256` is over the canonical JSON of site and profiles,
 * `signature` over that of everything but itself; null where the county has no identities.
 */
export const SiteConfig = ConfigContent.extend({
  siteId: Id,
  version: z.number().int().positive(),
  sha256: Sha256,
  issuedAt: UtcMs,
  by: z.string().min(1).max(64),
  signature: z.string().min(1).max(2_000).nullable(),
}).strict()
export type SiteConfig = z.infer<typeof SiteConfig>

/** What became of the parts of one kind, by id. */
export const Fates = z
  .object({ kept: z.array(Id), restarted: z.array(Id), added: z.array(Id), removed: z.array(Id) })
  .strict()
export type Fates = z.infer<typeof Fates>

/** What applying a configuration came to. Kept devices were not touched; how regularly they went on was measured. */
export const DeployReport = z
  .object({
    buses: Fates,
    /** With the cameras. */
    devices: Fates,
    /** A kept rule has kept its memory. */
    rules: Fates,
    continuity: z
      .object({
        /** Kept devices whose rounds before and after could be compared. */
        measured: z.number().int().nonnegative(),
        /** Those that came later than one of their periods; and the most that any came late, ms. */
        late: z.array(Id),
        worstLateMs: z.number().nonnegative(),
      })
      .strict(),
  })
  .strict()
export type DeployReport = z.infer<typeof DeployReport>

/** Where a version stands at its gateway. */
export const ConfigState = z.enum(['received', 'validated', 'applied', 'confirmed', 'refused', 'rolled-back'])
export type ConfigState = z.infer<typeof ConfigState>

/** Why a version was refused or rolled back. */
export const ConfigReason = z.enum([
  'off', // the gateway's own file takes none from the control room
  'malformed',
  'signature',
  'other-site',
  'old-version',
  'invalid', // its faults are listed
  'not-kept', // the gateway's disk refuses it
  'not-applied',
  'unreachable', // the control room was not heard again in time
  'file-changed', // the technician has changed the file on the gateway since
])
export type ConfigReason = z.infer<typeof ConfigReason>

/** What a gateway says of the last configuration it was sent; retained: lane `config-report`. */
export const ConfigReport = z
  .object({
    siteId: Id,
    at: UtcMs,
    version: Version,
    sha256: Sha256,
    state: ConfigState,
    reason: ConfigReason.nullable(),
    /** One line a fault, with file and line. */
    faults: z.array(z.string().max(1_000)).max(100),
    deploy: DeployReport.nullable(),
    /** The version in effect. */
    running: Version,
    /** The highest version ever decided on: the next must be greater. */
    highest: Version,
  })
  .strict()
export type ConfigReport = z.infer<typeof ConfigReport>

/** A version as a list of them shows it. */
export const ConfigVersion = z
  .object({
    version: z.number().int().positive(),
    sha256: Sha256,
    issuedAt: UtcMs,
    by: z.string(),
    /** The version it was copied from, when somebody went back to that. */
    copyOf: z.number().int().positive().nullable(),
    /** What the gateway last said of it; null = nothing yet. */
    report: ConfigReport.nullable(),
  })
  .strict()
export type ConfigVersion = z.infer<typeof ConfigVersion>

/** The configurations of a site, newest first, and what its gateway last said of any. */
export const SiteConfigs = z
  .object({
    site: Id,
    versions: z.array(ConfigVersion),
    report: ConfigReport.nullable(),
    receivedAt: UtcMs.nullable(),
  })
  .strict()
export type SiteConfigs = z.infer<typeof SiteConfigs>

/** One version with its text. */
export const ConfigDetail = ConfigVersion.extend({ site: Id, content: ConfigContent }).strict()
export type ConfigDetail = z.infer<typeof ConfigDetail>

/** The number of the version that was made. */
export const ConfigPushed = z.object({ site: Id, version: z.number().int().positive(), sha256: Sha256 }).strict()
export type ConfigPushed = z.infer<typeof ConfigPushed>

/**
 * Which configuration a gateway runs with, retained: lane `running-config`. `body` is the content itself, deflated and in base64; null in the
 * retained message, and sent when the control room asks for it with a receipt `keep`. A gateway that takes nothing from the control
 * room tells nothing.
 */
export const RunningConfig = z
  .object({
    siteId: Id,
    at: UtcMs,
    /** The version in effect. */
    version: Version,
    /** Of the content. */
    sha256: Sha256,
    body: z.base64().max(1_000_000).nullable(),
  })
  .strict()
export type RunningConfig = z.infer<typeof RunningConfig>
