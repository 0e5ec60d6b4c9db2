import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Refusal } from '../../../../core/contract/http.ts'
import { everyRoute } from '../../../../dashboard/server/http/routes.ts'
import { jsonBody, openControlWeb } from './control-web.ts'

let web: Awaited<ReturnType<typeof openControlWeb>>
beforeAll(async () => {
  web = await openControlWeb({ flows: { url: 'http://127.0.0.1:1', token: null } })
})
afterAll(() => web[Symbol.asyncDispose]())

const OPEN = [
  'POST /api/session',
  'GET /api/health',
  'GET /api/openapi.json',
  'GET /api/notices/:token/acknowledge',
  'GET /api/notices/:token/seen',
  'POST /api/notices/:token/acknowledge',
  'POST /api/enrol',
  'POST /api/renew',
  'POST /api/channels/:id/report',
]
const FRESH = { scope: { of: 'county' }, desk: false, locked: false, locksAfterMs: 900_000, secondFactor: false }
const PARAMETERS: Readonly<Record<string, string>> = {
  ...{ site: 'east-pit', device: 'feeder', point: 'active-power', id: 'east-pit.winch.loa1' },
  ...{ sha256: 'a'.repeat(64), token: 'a'.repeat(22) },
}
const addressed = (path: string) => path.replace(/:(\w+)/g, (_, name: string) => PARAMETERS[name] ?? '')
const bodyOf = (method: string): { body?: string; headers?: Record<string, string> } =>
  method === 'POST' ? jsonBody({ note: 'seen it', text: 'a note' }) : {}
const guarded = everyRoute().filter(({ method, path }) => !OPEN.includes(`${method} ${path}`))

describe('every route', () => {
  it('is one the API tells of, the page or the flows', async () => {
    const app = await web.app()
    await app.ready()
    const printed = app.printRoutes({ commonPrefix: false })
    await app.close()
    const paths = [...printed.matchAll(/(\/\S*) \(/g)].map(([, path]) => path)
    const known = new Set([...everyRoute().map(({ path }) => path), '/*', '*', '/flows', '/flows/', '/flows/*', '/'])
    expect(printed).toContain('/api')
    expect(paths.filter((path) => path?.startsWith('/api/') === true && !known.has(path))).toEqual([])
  })

  it.each(guarded.map(({ method, path }) => [method, path] as const))(
    '%s %s refuses without session or token',
    async (method, path) => {
      for (const headers of [{}, { cookie: 'pitwatch_session=made-up' }, { authorization: 'Bearer made-up' }]) {
        const body = bodyOf(method)
        const { status, json } = await web.ask(addressed(path), {
          method,
          ...body,
          headers: { ...body.headers, ...headers },
        })
        expect(status).toBe(401)
        expect(Refusal.parse(json).code).toBe('http/unauthenticated')
      }
    },
  )

  it('of the flows refuses without session too, and to a viewer', async () => {
    expect((await web.ask('/flows/settings')).status).toBe(401)
    expect((await web.ask('/flows')).status).toBe(401)
    const { cookie } = await web.signedIn('viewer')
    expect((await web.ask('/flows/settings', { headers: { cookie } })).status).toBe(403)
  })

  it.each(OPEN)('%s asks for no session', async (route) => {
    const [method = '', path = ''] = route.split(' ')
    expect([200, 400, 404]).toContain((await web.ask(addressed(path), { method, ...bodyOf(method) })).status)
  })

  it.each(everyRoute().map(({ method, path }) => [method, path] as const))(
    '%s %s keeps browsers in their place',
    async (method, path) => {
      const { headers } = await web.ask(addressed(path), { method, ...bodyOf(method) })
      expect(headers.get('content-security-policy')).toContain("default-src 'self'")
      expect(headers.get('content-security-policy')).not.toContain('unsafe')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('permissions-policy')).toContain('camera=(), display-capture=(), geolocation=()')
      expect(headers.get('cache-control')).toBe('no-store')
    },
  )
})

describe('signing in', () => {
  it('gives a cookie no script can read and no other site can use', async () => {
    const { user, password } = await web.signedIn('operator')
    const { status, headers, json } = await web.ask('/api/session', { method: 'POST', ...jsonBody({ user, password }) })
    expect([status, json]).toEqual([200, { user, role: 'operator', flows: true, ...FRESH }])
    expect(headers.get('set-cookie')).toMatch(/^pitwatch_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
  })

  it('tells who it is, until signing out', async () => {
    const { user, cookie } = await web.signedIn('viewer')
    const asked = () => web.ask('/api/session', { headers: { cookie } })
    expect((await asked()).json).toEqual({ user, role: 'viewer', flows: false, ...FRESH })
    const out = await web.ask('/api/session', { method: 'DELETE', headers: { cookie } })
    expect([out.status, out.json]).toEqual([200, { done: true }])
    expect((await asked()).status).toBe(401)
  })

  it('refuses a wrong password without saying what is wrong, and never sends it back', async () => {
    const { user } = await web.signedIn('viewer')
    const refused = await web.ask('/api/session', { method: 'POST', ...jsonBody({ user, password: 'guess-1' }) })
    expect(refused.status).toBe(401)
    const malformed = await web.ask('/api/session', {
      method: 'POST',
      ...jsonBody({ user, password: 'x'.repeat(300) }),
    })
    expect([malformed.status, malformed.text.includes('xxx')]).toEqual([400, false])
  })

  it('marks the cookie as secure where people come over https', async () => {
    await using other = await openControlWeb({ publicUrl: 'https://pits.example' })
    const { user, password } = await other.signedIn('viewer')
    const { headers } = await other.ask('/api/session', { method: 'POST', ...jsonBody({ user, password }) })
    expect(headers.get('set-cookie')).toContain('Secure')
  })
})

describe('another site', () => {
  const foreign = { origin: 'https://elsewhere.example' }

  it('can make the browser sign in or acknowledge for nobody', async () => {
    const { user, password, cookie } = await web.signedIn('operator')
    const signIn = jsonBody({ user, password })
    const login = await web.ask('/api/session', {
      method: 'POST',
      ...signIn,
      headers: { ...signIn.headers, ...foreign },
    })
    expect(login.status).toBe(403)
    const note = jsonBody({ note: 'forged' })
    const path = '/api/alarms/east-pit.winch.loa1/acknowledge'
    const forged = await web.ask(path, { method: 'POST', ...note, headers: { ...note.headers, ...foreign, cookie } })
    expect([forged.status, (forged.json as Refusal).code]).toEqual([403, 'http/forbidden'])
    const form = await web.ask(path, {
      ...{ method: 'POST', body: 'note=forged' },
      headers: { 'content-type': 'application/x-www-form-urlencoded', cookie },
    })
    expect(form.status).toBe(415)
  })

  it('is not the own page, nor the one under the public address', async () => {
    await using other = await openControlWeb({ publicUrl: 'https://pits.example' })
    const { user, password } = await other.signedIn('viewer')
    for (const origin of [other.url, 'https://pits.example']) {
      const body = jsonBody({ user, password })
      const answer = await other.ask('/api/session', { method: 'POST', ...body, headers: { ...body.headers, origin } })
      expect(answer.status).toBe(200)
    }
  })
})
