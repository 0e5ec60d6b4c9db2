import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Networks } from '../access/networks.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import type { Access, Caller, Credentials } from '../access/access.ts'
import type { Site } from '../../../core/contract/site.ts'
import { clientAddress } from './address.ts'
import type { Allowed, Reach } from './route.ts'

/** The cookie that carries a session's id. */
export const SESSION_COOKIE = 'pitwatch_session'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is asking; null on routes that are for anyone. */
    caller: Caller | null
  }
  interface FastifyContextConfig {
    /** Who may use the route. A route that does not say is for nobody. */
    allowed?: Allowed
    /** Which sites the route can tell of. A route that does not say is for callers of the whole county. */
    reach?: Reach
    /** May be used while the session is locked. */
    whileLocked?: boolean
  }
}

export interface Gate {
  /** Lets a request in, or throws `http/unauthenticated` or `http/forbidden`. Runs before anything of the request is read. */
  readonly open: (request: FastifyRequest, reply: FastifyReply) => Promise<void>
}

/** Where a site lies, and which site an alarm is of. */
export interface Places {
  site(id: string): Site | null
  siteOfAlarm(id: string): Promise<string | null>
}

export interface GateDeps {
  readonly access: Pick<Access, 'identify' | 'acted'>
  readonly places: Places
  readonly publicUrl: string | null
  /** Proxies whose word on where a request comes from is believed. */
  readonly proxies: Networks
}

/** Stands before every route there is. */
export function openGate({ access, places, publicUrl, proxies }: GateDeps): Gate {
  return {
    open: async (request) => {
      request.address = clientAddress(request.raw, proxies)
      const { allowed, whileLocked } = request.routeOptions.config
      if (allowed === 'anyone') {
        if (request.method !== 'GET' && request.routeOptions.url === '/api/session') checkOrigin(request, publicUrl)
        return
      }
      // An unknown address has no route; it is refused as unknown, not as forbidden.
      if (request.is404) return
      const caller = await access.identify(credentialsOf(request))
      if (caller === null) {
        throw new HouseError('http/unauthenticated', 'sign in first, or send the bearer token of a service account')
      }
      if (allowed?.includes(caller.role) !== true) {
        throw new HouseError('http/forbidden', `a ${caller.role} may not do that`)
      }
      // A cookie is sent by the browser whoever made it ask; a bearer token only by a program that has it.
      if (caller.kind === 'person' && !isSafe(request)) checkOrigin(request, publicUrl)
      if (caller.session?.isLocked === true && whileLocked !== true) {
        throw new HouseError(
          'http/locked',
          'nobody did anything in this session for a while; open it with its password',
        )
      }
      await checkReach(caller, request, places)
      request.caller = caller
      // Only what somebody does keeps a session open; what the page does by itself is safe.
      if (caller.session?.isLocked === false && !isSafe(request)) await access.acted(caller.session.id)
    },
  }
}

/**
 * Holds a caller of some places to them. What lies elsewhere is answered as if it did not exist, so that nobody learns what there is by
 * asking. Throws `http/not-found`, `http/forbidden`.
 */
async function checkReach(caller: Caller, request: FastifyRequest, places: Places): Promise<void> {
  if (caller.scope.of === 'county') return
  switch (request.routeOptions.config.reach) {
    case 'none':
    case 'filtered':
      return
    case 'site': {
      const site = paramOf(request, 'site')
      if (seesId(caller, places, site)) return
      throw new HouseError('http/not-found', `there is no site ${site}`, { name: site })
    }
    case 'alarm': {
      const id = paramOf(request, 'id')
      const site = await places.siteOfAlarm(id)
      if (site !== null && seesId(caller, places, site)) return
      throw new HouseError('http/not-found', `there is no alarm ${id}`, { name: id })
    }
    default:
      throw new HouseError('http/forbidden', 'that is about the whole county, and you see some of its places only')
  }
}

/** Whether a caller may be told of the site of this id. One nobody has heard of is seen by callers of the whole county only. */
export function seesId(caller: Pick<Caller, 'scope' | 'sees'>, places: Pick<Places, 'site'>, id: string): boolean {
  if (caller.scope.of === 'county') return true
  const site = places.site(id)
  return site !== null && caller.sees(site)
}

/** The ids of the sites a caller is held to; null = of no sites, but of the whole county. */
export function sitesOf(
  caller: Pick<Caller, 'scope' | 'sees'>,
  county: Pick<Places, 'site'> & { readonly ids: () => readonly string[] },
): readonly string[] | null {
  return caller.scope.of === 'county' ? null : county.ids().filter((id) => seesId(caller, county, id))
}

function paramOf({ params }: FastifyRequest, name: string): string {
  const value: unknown =
    typeof params === 'object' && params !== null ? Object.getOwnPropertyDescriptor(params, name)?.value : undefined
  return typeof value === 'string' ? value : ''
}

function credentialsOf({ cookies, headers, address }: FastifyRequest): Credentials {
  return { sessionId: cookies[SESSION_COOKIE], authorization: headers.authorization, address }
}

/** Whoever is asking on a route that is not for anyone. Throws `http/unauthenticated`. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === null) throw new HouseError('http/unauthenticated', 'sign in first')
  return request.caller
}

/**
 * Refuses what another site made the browser send. Requests without Origin come from programs, which have no cookies of
 * the browser. Throws `http/forbidden`.
 */
export function checkOrigin(request: Pick<FastifyRequest, 'headers'>, publicUrl: string | null): void {
  const { origin, host } = request.headers
  if (origin === undefined) return
  const isOwn = URL.canParse(origin) && new URL(origin).host === host
  const isPublic = publicUrl !== null && origin === new URL(publicUrl).origin
  if (!isOwn && !isPublic) {
    throw new HouseError('http/forbidden', `expected a request of this site's own page, came one of ${origin}`)
  }
}

/** Requests that change nothing. A WebSocket upgrade is a GET, but what it opens is not, so it counts as unsafe. */
function isSafe(request: FastifyRequest): boolean {
  return (request.method === 'GET' || request.method === 'HEAD') && request.headers.upgrade === undefined
}
