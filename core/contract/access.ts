import { z } from 'zod'
import type { Site } from './site.ts'
import { UtcMs } from './time.ts'

/**
 * What somebody may do. A viewer looks; an operator acts on alarms; a duty leader also decides what needs a second person, signs shifts
 * and the roster; a technician sees to gateways, devices and site registers and acts on no alarm; an administrator may everything.
 */
export const Role = z.enum(['viewer', 'operator', 'duty-leader', 'technician', 'administrator'])
export type Role = z.infer<typeof Role>

const PlaceName = z.string().min(1).max(100)

/**
 * Whose sites somebody may see: the whole county, or those of some towns and of some villages, named as the sites' own `area` and `village`
 * in zh-CN are. A village is named with its town, as two towns may have one of the same name. Checked on the server for each object.
 */
export const Scope = z.discriminatedUnion('of', [
  z.object({ of: z.literal('county') }).strict(),
  z
    .object({
      of: z.literal('places'),
      towns: z.array(PlaceName).max(200),
      villages: z.array(z.object({ town: PlaceName, village: PlaceName }).strict()).max(1_000),
    })
    .strict(),
])
export type Scope = z.infer<typeof Scope>

/** The scope of whoever sees every site. */
export const WHOLE_COUNTY: Scope = { of: 'county' }

/** Whether somebody of a scope may be told of a site. A site that lies in none of their places is nobody's but the county's. */
export function seesSite(scope: Scope, site: Pick<Site, 'area' | 'village'>): boolean {
  if (scope.of === 'county') return true
  const town = site.area['zh-CN']
  const village = site.village?.['zh-CN']
  return scope.towns.includes(town) || scope.villages.some((one) => one.town === town && one.village === village)
}

/** A name somebody signs in with: letters of any script, digits and a little punctuation. */
export const UserName = z
  .string()
  .regex(/^[\p{L}\p{N}._-]{1,64}$/u, 'expected 1 to 64 letters, digits, points and hyphens')
export type UserName = z.infer<typeof UserName>

/** Characters a password may have at most; what is hashed takes as long as it is. */
const MOST_PASSWORD = 256
const Password = z.string().min(1).max(MOST_PASSWORD)

/** A code of an authenticator (6 digits), or one of the recovery codes. */
export const SecondFactorCode = z.string().trim().min(6).max(40)
export type SecondFactorCode = z.infer<typeof SecondFactorCode>

export const SignIn = z
  .object({
    user: z.string().min(1).max(64),
    password: Password,
    /** Needed from outside the networks of the county. */
    code: SecondFactorCode.optional(),
    /** This page is a desk that somebody always sits at, or a wall: it does not lock itself. For viewers, operators and duty leaders. */
    desk: z.boolean().default(false),
  })
  .strict()
export type SignIn = z.input<typeof SignIn>

export const Session = z
  .object({
    user: z.string(),
    role: Role,
    scope: Scope.default({ of: 'county' }),
    /** Whether there is an editor of flows under /flows that this person may open. */
    flows: z.boolean(),
    desk: z.boolean().default(false),
    /** Nobody did anything for a while: nothing but the password opens it again. */
    locked: z.boolean().default(false),
    /** After how long without an act it locks, ms; null = never. */
    locksAfterMs: z.number().int().positive().nullable().default(null),
    /** Whether this person has an authenticator that was confirmed. */
    secondFactor: z.boolean().default(false),
  })
  .strict()
export type Session = z.infer<typeof Session>

export const Unlock = z.object({ password: Password }).strict()

export const ChangePassword = z.object({ password: Password, next: Password }).strict()
export type ChangePassword = z.infer<typeof ChangePassword>

/** What an authenticator needs to know, shown once. `qr` is an SVG image of `uri`; `secret` is the same key to be typed. */
export const SecondFactorOffer = z.object({ uri: z.string(), secret: z.string(), qr: z.string() }).strict()
export type SecondFactorOffer = z.infer<typeof SecondFactorOffer>

/** Codes that stand for the authenticator when it is lost, each once; shown once. */
export const RecoveryCodes = z.object({ codes: z.array(z.string()).length(8) }).strict()
export type RecoveryCodes = z.infer<typeof RecoveryCodes>

export const UserInfo = z
  .object({
    name: z.string(),
    role: Role,
    scope: Scope,
    createdAt: UtcMs,
    secondFactor: z.boolean(),
    sessions: z.number().int().nonnegative(),
  })
  .strict()
export type UserInfo = z.infer<typeof UserInfo>

export const AddUser = z.object({ name: UserName, role: Role, scope: Scope.default({ of: 'county' }) }).strict()
export type AddUser = z.input<typeof AddUser>

export const SetUser = z.object({ role: Role, scope: Scope }).strict()
export type SetUser = z.infer<typeof SetUser>

/** A generated password; it is stored nowhere and shown once. */
export const NewPassword = z.object({ name: z.string(), password: z.string() }).strict()
export type NewPassword = z.infer<typeof NewPassword>

export const SessionInfo = z
  .object({
    /** What it is called; it opens nothing. */
    id: z.string(),
    user: z.string(),
    /** The one that asks. */
    own: z.boolean(),
    begunAt: UtcMs,
    /** To within some minutes. */
    lastUsedAt: UtcMs,
    endsAt: UtcMs,
    address: z.string(),
    /** Browser and system, such as `Firefox 140, Windows`; empty where neither was told. */
    agent: z.string(),
    desk: z.boolean(),
    locked: z.boolean(),
  })
  .strict()
export type SessionInfo = z.infer<typeof SessionInfo>
