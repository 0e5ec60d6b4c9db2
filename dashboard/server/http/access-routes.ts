import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Role } from '../../../core/contract/access.ts'
import type { Actor } from '../../../core/contract/ledger.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import type { Caller } from '../access/access.ts'
import { API } from './api.ts'
import { addressOf } from './address.ts'
import { FLOWS_ALLOWED } from './flows.ts'
import { callerOf, SESSION_COOKIE } from './gate.ts'
import { serve } from './routes.ts'
import type { HttpServices } from './services.ts'

type Services = Pick<HttpServices, 'access' | 'publicUrl' | 'flows'>

/** The routes of who signs in: sessions, users, passwords, second factors. */
export function serveAccess(app: FastifyInstance, services: Services): void {
  serveSession(app, services)
  serveOwn(app, services)
  serveUsers(app, services)
}

function serveSession(app: FastifyInstance, { access, publicUrl, flows }: Services): void {
  const cookie = {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: publicUrl?.startsWith('https:') ?? false,
  } as const
  const mayOpenFlows = (role: Role, scope: Caller['scope']) =>
    flows !== null && FLOWS_ALLOWED.includes(role) && scope.of === 'county'
  const told = async (caller: Caller) => {
    const facts = await access.factsOf(caller)
    return { ...facts, flows: mayOpenFlows(facts.role, facts.scope) }
  }
  serve(app, API.signIn, async ({ body, request, reply }) => {
    const agent = request.headers['user-agent'] ?? ''
    const { id, session } = await access.signIn({ ...body, address: addressOf(request), agent })
    reply.setCookie(SESSION_COOKIE, id, cookie)
    return { ...session, flows: mayOpenFlows(session.role, session.scope) }
  })
  serve(app, API.whoAmI, ({ request }) => told(callerOf(request)))
  serve(app, API.signOut, async ({ request, reply }) => {
    const id = request.cookies[SESSION_COOKIE]
    if (id !== undefined) await access.signOut(id)
    reply.clearCookie(SESSION_COOKIE, cookie)
    return { done: true as const }
  })
  serve(app, API.unlock, async ({ body: { password }, request }) => {
    const caller = callerOf(request)
    const session = sessionOf(caller)
    await wrongIsForbidden(access.unlock(session.id, { password, address: addressOf(request) }))
    return told({ ...caller, session: { ...session, isLocked: false } })
  })
  // Whatever is not safe counts as an act by itself.
  serve(app, API.active, ({ request }) => {
    sessionOf(callerOf(request))
    return Promise.resolve({ done: true as const })
  })
}

function serveOwn(app: FastifyInstance, { access }: Services): void {
  const { users } = access
  const vouched = async (request: FastifyRequest, password: string): Promise<Actor> => {
    const caller = callerOf(request)
    sessionOf(caller)
    await wrongIsForbidden(access.vouch({ user: caller.name, password, address: addressOf(request) }))
    return { kind: 'person', name: caller.name }
  }
  serve(app, API.changePassword, async ({ body: { password, next }, request }) => {
    const { name } = await vouched(request, password)
    await users.choosePassword(name, next, sessionOf(callerOf(request)).id)
    return { done: true as const }
  })
  serve(app, API.offerFactor, async ({ body: { password }, request }) => {
    const { name } = await vouched(request, password)
    return users.offerFactor(name)
  })
  serve(app, API.confirmFactor, async ({ body: { code }, request }) => {
    const caller = callerOf(request)
    sessionOf(caller)
    return { codes: [...(await users.confirmFactor(caller.name, code))] }
  })
  serve(app, API.dropFactor, async ({ body: { password, code }, request }) => {
    const actor = await vouched(request, password)
    await access.checkSecondFactor({ user: actor.name, code, address: addressOf(request) })
    await users.removeFactor(actor.name, actor)
    return { done: true as const }
  })
  serve(app, API.ownSessions, async ({ request }) => {
    const caller = callerOf(request)
    return [...(await users.sessions(caller.name, sessionOf(caller).id))]
  })
  serve(app, API.endOwnSession, async ({ params: { id }, request }) => {
    const caller = callerOf(request)
    sessionOf(caller)
    await users.endSession(id, caller.name, actorOf(request))
    return { done: true as const }
  })
}

function serveUsers(app: FastifyInstance, { access: { users } }: Services): void {
  serve(app, API.users, async () => [...(await users.list())])
  serve(app, API.addUser, ({ body, request }) => users.add(body, actorOf(request)))
  serve(app, API.setUser, ({ params: { name }, body, request }) => users.set(name, body, actorOf(request)))
  serve(app, API.resetPassword, ({ params: { name }, request }) => users.resetPassword(name, actorOf(request)))
  serve(app, API.removeUser, async ({ params: { name }, request }) => {
    await users.remove(name, actorOf(request))
    return { done: true as const }
  })
  serve(app, API.removeFactor, async ({ params: { name }, request }) => {
    await users.removeFactor(name, actorOf(request))
    return { done: true as const }
  })
  serve(app, API.allSessions, async ({ request }) => [
    ...(await users.sessions(null, callerOf(request).session?.id ?? '')),
  ])
  serve(app, API.endAnySession, async ({ params: { id }, request }) => {
    await users.endSession(id, null, actorOf(request))
    return { done: true as const }
  })
}

/** The session a person asks with. Throws `http/forbidden` for a program, which has none. */
function sessionOf({ session }: Caller): NonNullable<Caller['session']> {
  if (session === null) throw new HouseError('http/forbidden', 'only a person has a session; a program has its token')
  return session
}

function actorOf(request: FastifyRequest): Actor {
  const { kind, name } = callerOf(request)
  return { kind, name }
}

/** A wrong password of somebody who is signed in is no reason to take them for signed out. */
async function wrongIsForbidden(checking: Promise<unknown>): Promise<void> {
  await checking.catch((error: unknown) => {
    if (!(error instanceof HouseError) || error.code !== 'http/unauthenticated') throw error
    const expected = 'the password you sign in with'
    throw new HouseError('http/forbidden', `body.password: expected ${expected}, came another`, {
      ...{ expected, field: 'body.password', because: 'password-wrong' },
    })
  })
}
