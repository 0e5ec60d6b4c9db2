import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AlarmTransition } from '../../../../core/contract/alarm.ts'
import { Role, type Scope } from '../../../../core/contract/access.ts'
import { Problem } from '../../../../core/contract/http.ts'
import { UtcMs } from '../../../../core/contract/time.ts'
import { everyRoute } from '../../../../dashboard/server/http/routes.ts'
import type { AnyRoute } from '../../../../dashboard/server/http/route.ts'
import { edge } from '../ingest/edge.ts'
import { jsonBody, openControlWeb } from './control-web.ts'

/** What lies in the town the users of `SOME` do not see, and in the one they do. */
const OUTSIDE = 'east-pit'
const INSIDE = 'west-pit'
const SOME: Scope = { of: 'places', towns: [], villages: [{ town: '白水镇', village: '柳村' }] }
const PICTURE = 'c'.repeat(64)

const ROUTES = everyRoute()
const GUARDED = ROUTES.filter(({ allowed }) => allowed !== 'anyone')
const named = (routes: readonly AnyRoute[]) => routes.map((route) => [`${route.method} ${route.path}`, route] as const)

type Web = Awaited<ReturnType<typeof openControlWeb>>
let web: Web
let alarmOf: Readonly<Record<string, string>>
const cookies = new Map<string, string>()

beforeAll(async () => {
  web = await openControlWeb()
  const { site, ...about } = edge({ site: INSIDE }).about()
  const west = {
    ...site,
    name: { 'zh-CN': '西坡煤矿', en: 'West Slope pit' },
    area: { 'zh-CN': '白水镇', en: 'Whitewater' },
  }
  web.county.nodeBorn({ ...about, site: { ...west, village: { 'zh-CN': '柳村', en: 'Liu village' } } })
  web.county.deviceBorn(INSIDE, {
    ...{ device: 'feeder', name: { 'zh-CN': '电表', en: 'meter' }, profile: 'a/b' },
    points: [
      { device: 'feeder', point: 'active-power', name: null, quantity: 'power', unit: 'W', range: null, latest: null },
    ],
  })
  const raised = [OUTSIDE, INSIDE].map((one) => {
    return [one, transitionOf(one)] as const
  })
  for (const [, transition] of raised) await web.desk.receive(transition)
  alarmOf = Object.fromEntries(raised.map(([one, { occurrence }]) => [one, occurrence]))
  for (const role of Role.options) {
    cookies.set(role, (await web.signedIn(role)).cookie)
    if (role !== 'administrator') cookies.set(`${role} of some`, (await web.signedIn(role, SOME)).cookie)
  }
})
afterAll(() => web[Symbol.asyncDispose]())

/** What the gateway of a site says of an alarm of a moment ago. */
function transitionOf(site: string, part: Partial<AlarmTransition> = {}): AlarmTransition {
  const about: unknown = JSON.parse(Buffer.from(edge({ site }).alarm(part).payload).toString())
  return AlarmTransition.parse({ ...(about as AlarmTransition), at: Date.now() })
}

/** Asks a route about a site, or its alarm, as `who`. */
function ask(route: AnyRoute, who: string, { site = OUTSIDE, query = '' } = {}) {
  const values: Readonly<Record<string, string>> = {
    ...{ site, device: 'feeder', point: 'active-power', version: '1', rule: 'winch', name: 'nobody', entry: 'x' },
    id: route.reach === 'alarm' ? (alarmOf[site] ?? '') : 'a'.repeat(64),
    ...{ sha256: PICTURE, token: 'a'.repeat(22) },
  }
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => values[name] ?? 'x')
  const body: Partial<ReturnType<typeof jsonBody>> = route.method === 'GET' ? {} : jsonBody({})
  const credentials: Readonly<Record<string, string>> =
    who === 'service' ? { authorization: 'Bearer flows-token' } : { cookie: cookies.get(who) ?? '' }
  return web.ask(`${path}${query}`, { method: route.method, ...body, headers: { ...body.headers, ...credentials } })
}

function allowedTo(route: AnyRoute, role: Role): boolean {
  return route.allowed === 'anyone' || route.allowed.includes(role)
}

/** Somebody who sees some places and whose role may use the route; null = only administrators may, who see everything. */
function scopedFor(route: AnyRoute): string | null {
  const role = Role.options.find((one) => one !== 'administrator' && allowedTo(route, one))
  return role === undefined ? null : `${role} of some`
}

describe('every route', () => {
  it.each(named(ROUTES))(
    '%s says who may use it and which sites it can tell of',
    (_, { allowed, reach, whileLocked }) => {
      expect(['site', 'alarm', 'filtered', 'county', 'none']).toContain(reach)
      if (allowed === 'anyone') expect(reach).toBe('none')
      else expect(allowed.length).toBeGreaterThan(0)
      if (whileLocked === true) expect(reach).toBe('none')
    },
  )

  it.each(named(ROUTES))(
    '%s names a site or an alarm in its path exactly where its reach says so',
    (_, { path, reach }) => {
      expect(path.includes(':site')).toBe(reach === 'site')
      if (reach === 'alarm') expect(path).toMatch(/^\/api\/alarms\/:id(\/|$)/)
      if (path.startsWith('/api/alarms/:id')) expect(reach).toBe('alarm')
    },
  )

  it.each(named(GUARDED))('%s refuses every role that is too little', async (_, route) => {
    for (const role of Role.options) {
      const { status, json } = await ask(route, role)
      if (!allowedTo(route, role))
        expect([role, status, Problem.parse(json).code]).toEqual([role, 403, 'http/forbidden'])
      else expect([role, status]).not.toEqual([role, 401])
      if (route.path === '/api/session' && route.method === 'DELETE')
        cookies.set(role, (await web.signedIn(role)).cookie)
    }
    if (!allowedTo(route, 'operator')) expect((await ask(route, 'service')).status).toBe(403)
  })

  it.each(named(GUARDED))('%s keeps those who see some places to them', async (_, route) => {
    const who = scopedFor(route)
    if (who === null) return
    const outside = await ask(route, who)
    if (route.path === '/api/session')
      cookies.set(who, (await web.signedIn(Role.parse(who.split(' ')[0]), SOME)).cookie)
    const refusal = [outside.status, (outside.json as { message?: string } | null)?.message]
    const unknownSite = [404, `there is no site ${OUTSIDE}`]
    const unknownAlarm = [404, `there is no alarm ${alarmOf[OUTSIDE] ?? ''}`]
    switch (route.reach) {
      case 'site':
        expect(refusal).toEqual(unknownSite)
        // The same words as for one there is not, and none of them for one of theirs.
        expect((await ask(route, who, { site: 'no-such-pit' })).json).toMatchObject({
          message: 'there is no site no-such-pit',
        })
        expect((await ask(route, who, { site: INSIDE })).text).not.toContain('there is no site')
        return
      case 'alarm':
        expect(refusal).toEqual(unknownAlarm)
        expect((await ask(route, who, { site: INSIDE })).text).not.toContain('there is no alarm')
        return
      case 'county':
        expect(Problem.parse(outside.json)).toMatchObject({ status: 403, code: 'http/forbidden' })
        return
      case 'filtered':
      case 'none':
        expect(outside.text).not.toContain('whole county')
    }
  })
})

describe('what somebody of one village is told', () => {
  const HOUR = 3_600_000
  const now = Date.now()
  const span = `?from=${now - HOUR}&to=${now + HOUR}`
  const both = [OUTSIDE, INSIDE].map((site) => `${site}/feeder/active-power`).join(',')
  /** Where a list needs to be told what it is about. */
  const QUERIES: Readonly<Record<string, string>> = {
    '/api/history/many': `${span}&points=${both}`,
    '/api/register/sparklines': `?sites=${OUTSIDE},${INSIDE}`,
    ...{ '/api/suppressions': span, '/api/duty/calendar': span, '/api/alarms/rate': span },
  }
  const LISTS = GUARDED.filter(
    ({ method, path, reach }) =>
      method === 'GET' && (reach === 'filtered' || reach === 'none') && !path.includes(':') && path !== '/api/live',
  )

  it.each(named(LISTS))('%s tells nothing of a site elsewhere', async (_, route) => {
    const who = scopedFor(route)
    if (who === null) return
    const answer = await ask(route, who, { query: QUERIES[route.path] ?? '' })
    expect([route.path, answer.status, answer.text.slice(0, answer.status === 200 ? 0 : 300)]).toEqual([
      route.path,
      200,
      '',
    ])
    // What was asked for is not told by being said to be unknown.
    const told = answer.text.replace(/"unknown":\[[^\]]*\]/, '')
    for (const secret of [OUTSIDE, '东沟煤矿', '青石镇']) expect(told).not.toContain(secret)
  })

  it('is what there is of their own, in the same lists', async () => {
    for (const path of ['/api/sites', '/api/alarms', '/api/ledger', '/api/rules/precision']) {
      const route = ROUTES.find((one) => one.method === 'GET' && one.path === path)!
      expect([path, (await ask(route, 'viewer')).text.includes(OUTSIDE)]).toEqual([path, true])
      expect([path, (await ask(route, 'viewer of some')).text.includes(INSIDE)]).toEqual([path, true])
    }
  })

  it('is no act on many alarms when one of them is elsewhere', async () => {
    const route = ROUTES.find(({ path }) => path === '/api/alarms/acknowledge')!
    const body = jsonBody({ ids: [alarmOf[INSIDE], alarmOf[OUTSIDE]], note: 'seen it' })
    const headers = { ...body.headers, cookie: cookies.get('operator of some') ?? '' }
    const answer = await web.ask(route.path, { ...body, method: 'POST', headers })
    expect([answer.status, (answer.json as { message: string }).message]).toEqual([
      404,
      `there is no alarm ${alarmOf[OUTSIDE] ?? ''}`,
    ])
  })

  it('is nothing they can stand in for as second person, unless it is theirs', async () => {
    const second = await web.signedIn('duty-leader', SOME)
    const headers = { cookie: cookies.get('operator') ?? '' }
    const shelve = (site: string) => {
      const { user, password } = second
      const body = jsonBody({ until: Date.now() + HOUR, reason: 'in repair', second: { user, password } })
      const path = `/api/alarms/${alarmOf[site] ?? ''}/shelve`
      return web.ask(path, { ...body, method: 'POST', headers: { ...body.headers, ...headers } })
    }
    expect((await shelve(OUTSIDE)).json).toMatchObject({ code: 'http/forbidden', because: 'second-refused' })
    expect((await shelve(INSIDE)).status).toBe(200)
  })

  it('is a picture of their own alarms and no other', async () => {
    const bytes = Buffer.from('/9j/4AAQSkZJRgABAQEASABIAAD/2Q==', 'base64')
    const put = async (site: string, occurrence: string) => {
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      await web.evidence.put(sha256, bytes)
      const row = { kind: 'picture', sha256, mediaType: 'image/jpeg', bytes: bytes.length, device: 'camera' } as const
      const evidence = [{ ...row, target: 'human', event: 'fielddetection', at: UtcMs.parse(Date.now()) } as const]
      await web.desk.receive(transitionOf(site, { occurrence, rule: 'door', evidence }))
      return sha256
    }
    const route = ROUTES.find(({ path }) => path.startsWith('/api/evidence'))!
    const of = (sha256: string, who: string) =>
      web.ask(route.path.replace(':sha256', sha256), { headers: { cookie: cookies.get(who) ?? '' } })
    const theirs = await put(INSIDE, `${INSIDE}.door.loa9`)
    expect((await of(theirs, 'viewer of some')).status).toBe(200)
    await web.db.transaction((q) => q.run("update alarms set site = ? where rule = 'door'", OUTSIDE))
    expect((await of(theirs, 'viewer of some')).status).toBe(404)
    expect((await of(theirs, 'viewer')).status).toBe(200)
  })
})
