import proxy from '@fastify/http-proxy'
import type { FastifyInstance } from 'fastify'
import type { Role } from '../../../core/contract/access.ts'
import { SESSION_COOKIE } from './gate.ts'
import { problem, PROBLEM_MEDIA } from './refusals.ts'

/** The address under which the editor is shown, and under which `flows/run.ts` serves it: its pages name it in their links. */
export const FLOWS_PREFIX = '/flows'

/** Who may open the editor. */
export const FLOWS_ALLOWED: readonly Role[] = ['administrator', 'duty-leader', 'operator']

/**
 * Shows the Node-RED editor behind the sign-in. It gets the token that only this server has, and never the session's cookie.
 */
export async function serveFlows(app: FastifyInstance, flows: { url: string; token: string | null }): Promise<void> {
  const authorization = flows.token === null ? {} : { authorization: `Bearer ${flows.token}` }
  // Without this the proxy would hand the cookie on.
  const wsClientOptions = {
    perMessageDeflate: false,
    rewriteRequestHeaders: (headers: object) => ({ ...headers, ...authorization }),
  }
  const { origin, pathname } = new URL(flows.url)
  await app.register(proxy, {
    upstream: origin,
    prefix: FLOWS_PREFIX,
    rewritePrefix: pathname === '/' ? FLOWS_PREFIX : pathname,
    websocket: true,
    // Its nodes tell of any site.
    config: { allowed: FLOWS_ALLOWED, reach: 'county' },
    replyOptions: {
      onError: (reply) => {
        // The proxy has only a part of the reply's interface.
        const { status, ...body } = problem(502, {
          code: 'http/unavailable',
          message: 'the flows do not answer; are they running?',
        })
        void reply
          .code(status)
          .type(PROBLEM_MEDIA)
          .send(JSON.stringify({ ...body, status }))
      },
      rewriteRequestHeaders: (_request, headers) => ({
        ...headers,
        ...authorization,
        cookie: withoutSession(headers.cookie),
      }),
    },
    wsClientOptions,
  })
}

function withoutSession(cookies: string | string[] | undefined): string {
  return [cookies ?? []]
    .flat()
    .join('; ')
    .split(/; */)
    .filter((cookie) => !cookie.startsWith(`${SESSION_COOKIE}=`))
    .join('; ')
}
