/**
 * A simulated night of telling people, over the pure core alone: a roster, channels with providers that fail in every way they can, crashes,
 * restarts, clocks that are set. `playNight(seed)` answers every promise that was broken; a bench plays as many as it likes.
 */
import type { Medium, NoticeState } from '../../../core/contract/notice.ts'
import type { Priority } from '../../../core/contract/priority.ts'
import type { OnDuty, Person, Roster } from '../../../core/contract/roster.ts'
import { utcMs, type UtcMs } from '../../../core/contract/time.ts'
import { type Allowance, freeTokens, type Spent } from '../../../core/alarms/budget.ts'
import { linesThatFit } from '../../../core/alarms/digest.ts'
import { type Batch, chooseSends, isReady } from '../../../core/alarms/dispatch-choose.ts'
import { type DispatchRow, inStead, isCall, type NewRow, type Way } from '../../../core/alarms/dispatch-row.ts'
import {
  type Around,
  LEAST_PENALTY_MS,
  moveAway,
  type Outcome,
  settleRow,
  settleUndelivered,
} from '../../../core/alarms/dispatch-settle.ts'
import type { DutyView } from '../../../core/alarms/duty-view.ts'
import {
  type EscalationState,
  hurryEscalation,
  planBeside,
  planEscalation,
  planLines,
  type Told,
} from '../../../core/alarms/escalation.ts'
import { waysOf } from '../../../core/alarms/escalation-who.ts'
import { stepStorm } from '../../../core/alarms/storm.ts'

export const START = Date.UTC(2026, 0, 11, 18, 0, 0)
const LEASE_MS = 45_000
const IN_HAND = 16
const TIMEOUT_MS = 30_000

/** Numbers in [0, 1) that a seed repeats. (mulberry32) */
export function chanceOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

export interface SimChannel extends Allowance {
  readonly id: string
  readonly medium: Medium
  readonly penaltyMs: number
  readonly mostBytes: number
}

export const CHANNELS: readonly SimChannel[] = [
  { id: 'desk', medium: 'desk', most: null, perMs: 60_000, reserved: 0, penaltyMs: 60_000, mostBytes: 64_000 },
  { id: 'robot', medium: 'robot', most: 20, perMs: 60_000, reserved: 5, penaltyMs: 600_000, mostBytes: 2_048 },
  { id: 'modem', medium: 'sms', most: 8, perMs: 60_000, reserved: 3, penaltyMs: 60_000, mostBytes: 268 },
  { id: 'line', medium: 'voice', most: 2, perMs: 90_000, reserved: 1, penaltyMs: 60_000, mostBytes: 1_000 },
  { id: 'mail', medium: 'mail', most: 60, perMs: 60_000, reserved: 5, penaltyMs: 60_000, mostBytes: 60_000 },
]

/** How a provider behaves for a while. `lies` = says it failed although it took the message, as an answer that is lost does. */
export type Manner = 'takes' | 'busy' | 'refuses' | 'throttles' | 'hangs' | 'lies' | 'undelivered'

/** What happens in a night, at `at` ms after its beginning. */
export type Happening =
  | {
      readonly at: number
      readonly is: 'raise'
      readonly alarm: number
      readonly priority: Priority
      readonly site: number
    }
  | { readonly at: number; readonly is: 'return' | 'acknowledge'; readonly alarm: number }
  | { readonly at: number; readonly is: 'manner'; readonly channel: string; readonly manner: Manner }
  | { readonly at: number; readonly is: 'crash'; readonly downMs: number }
  | { readonly at: number; readonly is: 'clock'; readonly byMs: number }
  | { readonly at: number; readonly is: 'shift' }

export interface Scenario {
  readonly persons: readonly Person[]
  /** Who has which role in the first crew and in the second. */
  readonly crews: readonly [Readonly<Record<string, readonly string[]>>, Readonly<Record<string, readonly string[]>>]
  readonly happenings: readonly Happening[]
  readonly endsAt: number
  /** The providers take everything from here on. */
  readonly healsAt: number
  readonly latencyMs: number
}

export interface Sent {
  readonly at: number
  readonly channel: string
  readonly person: string
  readonly keys: readonly string[]
  readonly outcome: string
}

export interface Night {
  readonly wrongs: readonly string[]
  readonly sent: readonly Sent[]
  readonly rows: readonly DispatchRow[]
  readonly seen: Readonly<Record<string, number>>
  /** When something was done, ms after the beginning. */
  readonly ticks: readonly number[]
}

const MIN = 60_000
export const ROSTER_LADDERS = {
  red: {
    loop: 10 * MIN,
    steps: [
      {
        after: 0,
        call: [
          { role: 'duty', by: ['desk', 'sms', 'robot'] },
          { role: 'grid', by: ['sms', 'voice'] },
        ],
      },
      {
        after: 2 * MIN,
        call: [
          { role: 'duty', by: ['sms', 'voice'] },
          { role: 'leader', by: ['sms', 'voice'] },
        ],
      },
      {
        after: 5 * MIN,
        call: [
          { role: 'leader', by: ['sms', 'voice'] },
          { role: 'deputy', by: ['sms', 'voice'] },
        ],
      },
      { after: 10 * MIN, call: [{ role: 'leader' }, { role: 'deputy' }] },
    ],
  },
  orange: {
    loop: 30 * MIN,
    steps: [
      {
        after: 0,
        call: [
          { role: 'duty', by: ['desk', 'robot'] },
          { role: 'grid', by: ['sms'] },
        ],
      },
      { after: 10 * MIN, call: [{ role: 'duty', by: ['sms'] }] },
      { after: 30 * MIN, call: [{ role: 'leader', by: ['sms', 'voice'] }] },
    ],
  },
  yellow: {
    loop: 480 * MIN,
    steps: [
      { after: 0, call: [{ role: 'duty', by: ['desk', 'robot'] }], digest: 10 * MIN },
      { after: 30 * MIN, call: [{ role: 'duty', by: ['sms'] }] },
    ],
  },
} as const satisfies Record<'red' | 'orange' | 'yellow', unknown>

const ROLES = ['duty', 'grid', 'leader', 'deputy'] as const

export function rosterOf(persons: readonly Person[]): Roster {
  return {
    persons: [...persons],
    roles: ROLES.map((id) => ({ id, name: { 'zh-CN': id, en: id }, fallback: [persons.at(-1)!.id] })),
    tables: [],
    overrides: [],
    swaps: [],
    ladders: ROSTER_LADDERS as unknown as Roster['ladders'],
    office: { notices: 'duty', leader: 'leader' },
  }
}

export function dutyOf(scenario: Scenario, crewAt: (at: UtcMs) => 0 | 1): DutyView {
  const roster = rosterOf(scenario.persons)
  const byId = new Map(scenario.persons.map((person) => [person.id, person]))
  return {
    roster,
    person: (id) => byId.get(id) ?? null,
    spans: () => [],
    onDuty: (role, at): OnDuty => ({
      ...{ role, from: at, until: at, shift: null, source: 'cycle' },
      persons: [...(scenario.crews[crewAt(at)][role] ?? [])],
    }),
  }
}

/** A night of anything, made from a seed. */
export function scenarioOf(seed: number): Scenario {
  const chance = chanceOf(seed)
  const below = (most: number) => Math.floor(chance() * most)
  const pick = <T>(from: readonly T[]): T => from[below(from.length)]!
  const persons = Array.from({ length: 3 + below(4) }, (_, index): Person => {
    const wanted = CHANNELS.filter(() => chance() < 0.55).map(({ id }) => id)
    const channels = wanted.length >= 2 ? wanted : ['modem', pick(['robot', 'mail', 'desk'])]
    const contacts = channels.map((channel) => ({ channel, address: `${channel}-${index}` }))
    return { id: `p${index}`, name: `P${index}`, language: 'zh-CN', contacts, away: [] }
  })
  const some = () => persons.filter(() => chance() < 0.4).map(({ id }) => id)
  const crew = () => Object.fromEntries(ROLES.map((role) => [role, chance() < 0.15 ? [] : some()]))
  const endsAt = 300_000 + below(3_300) * 1_000
  const healsAt = Math.floor(endsAt * 0.5)
  const happenings: Happening[] = []
  const at = (most: number) => below(most / 1_000) * 1_000 + pick([0, 0, 250, 999])
  const many = chance() < 0.06 ? 40 + below(40) : 1 + below(6)
  for (let alarm = 0; alarm < many; alarm += 1) {
    const raisedAt = at(healsAt)
    const priority = pick(['red', 'red', 'orange', 'yellow', 'yellow', 'blue'] as const)
    happenings.push({ at: raisedAt, is: 'raise', alarm, priority, site: below(3) })
    if (chance() < 0.4) happenings.push({ at: raisedAt + at(900_000), is: 'acknowledge', alarm })
    if (chance() < 0.4) happenings.push({ at: raisedAt + at(300_000), is: 'return', alarm })
    if (chance() < 0.2) happenings.push({ at: raisedAt + at(900_000), is: 'raise', alarm, priority, site: 0 })
  }
  for (let n = below(8); n > 0; n -= 1) {
    const manner = pick(['takes', 'busy', 'refuses', 'throttles', 'hangs', 'lies', 'undelivered'] as const)
    happenings.push({ at: at(healsAt), is: 'manner', channel: pick(CHANNELS).id, manner })
  }
  for (let n = below(4); n > 0; n -= 1)
    happenings.push({ at: at(healsAt), is: 'crash', downMs: pick([0, 1_000, 50_000, 400_000]) })
  for (let n = below(3); n > 0; n -= 1) {
    happenings.push({ at: at(endsAt), is: 'clock', byMs: pick([-86_400_000, -3_000, 60_000, 3_600_000]) })
  }
  if (chance() < 0.5) happenings.push({ at: at(endsAt), is: 'shift' })
  return {
    ...{ persons, crews: [crew(), crew()], healsAt, endsAt, latencyMs: pick([0, 40, 700, 4_000]) },
    happenings: happenings.filter((one) => one.at < endsAt).toSorted((a, b) => a.at - b.at),
  }
}

interface SimAlarm {
  readonly id: string
  readonly site: string
  readonly priority: Priority
  isActive: boolean
  awaits: boolean
  /** When it was acknowledged last; the provider must hear nothing of a call begun after. */
  ackedAt: number | null
  calledAt: number
  isTaken: boolean
}

interface Ladder extends EscalationState {
  begun: { round: number; kind: 'raise' | 'again' }
}

interface Flight {
  readonly id: string
  readonly batch: Batch
  readonly endsAt: number
  readonly outcome: Outcome
  /** What comes back later. */
  readonly report: 'undelivered' | null
}

type Row = DispatchRow & { readonly leaseUntil?: number; readonly owner?: number }

export function playNight(seed: number): Night {
  return play(scenarioOf(seed))
}

/** Plays one night second by second, leaving out seconds at which nothing can happen. */
export function play(scenario: Scenario): Night {
  const world = openWorld(scenario)
  const ticks: number[] = []
  let due = 0
  for (let t = 0; t <= scenario.endsAt; t = Math.max(t + 1_000, world.nextAt(t, scenario.happenings[due]?.at))) {
    for (; (scenario.happenings[due]?.at ?? Infinity) <= t; due += 1) world.happen(scenario.happenings[due]!, t)
    world.tick(t)
    ticks.push(t)
  }
  world.judge(scenario.endsAt)
  return { ...world.night, ticks }
}

/** One function holds the world's state, as one process would. */
function openWorld(scenario: Scenario) {
  const { persons, latencyMs } = scenario
  const ways = new Map<string, Medium>(CHANNELS.map(({ id, medium }) => [id, medium]))
  const rows = new Map<string, Row>()
  const queuedOver = new Map<string, Map<string, Row>>(CHANNELS.map(({ id }) => [id, new Map()]))
  const inHand = new Map<string, Row>()
  const keysOf = new Map<string, string[]>()
  const alarms = new Map<string, SimAlarm>()
  const ladders = new Map<string, Ladder>()
  const announced: { n: number; alarm: string; kind: 'again' | 'returned' | 'acknowledged'; quietly: boolean }[] = []
  const spent = new Map<string, Map<string, Spent & { red: boolean; begun: number }>>(
    CHANNELS.map(({ id }) => [id, new Map()]),
  )
  const penalties = new Map<string, number>()
  const manners = new Map<string, Manner>()
  /** Since when a red row could have gone, as ticks saw it. */
  const waitsSince = new Map<string, number>()
  /** When the provider really got something, by channel. */
  const arrivals = new Map<string, number[]>(CHANNELS.map(({ id }) => [id, []]))
  const acceptances = new Set<string>()
  let flights: Flight[] = []
  let reports: { at: number; keys: readonly string[] }[] = []
  const wrongs: string[] = []
  const sent: Sent[] = []
  const seen: Record<string, number> = {}
  const raisedAt: number[] = []
  let storm: UtcMs | null = null
  let crew: 0 | 1 = 0
  let run = 1
  let batches = 0
  let announcements = 0
  let rowCount = 0
  let downUntil = 0
  let jumped = 0
  let upSince = 0
  const duty = dutyOf(scenario, () => crew)
  const note = (what: string) => (seen[what] = (seen[what] ?? 0) + 1)
  const wrong = (id: string, what: string) => {
    if (wrongs.length < 20) wrongs.push(`${id}: ${what}`)
  }
  const nowAt = (t: number) => utcMs(START + t + jumped)

  const insert = (made: readonly NewRow[], t: number) => {
    for (const row of made) {
      if (rows.has(row.key)) continue
      rowCount += 1
      const own = keysOf.get(row.alarm ?? '') ?? []
      own.push(row.key)
      keysOf.set(row.alarm ?? '', own)
      put(
        { ...row, id: row.key, n: rowCount, state: 'queued', attempts: 0, retryAt: 0, batch: null },
        { state: 'queued' },
      )
      checkStep(row)
      if (row.priority === 'red' && row.holdUntil > nowAt(t)) wrong('E10', `${row.key} is held back`)
      const alarm = alarms.get(row.alarm ?? '')
      if (alarm !== undefined && isCall(row.kind) && row.kind !== 'returned') alarm.calledAt = t
    }
  }
  const put = (row: Row, change: Partial<Row> & { state: NoticeState }) => {
    const next = { ...row, ...change }
    rows.set(row.key, next)
    const queue = queuedOver.get(row.channel)!
    if (next.state === 'queued') queue.set(row.key, next)
    else queue.delete(row.key)
    if (next.state === 'sending') inHand.set(row.key, next)
    else inHand.delete(row.key)
  }
  const rowsOf = (alarm: string): Row[] => (keysOf.get(alarm) ?? []).map((key) => rows.get(key)!)
  const aroundOf = (row: Row, t: number): Around => {
    const person = duty.person(row.person)!
    const others = waysOf(person, ways)
      .filter(({ channel }) => channel !== row.channel)
      .map((way) => ({ ...way, state: rows.get(inStead(row, way).key)?.state ?? null }))
    const awaits = row.alarm === null || (alarms.get(row.alarm)?.awaits ?? false)
    return { awaits, hasLadder: ladders.has(row.alarm ?? ''), others, t }
  }
  const follow = (row: Row, state: NoticeState, fallbacks: readonly NewRow[], t: number) => {
    insert(fallbacks, alarms.get(row.alarm ?? '')?.calledAt ?? t)
    if (fallbacks.length > 0) note('E15')
    if (state !== 'failed') return
    note('E2')
    const ladder = ladders.get(row.alarm ?? '')
    const candidates = waysOf(duty.person(row.person)!, ways).filter(({ channel }) => channel !== row.channel)
    const missing = candidates.filter((way: Way) => !rows.has(inStead(row, way).key))
    if (missing.length > 0)
      wrong('E2', `${row.key} failed without rows over ${missing.map(({ channel }) => channel).join()}`)
    if (fallbacks.length > 0 || ladder === undefined || !isCall(row.kind)) return
    const alive = rowsOf(row.alarm ?? '').filter(
      (other) =>
        other.round === row.round &&
        other.key !== row.key &&
        isCall(other.kind) &&
        other.kind !== 'returned' &&
        other.state !== 'failed' &&
        other.state !== 'cancelled',
    )
    const hope = { sinceStep: alive.some(({ step }) => step >= row.step), inRound: alive.length > 0 }
    const { begun: _, ...place } = ladder
    Object.assign(ladder, hurryEscalation(place, row, { hope, now: nowAt(t) }))
  }
  const settle = (row: Row, outcome: Outcome, t: number) => {
    const settled = settleRow(row, outcome, aroundOf(row, t))
    put(row, { state: settled.state, attempts: settled.attempts, retryAt: settled.retryAt, leaseUntil: 0 })
    note(settled.state)
    if (settled.state === 'accepted' && !acceptances.has(row.key))
      wrong('E2', `${row.key} accepted without the provider`)
    follow(row, settled.state, settled.fallbacks, t)
  }
  /** A red message waits for a provider that takes nothing only where its person has no other way left. */
  const checkMoved = (channel: string, t: number) => {
    if ((penalties.get(channel) ?? 0) <= t) return
    for (const row of queuedOver.get(channel)!.values()) {
      if (row.priority !== 'red') continue
      if (aroundOf(row, t).others.some(({ state }) => state === null)) wrong('E10', `${row.key} waits for a penalty`)
    }
  }
  const moveRed = (channel: string, t: number) => {
    for (const row of [...queuedOver.get(channel)!.values()]) {
      if (row.priority !== 'red') continue
      const fallbacks = moveAway(row, aroundOf(row, t))
      if (fallbacks === null) continue
      put(row, { state: 'failed' })
      note('moved')
      follow(row, 'failed', fallbacks, t)
    }
  }
  const land = (flight: Flight, t: number) => {
    const { batch, outcome } = flight
    const tokens = spent.get(batch.channel)!
    tokens.set(flight.id, { ...tokens.get(flight.id)!, ended: t })
    if (outcome.is === 'throttled') {
      penalties.set(batch.channel, Math.max(penalties.get(batch.channel) ?? 0, t + outcome.penaltyMs))
      note('throttled')
    }
    for (const { key } of batch.rows) {
      const row = rows.get(key)!
      const isOwn = row.state === 'sending' && row.batch === flight.id
      if (outcome.is === 'accepted') {
        if (!acceptances.has(key)) wrong('E2', `${key} accepted without the provider`)
        put(row, { state: 'accepted' })
        const alarm = alarms.get(row.alarm ?? '')
        if (alarm !== undefined) alarm.isTaken = true
      } else if (isOwn) settle(row, outcome, t)
    }
    if (outcome.is === 'throttled') moveRed(batch.channel, t)
    if (flight.report !== null) reports.push({ at: t + 5_000, keys: batch.rows.map(({ key }) => key) })
  }
  const answerOf = (channel: SimChannel, t: number): { outcome: Outcome; takes: boolean; after: number } => {
    const manner = t >= scenario.healsAt ? 'takes' : (manners.get(channel.id) ?? 'takes')
    const took = (outcome: Outcome) => ({ outcome, takes: true, after: latencyMs })
    const not = (outcome: Outcome, after = latencyMs) => ({ outcome, takes: false, after })
    switch (manner) {
      case 'takes':
      case 'undelivered':
        return took({ is: 'accepted', answer: 'ok' })
      case 'lies':
        return took({ is: 'temporary', answer: 'lost' })
      case 'busy':
        return not({ is: 'temporary', answer: 'busy' })
      case 'refuses':
        return not({ is: 'refused', answer: 'no' })
      case 'hangs':
        return not({ is: 'temporary', answer: 'timeout' }, latencyMs === 0 ? 0 : TIMEOUT_MS)
      case 'throttles':
        return not({
          is: 'throttled',
          answer: 'too many',
          penaltyMs: Math.max(LEAST_PENALTY_MS, channel.penaltyMs),
          isForAll: true,
        })
    }
  }
  const begin = (channel: SimChannel, batch: Batch, t: number) => {
    if ((penalties.get(channel.id) ?? 0) > t) wrong('E4', `${channel.id} is asked during its penalty`)
    const id = `b${(batches += 1)}`
    const isRed = batch.priority === 'red'
    for (const chosen of batch.rows) {
      const row = rows.get(chosen.key)!
      if (row.state !== 'queued') wrong('E11', `${row.key} in two messages at once`)
      const alarm = alarms.get(row.alarm ?? '')
      if (isCall(row.kind) && alarm !== undefined && !alarm.awaits)
        wrong('E5', `${row.key} begun after the acknowledgement`)
      put(row, { state: 'sending', attempts: row.attempts + 1, batch: id, leaseUntil: t + LEASE_MS, owner: run })
    }
    if (isRed && new Set(batch.rows.map(({ alarm }) => alarm)).size > 1) wrong('E11', 'red alarms in one message')
    if (batch.rows.length > linesThatFit(channel.medium, channel.mostBytes) && batch.isDigest)
      wrong('E11', 'more alarms than fit')
    if (batch.rows.some(({ person }) => person !== batch.person)) wrong('E11', 'two persons in one message')
    const { outcome, takes, after } = answerOf(channel, t)
    arrivals.get(channel.id)!.push(t + after)
    if (takes) for (const { key } of batch.rows) acceptances.add(key)
    spent.get(channel.id)!.set(id, { ended: null, red: isRed, begun: t })
    sent.push({
      at: t,
      channel: channel.id,
      person: batch.person,
      keys: batch.rows.map(({ key }) => key),
      outcome: outcome.is,
    })
    const isUndelivered = manners.get(channel.id) === 'undelivered' && t < scenario.healsAt && outcome.is === 'accepted'
    const flight: Flight = { id, batch, endsAt: t + after, outcome, report: isUndelivered ? 'undelivered' : null }
    if (batch.isDigest) {
      note('digest')
      note('E11')
    }
    if (after === 0) land(flight, t)
    else flights.push(flight)
  }
  const factsOf = (channel: SimChannel, t: number) => {
    const tokens = spent.get(channel.id)!
    // What an unlimited channel sent before is of no interest.
    for (const [id, { ended }] of tokens)
      if (channel.most === null) tokens.delete(id)
      else if (ended !== null && ended <= t - channel.perMs) tokens.delete(id)
    return {
      ...{ allowance: channel, spent: [...tokens.values()], penaltyUntil: penalties.get(channel.id) ?? 0 },
      inHand: flights.filter(({ batch }) => batch.channel === channel.id).length,
      ...{ mostInHand: IN_HAND, lines: linesThatFit(channel.medium, channel.mostBytes) },
    }
  }
  const pump = (t: number) => {
    for (const channel of CHANNELS) {
      for (let rounds = 0; rounds < 200 && queuedOver.get(channel.id)!.size > 0; rounds += 1) {
        const facts = factsOf(channel, t)
        if (facts.penaltyUntil > t) moveRed(channel.id, t)
        const queued = queuedOver.get(channel.id)!
        const chosen = chooseSends([...queued.values()], facts, { now: nowAt(t), t })
        checkOrder(chosen)
        checkReserve(channel, chosen, facts.spent.length)
        const isRed = ({ priority }: { priority: Priority }) => priority === 'red'
        if (chosen.some(isRed) && ![...queued.values()].every(isRed)) note('E10')
        // A provider that throttles the first of them at once is not asked for the others.
        for (const batch of chosen)
          if (chosen[0] === batch || (penalties.get(channel.id) ?? 0) <= t) begin(channel, batch, t)
        if (chosen.length === 0 || latencyMs > 0) break
      }
    }
  }
  /** A step nobody can be reached on gives way in the same tick; a round is followed by another one. */
  const checkClimb = (alarm: SimAlarm, plan: ReturnType<typeof planEscalation>, now: UtcMs) => {
    if (plan.rows.length === 0 && plan.next.step !== 0)
      wrong('E7', `${alarm.id} calls nobody and waits for ${plan.next.step}`)
    const { round } = ladders.get(alarm.id)!
    if (plan.next.step === 0 && plan.next.round <= round) wrong('E6', `${alarm.id} is in round ${round} again`)
    if (plan.next.dueAt - now > 480 * MIN) wrong('E6', `${alarm.id} waits longer than its ladder`)
  }
  const checkOrder = (chosen: readonly Batch[]) => {
    const ranks = chosen.map(({ priority }) => ['red', 'orange', 'yellow', 'blue'].indexOf(priority))
    if (ranks.some((rank, index) => index > 0 && rank < ranks[index - 1]!)) wrong('E12', ranks.join())
    if (new Set(ranks).size > 1) note('E12')
  }
  const checkReserve = ({ id, most, reserved }: SimChannel, chosen: readonly Batch[], used: number) => {
    if (most === null || chosen.every(({ priority }) => priority === 'red')) return
    if (used + chosen.length > most - Math.min(reserved, most - 1)) wrong('E14', `${id} has no token left for red`)
    note('E14')
  }
  const climb = (t: number) => {
    const now = nowAt(t)
    for (const [id, ladder] of ladders) {
      if (ladder.dueAt > now) continue
      const alarm = alarms.get(id)!
      const { begun, ...state } = ladder
      const plan = planEscalation({ alarm, state, begun, duty, ways, told: toldOf(id), now })
      checkClimb(alarm, plan, now)
      if (plan.next.dueAt <= now) wrong('E7', `${id} is still due at ${plan.next.round}/${plan.next.step}`)
      const ladderRows = plan.rows.filter(({ kind }) => kind !== 'handed-over')
      checkDuty(alarm, ladderRows)
      if (plan.nobody.length > 0) {
        note('nobody')
        note('E7')
      }
      if (alarm.priority === 'red' && state.round > begun.round) note('E6')
      if (crew === 1 && ladderRows.length > 0) note('E9')
      if (plan.rows.length > ladderRows.length) note('handed-over')
      insert(plan.rows, t)
      alarm.calledAt = t
      Object.assign(ladder, plan.next)
    }
  }
  const checkDuty = (alarm: SimAlarm, made: readonly NewRow[]) => {
    const present = new Set(ROLES.flatMap((role) => scenario.crews[crew][role] ?? []))
    const fallback = persons.at(-1)!.id
    for (const { person, key } of made) {
      if (!present.has(person) && person !== fallback)
        wrong('E9', `${key} calls somebody who is not on duty for ${alarm.id}`)
    }
    const perStep = Map.groupBy(made, ({ round, step }) => `${round}/${step}`)
    for (const [, group] of perStep) {
      const people = new Set(group.map(({ person }) => person))
      for (const person of people)
        if (
          perStep.size > 1 &&
          [...perStep.values()].filter((other) => other.some((row) => row.person === person)).length > 1
        )
          wrong('E15', `${person} is called for two missed steps at once`)
    }
  }
  const toldOf = (id: string): Told[] =>
    rowsOf(id)
      .filter((row) => isCall(row.kind) && /sending|accepted|delivered|seen/.test(row.state))
      .map(({ person, name, channel, medium }) => ({ person, name, channel, medium, byEdgeAt: null }))
  const announce = (t: number) => {
    const now = nowAt(t)
    for (const one of announced.splice(0)) {
      const alarm = alarms.get(one.alarm)!
      const ladder = ladders.get(one.alarm)
      const { round, step } = ladder ?? { round: 0, step: 0 }
      const told = toldOf(one.alarm)
      const { kind, n, quietly } = one
      if (kind === 'acknowledged') {
        if (!alarm.awaits) insert(planLines({ alarm, told, now }, { kind, place: String(n), round, step }), t)
      } else if (alarm.awaits && kind === 'returned') {
        insert(planLines({ alarm, told, now }, { kind, place: `${round}|${step}`, round, step }), t)
      } else if (alarm.awaits) {
        insert(planBeside({ alarm, begun: { round, kind }, duty, ways, told, now, n, quietly }), t)
      }
    }
  }
  const orphans = (t: number) => {
    for (const row of [...inHand.values()]) {
      if (row.owner === run && (row.leaseUntil ?? 0) > t) continue
      note('orphan')
      const tokens = spent.get(row.channel)!
      const token = tokens.get(row.batch ?? '')
      // What a process that is gone had sent may reach the provider until its lease ends.
      if (token?.ended === null) tokens.set(row.batch!, { ...token, ended: Math.max(t, row.leaseUntil ?? 0) })
      note('E3')
      settle(row, { is: 'temporary', answer: 'no outcome known' }, t)
    }
  }
  const raise = (happening: Extract<Happening, { is: 'raise' }>, t: number) => {
    const id = `a${happening.alarm}`
    const known = alarms.get(id)
    if (happening.priority === 'blue') return
    if (known?.isActive === true) return
    raisedAt.push(t)
    const site = `s${happening.site}`
    const alarm: SimAlarm = {
      id,
      site,
      priority: happening.priority,
      isActive: true,
      awaits: true,
      ackedAt: null,
      calledAt: t,
      isTaken: known?.isTaken ?? false,
    }
    alarms.set(id, alarm)
    if (known?.awaits === true) {
      announced.push({ n: (announcements += 1), alarm: id, kind: 'again', quietly: false })
      return
    }
    alarm.isTaken = false
    const used = rowsOf(id).map(({ round }) => round + 1)
    const round = known === undefined ? 0 : Math.max(0, ...used)
    ladders.set(id, {
      round,
      step: 0,
      dueAt: nowAt(t),
      begun: { round, kind: known === undefined ? 'raise' : 'again' },
    })
    cancel(id, (row) => row.kind === 'acknowledged')
  }
  const cancel = (alarm: string, which: (row: Row) => boolean) => {
    for (const row of rowsOf(alarm)) {
      if (row.state === 'queued' && which(row)) put(row, { state: 'cancelled' })
    }
  }
  const acknowledge = (id: string, t: number) => {
    const alarm = alarms.get(id)
    if (alarm?.awaits !== true) return
    Object.assign(alarm, { awaits: false, ackedAt: t })
    ladders.delete(id)
    for (let index = announced.length - 1; index >= 0; index -= 1)
      if (announced[index]!.alarm === id) announced.splice(index, 1)
    announced.push({ n: (announcements += 1), alarm: id, kind: 'acknowledged', quietly: true })
    const own = rowsOf(id).filter(({ kind }) => isCall(kind))
    if (own.some(({ state }) => state === 'queued')) note('E5')
    if (own.some(({ state }) => state === 'sending')) note('E13')
    cancel(id, (row) => isCall(row.kind))
    note('acknowledged')
  }

  return {
    get night() {
      return { wrongs, sent, seen, rows: [...rows.values()] } satisfies Omit<Night, 'ticks'>
    },
    happen: (what: Happening, t: number) => {
      switch (what.is) {
        case 'raise': {
          raise(what, t)
          return
        }
        case 'acknowledge': {
          acknowledge(`a${what.alarm}`, t)
          return
        }
        case 'return': {
          const alarm = alarms.get(`a${what.alarm}`)
          if (alarm?.isActive !== true) return
          alarm.isActive = false
          if (alarm.awaits)
            announced.push({ n: (announcements += 1), alarm: alarm.id, kind: 'returned', quietly: true })
          return
        }
        case 'manner':
          manners.set(what.channel, what.manner)
          return
        case 'shift':
          crew = 1
          return
        case 'clock':
          // The desk's time never goes back; a step forwards is a step.
          jumped += Math.max(0, what.byMs)
          for (const alarm of alarms.values()) alarm.calledAt = t
          return
        case 'crash':
          // What was on the way arrives all the same; nobody is there to hear the answer.
          flights = []
          run += 1
          downUntil = Math.max(downUntil, t + what.downMs)
          upSince = downUntil
          note('crash')
      }
    },
    tick: (t: number) => {
      if (t < downUntil) return
      for (const flight of flights.filter(({ endsAt }) => endsAt <= t)) {
        flights = flights.filter((other) => other !== flight)
        land(flight, t)
      }
      for (const report of reports.filter(({ at }) => at <= t)) {
        for (const key of report.keys) {
          const row = rows.get(key)!
          if (row.state !== 'accepted') continue
          const settled = settleUndelivered(row, aroundOf(row, t))
          put(row, { state: settled.state })
          note('undelivered')
          if (aroundOf(row, t).awaits) follow(row, settled.state, settled.fallbacks, t)
        }
      }
      reports = reports.filter(({ at }) => at > t)
      orphans(t)
      climb(t)
      pump(t)
      announce(t)
      const recent = raisedAt.filter((at) => at > t - 600_000).length
      const stepped = stepStorm(storm, recent, nowAt(t))
      if (stepped.change !== null) note(`storm-${stepped.change}`)
      storm = stepped.storm
      pump(t)
      checkTick(t)
    },
    /** When something can happen next. */
    nextAt: (t: number, happening: number | undefined): number => {
      const candidates = [happening ?? Infinity, scenario.endsAt, downUntil > t ? downUntil : Infinity]
      if (announced.length > 0) return t + 1_000
      for (const { dueAt } of ladders.values()) candidates.push(dueAt - START - jumped)
      for (const { endsAt } of flights) candidates.push(endsAt)
      for (const { at } of reports) candidates.push(at)
      for (const row of inHand.values()) candidates.push(row.leaseUntil ?? 0)
      for (const queue of queuedOver.values()) {
        for (const row of queue.values()) {
          const at = Math.max(row.holdUntil - START - jumped, row.retryAt, penalties.get(row.channel) ?? 0)
          if (at <= t) return t + 1_000
          candidates.push(at)
        }
      }
      const next = Math.min(...candidates)
      return Math.max(t + 1_000, Math.ceil((next - (t % 1_000)) / 1_000) * 1_000 + (t % 1_000))
    },
    judge: (t: number) => {
      for (const alarm of alarms.values()) {
        const since = Math.max(scenario.healsAt, upSince, alarm.calledAt)
        const hasHad = t - since > 1_300_000
        if (hasHad) note('E1')
        const isUntold = alarm.awaits && !alarm.isTaken && hasHad
        if (isUntold && !yieldsToRed(alarm, t)) wrong('E1', `${alarm.id} ${alarm.priority} told to nobody`)
      }
      for (const channel of CHANNELS) checkWindow(channel)
    },
  }

  function checkStep(row: NewRow): void {
    if (row.kind !== 'raise' && row.kind !== 'escalation') return
    const place = `${row.round}|${row.step}`
    const own = rowsOf(row.alarm ?? '').filter(
      (other) => `${other.round}|${other.step}` === place && isCall(other.kind),
    )
    const most = persons.length * CHANNELS.length
    if (own.filter(({ kind }) => kind === row.kind).length > most)
      wrong('E15', `${row.alarm}|${place}: ${own.length} rows`)
  }

  function checkWindow({ id, most, perMs }: SimChannel): void {
    if (most === null) return
    const times = arrivals.get(id)!.toSorted((a, b) => a - b)
    if (times.length > most) note('E4')
    for (let index = most; index < times.length; index += 1) {
      if (times[index]! - times[index - most]! < perMs) {
        wrong('E4', `${id}: ${most + 1} messages in ${times[index]! - times[index - most]!} ms`)
        return
      }
    }
  }

  function checkTick(t: number): void {
    for (const row of inHand.values()) {
      if ((row.leaseUntil ?? 0) + 1_000 < t) wrong('E3', `${row.key} in hand of nobody`)
    }
    for (const queue of queuedOver.values()) {
      for (const row of queue.values()) {
        const isPointless = isCall(row.kind) && alarms.get(row.alarm ?? '')?.awaits === false
        if (isPointless) wrong('E13', `${row.key} queued after the acknowledgement`)
      }
    }
    for (const alarm of alarms.values()) {
      if (alarm.priority !== 'red' || !alarm.awaits) continue
      if (t - Math.max(alarm.calledAt, upSince) > 10 * MIN + 2_000)
        wrong('E6', `${alarm.id} not called for ${t - alarm.calledAt} ms`)
    }
    for (const channel of CHANNELS) {
      checkRed(channel, t)
      checkMoved(channel.id, t)
    }
    for (const [id, ladder] of ladders) checkHope(id, ladder, t)
  }

  /** Where nobody that was called can be reached any more, the ladder does not wait. */
  function checkHope(id: string, ladder: Ladder, t: number): void {
    const own = rowsOf(id).filter(({ kind }) => isCall(kind) && kind !== 'returned')
    if (own.length === 0 || own.some(({ state }) => state !== 'failed' && state !== 'cancelled')) return
    const left = ladder.dueAt - nowAt(t)
    if (ladder.step > 0 && own.some(({ round }) => round === ladder.round) && left > 1_000)
      wrong('E1', `${id} waits for the next step`)
    if (ladder.step === 0 && left > 10 * MIN + 1_000) wrong('E1', `${id} waits for the next round`)
  }

  /** Red messages that nobody acknowledges come first on every channel there is (E12): what is not red waits, and is not lost. */
  function yieldsToRed({ id, priority }: SimAlarm, t: number): boolean {
    const waiting = rowsOf(id).filter((row) => row.state === 'queued' && isReady(row, { now: nowAt(t), t }))
    const isTaken = (channel: SimChannel) => {
      const tokens = [...spent.get(channel.id)!.values()]
      return freeTokens(channel, tokens, t).other === 0 && tokens.some(({ red }) => red)
    }
    const channels = CHANNELS.filter((channel) => waiting.some((row) => row.channel === channel.id))
    return priority !== 'red' && channels.length > 0 && channels.every(isTaken)
  }

  /** No red message waits for two seconds that could go (E10). */
  function checkRed(channel: SimChannel, t: number): void {
    if (queuedOver.get(channel.id)!.size === 0) return
    const facts = factsOf(channel, t)
    if (facts.penaltyUntil > t || facts.inHand >= IN_HAND || freeTokens(channel, facts.spent, t).red === 0) return
    for (const row of queuedOver.get(channel.id)!.values()) {
      if (row.priority !== 'red') continue
      // Its hold and its pause are over for so long; what took the place of a failure in this tick has just come.
      const since = Math.max(waitsSince.get(row.key) ?? t, row.retryAt)
      waitsSince.set(row.key, since)
      if (isReady(row, { now: nowAt(t), t }) && t - since > 1_000) wrong('E10', `${row.key} waits`)
    }
  }
}
