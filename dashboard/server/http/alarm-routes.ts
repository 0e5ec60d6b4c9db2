import type { FastifyInstance, FastifyRequest } from 'fastify'
import { seesSite } from '../../../core/contract/access.ts'
import type { RefusedBecause, Second } from '../../../core/contract/acts.ts'
import type { SecondPerson } from '../../../core/alarms/suppression.ts'
import { HouseError, isHouseError } from '../../../core/kit/errors.ts'
import { addressOf } from './address.ts'
import { API } from './api.ts'
import { callerOf, seesId, sitesOf } from './gate.ts'
import { LEADERS, OPERATORS } from './route.ts'
import { serve } from './routes.ts'
import type { HttpServices } from './services.ts'

/** The routes of alarms and of what people do about them. */
export function serveAlarms(app: FastifyInstance, services: HttpServices): void {
  serveReading(app, services)
  serveAnswering(app, services)
  serveHoldingBack(app, services)
  serveEnding(app, services)
}

function serveReading(app: FastifyInstance, { desk, county }: HttpServices): void {
  serve(app, API.alarms, async ({ query, request }) => ({
    alarms: await desk.list(query, sitesOf(callerOf(request), county)),
  }))
  serve(app, API.alarmRows, ({ query, request }) => desk.rows(query, sitesOf(callerOf(request), county)))
  serve(app, API.alarm, async ({ params: { id } }) => {
    const alarm = await desk.get(id)
    if (alarm === null) throw unknownAlarm(id)
    return alarm
  })
}

function serveAnswering(app: FastifyInstance, { desk, county }: HttpServices): void {
  serve(app, API.acknowledge, ({ params: { id }, body, request }) => {
    const via = body.saidAt === undefined ? 'desk' : 'phone'
    return desk.acknowledge(id, { by: personOf(request, 'acknowledge'), ...body, via })
  })
  serve(app, API.acknowledgeMany, async ({ body: { ids, note }, request }) => {
    const by = personOf(request, 'acknowledge')
    const caller = callerOf(request)
    for (const id of caller.scope.of === 'county' ? [] : ids) {
      const alarm = await desk.get(id)
      if (alarm === null || !seesId(caller, county, alarm.site)) throw unknownAlarm(id)
    }
    return { alarms: await desk.acknowledgeMany(ids, { by, note, via: 'desk' }) }
  })
  serve(app, API.addNote, ({ params: { id }, body: { text }, request }) => {
    const { name, kind } = callerOf(request)
    return desk.addNote(id, { by: name, kind, text })
  })
  serve(app, API.assign, ({ params: { id }, body: { to }, request }) =>
    desk.act(id, { do: 'assign', to, by: personOf(request, 'assign an alarm') }),
  )
  serve(app, API.addFinding, ({ params: { id }, body, request }) =>
    desk.act(id, { do: 'finding', finding: { ...body, by: personOf(request, 'say what was found') } }),
  )
}

function serveHoldingBack(app: FastifyInstance, services: HttpServices): void {
  const { desk } = services
  serve(app, API.shelve, async ({ params: { id }, body: { until, reason, second: typed }, request }) => {
    const by = personOf(request, 'shelve an alarm')
    const second = await secondOf(services, typed, { request, alarm: id, act: 'shelved' })
    return desk.act(id, { do: 'hold-back', hold: { kind: 'shelved', by, second, reason, until } })
  })
  serve(app, API.suppress, async ({ params: { id }, body: { until, reason, second: typed }, request }) => {
    const by = personOf(request, 'suppress an alarm')
    const second = await secondOf(services, typed, { request, alarm: id, act: 'by-design' })
    return desk.act(id, { do: 'hold-back', hold: { kind: 'by-design', by, second, reason, until } })
  })
  serve(app, API.outOfService, async ({ params: { id }, body, request }) => {
    const { until, reason, ticket, second: typed } = body
    const by = personOf(request, 'take anything out of service')
    const second = await secondOf(services, typed, { request, alarm: id, act: 'out-of-service' })
    return desk.act(id, { do: 'hold-back', hold: { kind: 'out-of-service', by, second, reason, until, ticket } })
  })
  serve(app, API.endSuppression, ({ params: { id }, body: { kind, reason }, request }) =>
    desk.act(id, { do: 'end-suppression', of: kind, reason, by: personOf(request, 'end a suppression') }),
  )
}

function serveEnding(app: FastifyInstance, services: HttpServices): void {
  const { desk } = services
  serve(app, API.reset, ({ params: { id }, body, request }) =>
    desk.act(id, { do: 'reset', ...body, by: personOf(request, 'reset an alarm') }),
  )
  serve(app, API.withdraw, async ({ params: { id }, body: { reason, second: typed }, request }) => {
    const by = personOf(request, 'withdraw an alarm')
    const second = await secondOf(services, typed, { request, alarm: id, act: 'withdraw' })
    return desk.act(id, { do: 'withdraw', by, reason, second })
  })
}

function unknownAlarm(id: string): HouseError {
  return new HouseError('http/not-found', `there is no alarm ${id}`, { name: id })
}

/** What is done about an alarm is answered for by a person; a program can only say that it has seen it. */
function personOf(request: FastifyRequest, what: string): string {
  const { name, kind } = callerOf(request)
  if (kind === 'service') {
    const said = `only a person may ${what}; a program may add a note`
    throw new HouseError('http/forbidden', said, { because: 'person-only' satisfies RefusedBecause })
  }
  return name
}

interface Seconding {
  readonly request: FastifyRequest
  readonly alarm: string
  /** What is to be done with its help. */
  readonly act: string
}

/**
 * The second person who typed name and password, where one did. One who will not do is in the ledger, and is no reason to take the first
 * for signed out. Throws `http/forbidden`, `http/too-many`.
 */
async function secondOf(
  { access, desk, county }: Pick<HttpServices, 'access' | 'desk' | 'county'>,
  typed: Second | undefined,
  { request, alarm, act }: Seconding,
): Promise<SecondPerson | null> {
  if (typed === undefined) return null
  const vouched = await access.vouch({ ...typed, address: addressOf(request) }).catch((error: unknown) => {
    if (isHouseError(error, 'http/unauthenticated')) return null
    throw error
  })
  const site = county.site((await desk.get(alarm))?.site ?? '')
  const sees = vouched !== null && (site === null || seesSite(vouched.scope, site))
  if (vouched !== null && sees && OPERATORS.includes(vouched.role))
    return { name: vouched.name, isLeader: LEADERS.includes(vouched.role) }
  const expected = 'name and password of an operator, duty leader or administrator as second person'
  const who = vouched === null ? 'a name and password that do not fit together' : `the ${vouched.role} ${vouched.name}`
  const came = vouched !== null && !sees ? `${who}, who does not see the site` : who
  const actor = { kind: 'person', name: callerOf(request).name } as const
  await desk.record({ actor, act: 'alarm-refused', subject: alarm, detail: { did: act, expected, came } })
  const because: RefusedBecause = 'second-refused'
  throw new HouseError('http/forbidden', `expected ${expected}; came ${came}`, { because, expected, came })
}
