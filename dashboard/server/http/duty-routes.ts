import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { DutyCalendar, DutyNow, DutyRefusal, RosterNow, Stretch } from '../../../core/contract/duty-acts.ts'
import type { Actor } from '../../../core/contract/ledger.ts'
import { type UtcMs, utcMs } from '../../../core/contract/time.ts'
import { countyDay, DAY_MS, dayText } from '../../../core/alarms/roster/county-day.ts'
import { namedDays } from '../../../core/alarms/roster/festivals.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import type { Caller } from '../access/access.ts'
import type { DutyBook } from '../duty/duty-book.ts'
import { API } from './api.ts'
import { callerOf } from './gate.ts'
import { LEADERS } from './route.ts'
import { serve } from './routes.ts'
import type { HttpServices } from './services.ts'

const MOST_DAYS = 100

/** The routes of who is on duty. */
export function serveDuty(app: FastifyInstance, services: Pick<HttpServices, 'duty' | 'desk'>): void {
  serveRoster(app, services)
  serveEntries(app, services)
  servePresence(app, services)
}

function serveRoster(app: FastifyInstance, { duty, desk }: Pick<HttpServices, 'duty' | 'desk'>): void {
  serve(app, API.roster, ({ request }) => Promise.resolve(rosterFor(duty, callerOf(request))))
  serve(app, API.saveRoster, async ({ body: { roster, version }, request }) => {
    await duty.save(roster, { by: actorOf(request).name, version })
    return rosterFor(duty, callerOf(request))
  })
  serve(app, API.dutyNow, async () => dutyNow(duty, await desk.time()))
  serve(app, API.dutyCalendar, async ({ query }) => {
    checkStretch(query)
    return calendarOf(duty, query, await desk.time())
  })
  serve(app, API.dutyGaps, async () => [...duty.gaps(await desk.time())])
}

function serveEntries(app: FastifyInstance, { duty, desk }: Pick<HttpServices, 'duty' | 'desk'>): void {
  serve(app, API.addOverride, ({ body, request }) => duty.addOverride(body, actorOf(request)))
  serve(app, API.endOverride, async ({ params: { id }, request }) => {
    await duty.endOverride(id, actorOf(request))
    return { done: true as const }
  })
  serve(app, API.addLeave, async ({ body: { person, ...leave }, request }) => {
    await duty.addLeave(person, leave, actorOf(request))
    return { done: true as const }
  })
  serve(app, API.askSwap, ({ body, request }) => {
    checkOwn(duty, callerOf(request), body.give.person)
    return duty.swaps.ask({ ...body, actor: actorOf(request) })
  })
  serve(app, API.agreeSwap, ({ params: { id }, request }) => {
    const actor = actorOf(request)
    const own = ownPersons(duty, callerOf(request))
    const [, taken] = sidesOf(duty, id)
    return duty.swaps.agree(id, own.find((person) => person === taken) ?? actor.name, actor)
  })
  serve(app, API.approveSwap, async ({ params: { id }, request }) => {
    const actor = actorOf(request)
    if (isSide(duty, callerOf(request), id)) throw forbidden('own-swap', 'somebody else than the two approves a swap')
    if (!mayApprove(duty, callerOf(request), await desk.time()))
      throw forbidden('leader-needed', 'only a leader on duty or an administrator approves a swap')
    return duty.swaps.approve(id, actor)
  })
  serve(app, API.refuseSwap, async ({ params: { id }, request }) => {
    const actor = actorOf(request)
    if (!isSide(duty, callerOf(request), id) && !mayApprove(duty, callerOf(request), await desk.time()))
      throw forbidden('leader-needed', 'only one of the two, a leader on duty or an administrator refuses a swap')
    return duty.swaps.refuse(id, actor)
  })
}

function servePresence(app: FastifyInstance, { duty }: Pick<HttpServices, 'duty' | 'desk'>): void {
  serve(app, API.sendCode, async ({ body, request }) => {
    checkOwn(duty, callerOf(request), body.person)
    await duty.contacts.sendCode(body, actorOf(request))
    return { done: true as const }
  })
  serve(app, API.proveContact, ({ body, request }) => {
    checkOwn(duty, callerOf(request), body.person)
    return duty.contacts.prove({ ...body, actor: actorOf(request) })
  })
  serve(app, API.checkIn, async ({ body, request }) => {
    const person = body.person ?? personFor(duty, callerOf(request))
    checkOwn(duty, callerOf(request), person)
    return [...(await duty.checkIn({ ...body, person, actor: actorOf(request) }))]
  })
  serve(app, API.presence, async ({ query: { from, to } }) => {
    checkStretch({ from, to })
    return { checkIns: [...(await duty.checkIns(from, to))], spotChecks: [...(await duty.spotChecks(from, to))] }
  })
  serve(app, API.answerSpotCheck, ({ body: { code }, request }) => {
    const actor = actorOf(request)
    return duty.answerSpotCheck(
      code === undefined ? { person: personFor(duty, callerOf(request)), actor } : { code, actor },
    )
  })
}

/** Only a person acts on duty. Throws `http/forbidden`. */
function actorOf(request: FastifyRequest): Actor {
  const { kind, name } = callerOf(request)
  if (kind === 'service') throw forbidden('person-only', 'only a person may do that, and not a program')
  return { kind, name }
}

/** Those of the roster who sign in under the caller's name: usually one, more where a desk has one account. */
function ownPersons({ roster }: DutyBook, { kind, name }: Caller): readonly string[] {
  return kind === 'person' ? roster.persons.filter(({ user }) => user === name).map(({ id }) => id) : []
}

/** Who of the roster is signed in. Throws `http/forbidden`. */
function personFor(duty: DutyBook, caller: Caller): string {
  const [person, ...others] = ownPersons(duty, caller)
  if (person !== undefined && others.length === 0) return person
  const came = person === undefined ? 'nobody' : [person, ...others].join(', ')
  throw forbidden(
    person === undefined ? 'not-in-roster' : 'which-person',
    `expected one person of the roster behind the user ${caller.name}, came ${came}; name the person, or have an administrator write this user beside one`,
  )
}

/** Administrators act for everybody, others for themselves. Throws `http/forbidden`. */
function checkOwn(duty: DutyBook, caller: Caller, person: string): void {
  if (caller.role === 'administrator' || ownPersons(duty, caller).includes(person)) return
  throw forbidden('not-own', `expected ${person} to do that, or an administrator, came ${caller.name}`)
}

/** Whether the caller is an administrator, or a leader on duty. */
function mayApprove(duty: DutyBook, caller: Caller, now: UtcMs): boolean {
  const own = ownPersons(duty, caller)
  const leaders = duty.onDuty(duty.roster.office.leader, now).persons
  return LEADERS.includes(caller.role) || own.some((person) => leaders.includes(person))
}

/** Whether the caller is one of the two of a swap. */
function isSide(duty: DutyBook, caller: Caller, id: string): boolean {
  return sidesOf(duty, id).some((person) => ownPersons(duty, caller).includes(person))
}

function sidesOf({ roster }: DutyBook, id: string): readonly string[] {
  const swap = roster.swaps.find((one) => one.id === id)
  return swap === undefined ? [] : [swap.give.person, swap.take.person]
}

function forbidden(because: DutyRefusal, message: string): HouseError {
  return new HouseError('http/forbidden', message, { because })
}

/** Throws `http/invalid`. */
function checkStretch({ from, to }: Stretch): void {
  if (from < to && to - from <= MOST_DAYS * DAY_MS) return
  const facts = {
    expected: `from before to, and at most ${MOST_DAYS} days`,
    came: `${from}…${to}`,
    because: 'too-long' satisfies DutyRefusal,
  }
  throw new HouseError('http/invalid', `query: expected ${facts.expected}, came ${facts.came}`, facts)
}

function rosterFor(duty: DutyBook, { role }: Caller): RosterNow {
  const { version, by, at, roster } = duty
  const proofs = [...duty.proofs()]
  // Whoever saves what they were given must have been given all of it.
  if (LEADERS.includes(role)) return { version, by, at, roster, proofs }
  const persons = roster.persons.map((person) => ({ ...person, contacts: person.contacts.map(masked) }))
  return { version, by, at, roster: { ...roster, persons }, proofs: proofs.map(masked) }
}

/** Enough to tell two of one's own numbers apart. */
function masked<T extends { readonly address: string }>(contact: T): T {
  const { address } = contact
  return { ...contact, address: `…${address.length > 8 ? address.slice(-2) : ''}` }
}

async function dutyNow(duty: DutyBook, at: UtcMs): Promise<DutyNow> {
  // No shift is longer than a day, and nobody checks in more than an hour before.
  const checkIns = await duty.checkIns(utcMs(Math.max(0, at - 2 * DAY_MS)), utcMs(at + 1))
  const roles = duty.roster.roles.map(({ id, name }) => {
    const span = duty.onDuty(id, at)
    const shiftAt = duty.shiftAt(id, at)?.from ?? span.from
    const persons = span.persons.map((person) => {
      const own = checkIns.filter((one) => one.person === person && one.role === id && one.shiftAt === shiftAt)
      const called = duty.person(person)?.name ?? person
      return { id: person, name: called, checkedInAt: own[0]?.at ?? null, onSite: own.some(({ onSite }) => onSite) }
    })
    return { ...span, name, persons }
  })
  return { at, roles }
}

function calendarOf(duty: DutyBook, { from, to }: Stretch, now: UtcMs): DutyCalendar {
  const spans = duty.roster.roles.flatMap(({ id }) => [...duty.spans(id, from, to)])
  const first = countyDay(from)
  const off = namedDays(duty.calendar)
  const days = Array.from({ length: countyDay(to - 1) - first + 1 }, (_, n) => {
    const day = dayText(first + n)
    const isAnnounced = duty.calendar?.years[day.slice(0, 4)]?.announced ?? false
    return { day, ...off(first + n), isAnnounced }
  })
  const gaps = duty.gaps(now).filter((gap) => gap.from < to && gap.to > from)
  return { from, to, spans, days, gaps }
}
