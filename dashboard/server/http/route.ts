import { z } from 'zod'
import { OccurrenceId } from '../../../core/contract/occurrence.ts'
import { Id } from '../../../core/contract/text.ts'
import type { Role } from '../../../core/contract/access.ts'

/** Who may use a route. `anyone` needs no session; every other route does. */
export type Allowed = 'anyone' | readonly Role[]

/**
 * Which sites a route can tell of, so that a caller who may see some sites only is held to them: `site` names one in its path, `alarm` an
 * alarm of one, `filtered` answers only what the caller may see, `county` is about the whole county and for callers of all of it, and
 * `none` tells of no site.
 */
export type Reach = 'site' | 'alarm' | 'filtered' | 'county' | 'none'

/** One route of the API as data: what it takes, what it answers, who may use it. The server and the OpenAPI document are made from it. */
export interface Route<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType> {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Path with `:name` parameters. */
  readonly path: string
  readonly about: string
  readonly allowed: Allowed
  /** Which sites it can tell of; how callers of some places are held to theirs. */
  readonly reach: Reach
  /** May be used while the session is locked; none may that tells of a site or changes anything but the session. */
  readonly whileLocked?: true
  readonly params: P
  readonly query: Q
  readonly body: B
  /** What comes back with 200. */
  readonly answer: A
  /** Media type of the answer when it is not JSON. */
  readonly media?: string
  /** Bytes a body may have where that is more than what every route takes. */
  readonly mostBytes?: number
}

export type AnyRoute = Route<z.ZodType, z.ZodType, z.ZodType, z.ZodType>

/** Whoever is signed in. */
export const EVERYBODY: readonly Role[] = ['administrator', 'duty-leader', 'operator', 'technician', 'viewer']
/** Who may act on alarms. */
export const OPERATORS: readonly Role[] = ['administrator', 'duty-leader', 'operator']
/** Who decides for the shift: limits of red rules, the roster, whole registers. */
export const LEADERS: readonly Role[] = ['administrator', 'duty-leader']
/** Who sees to gateways, devices and the registers of sites. */
export const TECHNICIANS: readonly Role[] = ['administrator', 'technician']
/** Who keeps the registers of sites: what was checked, sealed, who answers for it. */
export const REGISTRARS: readonly Role[] = ['administrator', 'duty-leader', 'technician']
/** Who may change how the control room is set up. */
export const ADMINISTRATORS: readonly Role[] = ['administrator']

/** No path or query parameters. */
export const none = z.object({})
/** No body. */
export const nothing = z.null().or(z.undefined()).or(z.object({}).strict())
/** Answer of an act that has nothing else to say. */
export const done = z.object({ done: z.literal(true) }).strict()
/** Path of one alarm. */
export const alarmId = z.object({ id: OccurrenceId })
/** Path of one site. */
export const siteId = z.object({ site: Id })
/** Path of one version of a site's configuration. */
export const siteVersion = siteId.extend({ version: z.coerce.number().int().positive() })
/** Path of the link in a message. */
export const token = z.object({ token: z.string().regex(/^[\w-]{16,64}$/, 'expected the token of a message') })

/** A route with its types. */
export function route<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType>(
  made: Route<P, Q, B, A>,
): Route<P, Q, B, A> {
  return made
}
