import { randomInt, randomUUID } from 'node:crypto'
import type { Actor } from '../../../core/contract/ledger.ts'
import type { ShiftTable, SpotCheck } from '../../../core/contract/roster.ts'
import { type UtcMs, utcMs } from '../../../core/contract/time.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import type { Chance } from '../../../platform/clock.ts'
import type { AlarmDesk } from '../alarms/desk.ts'
import type { LedgerAction } from '../alarms/ledger.ts'
import type { Database, Query } from '../db/database.ts'
import type { QueueMemos } from '../notify/memo.ts'
import { missedWords, spotWords } from './messages.ts'
import {
  addSpot,
  addSpotPlan,
  dueSpotPlans,
  endSpotPlan,
  isAlarmCode,
  settleSpot,
  type SpotPlan,
  waitingSpotOf,
  waitingSpots,
} from './presence-rows.ts'
import type { RosterVersions } from './versions.ts'

const MINUTE_MS = 60_000
const IN_TIME_MS = MINUTE_MS
const MISSED_MS = 5 * MINUTE_MS
/** One that fell due while the control room was down is still made for so long. */
const LATE_MS = 10 * MINUTE_MS
/** No check so shortly before a shift ends. */
const BEFORE_END_MS = 2 * MISSED_MS

/** Codes drawn before one is taken that an alarm has too. */
const CODE_TRIES = 50

const SYSTEM: Actor = { kind: 'system', name: 'control-room' }

/** Who answers: the person themselves, or whoever types the code. */
export interface SpotAnswer {
  readonly person?: string
  readonly code?: string
  readonly actor: Actor
}

/** Test calls at times nobody knows (查岗). */
export interface SpotChecks {
  /** Plans those of the shifts that run, makes those that are due, and ends those nobody has answered. */
  tick(now: UtcMs): Promise<void>
  /** Takes an answer: in time within 60 s, late within 5 min. Throws `http/not-found` where none waits. */
  answer(answer: SpotAnswer): Promise<SpotCheck>
}

export interface SpotDeps {
  readonly db: Database
  readonly desk: Pick<AlarmDesk, 'time' | 'append'>
  readonly memos: QueueMemos
  readonly versions: () => RosterVersions
  readonly chance: Chance
  readonly changed: () => void
}

export function openSpotChecks(deps: SpotDeps): SpotChecks {
  const { db, desk } = deps
  const planned = new Set<string>()
  return {
    tick: async (now) => {
      await plan(deps, planned, now)
      const isDue = await db.read(async (q) => {
        const plans = await dueSpotPlans(q, now)
        return plans.length + (await missedSpots(q, now)).length > 0
      })
      if (!isDue) return
      await db.transaction(async (q) => {
        await make(q, deps, now)
        await endMissed(q, deps, now)
      })
      deps.changed()
    },
    answer: async ({ person, code, actor }) => {
      const at = await desk.time()
      const settled = await db.transaction(async (q) => {
        const waiting = await waitingSpotOf(q, {
          ...(person === undefined ? {} : { person }),
          ...(code === undefined ? {} : { code }),
        })
        if (waiting === null)
          throw new HouseError('http/not-found', 'expected a spot check that waits for an answer, came none', {
            because: 'no-spot-check',
          })
        const verdict = at - waiting.sentAt <= IN_TIME_MS ? 'in-time' : 'late'
        const answered: SpotCheck = { ...waiting, answeredAt: at, verdict }
        await settleSpot(q, answered)
        const detail = { id: waiting.id, role: waiting.role, afterMs: at - waiting.sentAt, verdict }
        await desk.append(q, [{ actor, act: 'spot-check-answered', subject: waiting.person, detail }])
        return answered
      })
      deps.changed()
      return settled
    },
  }
}

/** Gives each check of the shifts that run its time, once. */
async function plan({ db, versions, chance }: SpotDeps, planned: Set<string>, now: UtcMs): Promise<void> {
  const { newest, plan: roster } = versions()
  const fresh = newest.roster.tables.flatMap(({ role, spotChecks }: ShiftTable): SpotPlan[] => {
    const shift = spotChecks === 0 ? null : roster.shiftAt(role, now)
    if (shift === null || planned.has(`${role} ${shift.from} ${spotChecks}`)) return []
    planned.add(`${role} ${shift.from} ${spotChecks}`)
    const begin = Math.max(now, shift.from)
    const end = shift.to - BEFORE_END_MS
    if (end <= begin) return []
    return Array.from({ length: spotChecks }, (_, place) => {
      const dueAt = utcMs(Math.floor(begin + chance() * (end - begin)))
      return { role, shiftAt: shift.from, place, dueAt }
    })
  })
  if (fresh.length === 0) return
  await db.transaction(async (q) => {
    for (const one of fresh) await addSpotPlan(q, one)
  })
}

/** Sends the checks that are due, each to one of those on duty. */
async function make(q: Query, { desk, memos, versions, chance }: SpotDeps, now: UtcMs): Promise<void> {
  const due = await dueSpotPlans(q, now)
  for (const one of due) {
    await endSpotPlan(q, one)
    const { persons } = versions().plan.onDuty(one.role, now)
    const person = persons[Math.floor(chance() * persons.length)]
    if (person === undefined || now > one.dueAt + LATE_MS) continue
    const code = await freeCode(q, person)
    const id = randomUUID()
    await addSpot(q, { id, person, role: one.role, sentAt: now, answeredAt: null, verdict: 'waiting' }, code)
    const memo = { key: `spot|${id}`, kind: 'memo', priority: 'orange', person, over: 'all' } as const
    await memos(q, [{ ...memo, ...spotWords(code) }], now)
    await desk.append(q, [{ actor: SYSTEM, act: 'spot-check-sent', subject: person, detail: { id, role: one.role } }])
  }
}

/** Four digits that no alarm has for this person, as far as there are any. */
async function freeCode(q: Query, person: string): Promise<string> {
  const draw = () => String(randomInt(10_000)).padStart(4, '0')
  let code = draw()
  for (let tries = 1; tries < CODE_TRIES && (await isAlarmCode(q, person, code)); tries += 1) code = draw()
  return code
}

/** Ends the checks nobody has answered, and tells the leader on duty. */
async function endMissed(q: Query, { desk, memos, versions }: SpotDeps, now: UtcMs): Promise<void> {
  const missed = await missedSpots(q, now)
  for (const spot of missed) {
    const { id, person, role } = spot
    await settleSpot(q, { ...spot, verdict: 'missed' })
    const action: LedgerAction = { actor: SYSTEM, act: 'spot-check-missed', subject: person, detail: { id, role } }
    await desk.append(q, [action])
    const { newest, plan: roster } = versions()
    const named = newest.roster.persons.find((one) => one.id === person)?.name ?? person
    const called = newest.roster.roles.find((one) => one.id === role)?.name ?? { 'zh-CN': role, en: role }
    const { leader, notices } = newest.roster.office
    const leaders = roster.onDuty(leader, now).persons.filter((one) => one !== person)
    // A leader who is missed themselves is no one to tell.
    const told = leaders.length > 0 ? leaders : roster.onDuty(notices, now).persons.filter((one) => one !== person)
    const memo = (to: string) =>
      ({ key: `spot-missed|${id}|${to}`, kind: 'memo', priority: 'orange', person: to }) as const
    const words = missedWords(named, called)
    await memos(
      q,
      told.map((to) => ({ ...memo(to), over: 'all' as const, ...words })),
      now,
    )
  }
}

function missedSpots(q: Query, now: UtcMs): Promise<SpotCheck[]> {
  return waitingSpots(q, utcMs(Math.max(0, now - MISSED_MS)))
}
