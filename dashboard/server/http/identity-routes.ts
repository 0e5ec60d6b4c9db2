import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Actor } from '../../../core/contract/ledger.ts'
import { addressOf } from './address.ts'
import { API } from './api.ts'
import { callerOf } from './gate.ts'
import { serve } from './routes.ts'
import type { HttpServices } from './services.ts'

/** Routes of tokens and certificates. */
export function serveIdentity(
  app: FastifyInstance,
  { identity, refusals }: Pick<HttpServices, 'identity' | 'refusals'>,
): void {
  serve(app, API.identities, async () => ({ ...(await identity.overview()), refusals: refusals() }))
  serve(app, API.issueToken, ({ body, request }) => identity.issueToken(body, actorOf(request)))
  serve(app, API.revoke, async ({ body, request }) => ({
    serials: [...(await identity.revoke(body, actorOf(request)))],
  }))
  serve(app, API.enrol, ({ body, request }) => identity.enrol(body, addressOf(request)))
  serve(app, API.renew, ({ body, request }) => identity.renew(body, addressOf(request)))
}

function actorOf(request: FastifyRequest): Actor {
  const { kind, name } = callerOf(request)
  return { kind, name }
}
