import type { FastifyReply, FastifyRequest } from 'fastify'
import { HouseError } from '../../../core/kit/errors.ts'
import type { Access, Caller, Credentials } from '../access/access.ts'
import type { Allowed } from './route.ts'

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
  }
}

export interface Gate {
  /** Lets a request in, or throws `http/unauthenticated` or `http/forbidden`. Runs before anything of the request is read. */
  readonly open: (request: FastifyRequest, reply: FastifyReply) => Promise<void>
}

/** Stands before every route there is. */
export function openGate(access: Access, publicUrl: string | null): Gate {
  return {
    open: async (request) => {
      const { allowed } = request.routeOptions.config
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
      request.caller = caller
    },
  }
}

export function credentialsOf(request: Pick<FastifyRequest, 'cookies' | 'headers'>): Credentials {
  return { sessionId: request.cookies[SESSION_COOKIE], authorization: request.headers.authorization }
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
