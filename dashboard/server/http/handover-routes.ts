import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Role } from '../../../core/contract/access.ts'
import type { Second } from '../../../core/contract/acts.ts'
import type { Actor } from '../../../core/contract/ledger.ts'
import { HouseError, isHouseError } from '../../../core/kit/errors.ts'
import { addressOf } from './address.ts'
import { API } from './api.ts'
import { callerOf } from './gate.ts'
import { serve } from './routes.ts'
import type { HttpServices } from './services.ts'

/** The routes of hand-overs. */
export function serveHandovers(
  app: FastifyInstance,
  { handovers, access }: Pick<HttpServices, 'handovers' | 'access'>,
) {
  serve(app, API.handovers, ({ query }) => handovers.list(query))
  serve(app, API.handover, ({ params: { id } }) => handovers.view(id))
  serve(app, API.draftHandover, ({ params: { id }, request }) => handovers.draft(id, actorOf(request)))
  serve(app, API.writeHandover, ({ params: { id }, body, request }) => handovers.write(id, body, actorOf(request)))
  serve(app, API.strikeHandover, ({ params: { id, entry }, request }) => handovers.strike(id, entry, actorOf(request)))
  serve(app, API.signHandover, async ({ params: { id }, body: { second, ...asked }, request }) => {
    const signer = await signerOf(access, second, request)
    return handovers.sign(id, { ...asked, user: signer.name, role: signer.role })
  })
  serve(app, API.addToHandover, ({ params: { id }, body: { text }, request }) =>
    handovers.add(id, text, actorOf(request)),
  )
}

/** Only a person hands over. Throws `http/forbidden`. */
function actorOf(request: FastifyRequest): Actor {
  const { kind, name } = callerOf(request)
  if (kind === 'person') return { kind, name }
  throw new HouseError('http/forbidden', 'only a person may do that, and not a program', { because: 'person-only' })
}

/** Who signs: whoever is signed in, or somebody who types name and password beside them. Throws `http/forbidden`, `http/too-many`. */
async function signerOf(
  access: HttpServices['access'],
  typed: Second | undefined,
  request: FastifyRequest,
): Promise<{ readonly name: string; readonly role: Role }> {
  if (typed === undefined) return { name: actorOf(request).name, role: callerOf(request).role }
  actorOf(request)
  // One who will not do is no reason to take the first for signed out.
  const vouched = await access.vouch({ ...typed, address: addressOf(request) }).catch((error: unknown) => {
    if (isHouseError(error, 'http/unauthenticated')) return null
    throw error
  })
  if (vouched !== null && vouched.role !== 'viewer' && vouched.role !== 'technician') return vouched
  const facts = { because: 'second-person' }
  throw new HouseError('http/forbidden', 'expected name and password of somebody who may act on alarms', facts)
}
