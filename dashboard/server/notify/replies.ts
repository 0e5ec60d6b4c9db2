import { createHash } from 'node:crypto'
import type { Person } from '../../../core/contract/roster.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import type { Heard } from '../../../platform/notifiers/notifier.ts'
import type { DutyView } from '../../../core/alarms/duty-view.ts'
import { isSameNumber, subscriberOf } from '../../../core/alarms/reply.ts'
import { awaitsPerson } from '../../../core/alarms/lifecycle.ts'
import { isHouseError } from '../../../core/kit/errors.ts'
import type { Log } from '../../../platform/log.ts'
import { applyAct, type PersonsAct } from '../alarms/acts.ts'
import { findAlarm } from '../alarms/alarm-rows.ts'
import type { AlarmDesk } from '../alarms/desk.ts'
import type { LedgerAction } from '../alarms/ledger.ts'
import type { Database, Query } from '../db/database.ts'
import { ownerOfCode } from './codes.ts'
import type { QueueMemos } from './memo.ts'
import { answerMemo, lockedMemos, refusedAct, lockedAct } from './reply-answers.ts'
import { type ParsedReply, parseReply } from './reply-parse.ts'
import {
  alarmTakenBy,
  isHandled,
  isUsed,
  MOST_WRONG,
  type ReplyOutcome,
  type Standing,
  standingOf,
  writeReply,
} from './reply-rows.ts'
import { REPLY_NOTES, RESULT_WORDS } from './reply-texts.ts'
import { noteSeen } from './seen.ts'

export interface RepliesDeps {
  readonly db: Database
  readonly desk: Pick<AlarmDesk, 'time' | 'append' | 'changed'>
  readonly duty: DutyView
  /** Says that a person is there. Throws `http/conflict` for somebody who is not on duty. The same again changes nothing. */
  readonly checkIn: (person: string) => Promise<unknown>
  /** Takes an answer to a spot check. Throws `http/not-found` where none of the person's waits for this code. */
  readonly answerSpot: (person: string, code: string) => Promise<unknown>
  readonly memos: QueueMemos
  readonly log: Log
}

/** Answers of people to messages, whatever carried them. */
export interface Replies {
  /**
   * Does what an answer asks and writes down that it was done, in one commit; the same answer handed over again does nothing. An answer
   * that counts for nothing is refused, counted and in the ledger. Throws `store/failed`: hand it over again then.
   */
  take(reply: Reply): Promise<ReplyOutcome | 'known'>
}

export type Reply = Omit<Extract<Heard, { kind: 'reply' }>, 'kind'>

/** What one answer is dealt with as. */
interface Dealt {
  readonly outcome: ReplyOutcome
  readonly person: Person | null
  readonly alarm: { readonly id: string; readonly number: string } | null
  /** For the answer: who has it, why it was refused. */
  readonly words: Readonly<Record<string, string>>
  readonly actions: readonly LedgerAction[]
  readonly changed: readonly string[]
}

interface Asked {
  readonly parsed: ParsedReply
  readonly persons: readonly Person[]
  readonly medium: Reply['medium']
  readonly now: UtcMs
}

export function openReplies(deps: RepliesDeps): Replies {
  const { db, desk, duty, log } = deps
  return {
    take: async (reply) => {
      const now = await desk.time()
      const number = subscriberOf(reply.from)
      const parsed = parseReply(reply.text)
      const persons = duty.roster.persons.filter((person) => hasNumber(person, number))
      const key = reply.key ?? keyOf(reply, now)
      if (await db.read((q) => isHandled(q, key))) return 'known'
      const standing = await db.read((q) => standingOf(q, number, now))
      // A key pressed during our own call comes from nobody else.
      const isLocked = standing.isLocked && reply.medium !== 'voice'
      const asked = { parsed, persons, medium: reply.medium, now }
      const elsewhere = isLocked ? null : await dealElsewhere(asked, deps)
      const { dealt, isKnown } = await db.transaction(async (q) => {
        if (await isHandled(q, key)) return { dealt: nothing('unclear', null), isKnown: true }
        const first = elsewhere ?? (isLocked ? nothing('locked', persons[0] ?? null) : await deal(q, asked))
        const done =
          first.outcome === 'code' && standing.wrong + 1 >= MOST_WRONG
            ? { ...first, outcome: 'locking' as const }
            : first
        await keep(q, done, { ...deps, ...asked, reply, key, number, standing })
        return { dealt: done, isKnown: false }
      })
      if (isKnown) return 'known'
      desk.changed(dealt.changed)
      if (isWrong(dealt.outcome)) {
        log.warn({ code: 'message/malformed', why: dealt.outcome, from: lastOf(number) }, 'an answer was refused')
      }
      return dealt.outcome
    },
  }
}

/** What is another part's own commit, and may be done twice without harm: it comes before ours. */
async function dealElsewhere({ parsed, persons }: Asked, deps: RepliesDeps): Promise<Dealt | null> {
  const [first] = persons
  if (first === undefined) return null
  if (parsed.is === 'check-in') {
    const isDone = await didIt(() => deps.checkIn(first.id))
    return nothing(isDone ? 'checked-in' : 'no-shift', first)
  }
  if (parsed.is !== 'acknowledge') return null
  for (const person of persons) {
    if (await didIt(() => deps.answerSpot(person.id, parsed.code))) return nothing('spot-check', person)
  }
  return null
}

async function didIt(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work()
    return true
  } catch (error) {
    if (isHouseError(error, 'http/not-found', 'http/conflict', 'http/invalid')) return false
    throw error
  }
}

async function deal(q: Query, asked: Asked): Promise<Dealt> {
  const { parsed, persons, now } = asked
  const [first] = persons
  if (first === undefined) return nothing('number', null)
  if (parsed.is === 'unclear' || parsed.is === 'check-in') return nothing('unclear', first)
  if (parsed.code === null) {
    const alarm = await alarmTakenBy(q, first.id, now)
    return alarm === null ? nothing('unclear', first) : await arrive(q, { ...asked, person: first, alarm })
  }
  for (const person of persons) {
    const owner = await ownerOfCode(q, { person: person.id, code: parsed.code }, now)
    if (owner === null) continue
    const one = { ...asked, person, alarm: owner.alarm }
    const used = await isUsed(q, { person: person.id, code: parsed.code, notice: owner.notice })
    // Who answers a message has read it (T7).
    const seen = await noteSeen(q, { notice: owner.notice }, now)
    const dealt = parsed.is === 'arrived' ? await arrive(q, one) : await acknowledge(q, { ...one, isUsed: used })
    return {
      ...dealt,
      actions: [...seen.actions, ...dealt.actions],
      changed: [...new Set([...seen.changed, ...dealt.changed])],
    }
  }
  return nothing('code', first)
}

interface OfAlarm extends Asked {
  readonly person: Person
  readonly alarm: string
}

async function acknowledge(q: Query, asked: OfAlarm & { readonly isUsed: boolean }): Promise<Dealt> {
  const { person, now, medium } = asked
  const alarm = await findAlarm(q, asked.alarm)
  if (alarm === null) return nothing('code', person)
  const of = { id: alarm.id, number: alarm.number }
  const waits = awaitsPerson(alarm.state)
  const by = alarm.acknowledgement?.by ?? ''
  if (asked.isUsed || (!waits && by === person.name)) return { ...nothing('again', person), alarm: of }
  if (alarm.state === 'closed') return { ...nothing('closed', person), alarm: of }
  const note = noteOf(asked)
  const via = medium === 'voice' ? 'voice' : 'sms'
  const done = await applyAct(q, alarm.id, { do: 'acknowledge', by: person.name, note, via }, now)
  return afterAct(done, { outcome: waits ? 'acknowledged' : 'taken', person, alarm: of, words: { by } })
}

async function arrive(q: Query, { parsed, person, now, alarm: id }: OfAlarm): Promise<Dealt> {
  const alarm = await findAlarm(q, id)
  if (alarm === null || parsed.is !== 'arrived') return nothing('code', person)
  const of = { id: alarm.id, number: alarm.number }
  const note = parsed.note === '' ? REPLY_NOTES.arrived[person.language] : parsed.note
  const finding = { kind: 'on-site', by: person.name, note, receipt: null } as const
  const done = await applyAct(q, alarm.id, { do: 'finding', finding }, now)
  return afterAct(done, { outcome: 'arrived', person, alarm: of, words: {} })
}

function afterAct(
  { actions, changed, refused }: PersonsAct,
  dealt: Pick<Dealt, 'outcome' | 'person' | 'alarm' | 'words'>,
): Dealt {
  const all = { ...dealt, actions, changed }
  return refused === null ? all : { ...all, outcome: 'refused', words: { why: refused.expected } }
}

/** The answer itself is the note; what was found, and the person's own words, stand behind it. */
function noteOf({ parsed, person, medium }: OfAlarm): string {
  const { language } = person
  const said = REPLY_NOTES[medium === 'voice' ? 'voice' : 'sms'][language]
  const result = parsed.is === 'acknowledge' && parsed.result !== null ? RESULT_WORDS[parsed.result][language] : ''
  const own = parsed.is === 'acknowledge' ? parsed.note : ''
  const more = [result, own].filter((text) => text !== '').join('; ')
  return more === '' ? said : `${said}: ${more}`
}

interface KeepFacts extends RepliesDeps, Asked {
  readonly reply: Reply
  readonly key: string
  readonly number: string
  readonly standing: Standing
}

/** Remembers the answer, answers it, and says in the ledger what was refused. */
async function keep(q: Query, dealt: Dealt, facts: KeepFacts): Promise<void> {
  const { desk, duty, memos, now, key, number, parsed, standing } = facts
  const { medium } = facts.reply
  const { outcome, person, alarm } = dealt
  const wrong = isWrong(outcome)
  const isAnswered =
    medium === 'sms' && person !== null && outcome !== 'locked' && (!isRefusal(outcome) || standing.mayAnswer)
  const code = parsed.is === 'acknowledge' || parsed.is === 'arrived' ? parsed.code : null
  await writeReply(q, {
    ...{ key, at: now, number, medium, code, outcome, isAnswered: isAnswered && isRefusal(outcome) },
    person: person?.id ?? null,
    alarm: alarm?.id ?? null,
  })
  const told = { last: lastOf(number), person, medium, outcome, wrong: standing.wrong + 1 }
  await desk.append(q, [
    ...dealt.actions,
    ...(wrong ? [refusedAct(told)] : []),
    ...(outcome === 'locking' ? [lockedAct(told)] : []),
  ])
  const answers = isAnswered ? answerMemo(key, { ...dealt, number: alarm?.number ?? '' }) : []
  const locked =
    outcome === 'locking' ? lockedMemos(key, told, duty.onDuty(duty.roster.office.notices, now).persons) : []
  if (answers.length + locked.length > 0) await memos(q, [...answers, ...locked], now)
}

function nothing(outcome: ReplyOutcome, person: Person | null): Dealt {
  return { outcome, person, alarm: null, words: {}, actions: [], changed: [] }
}

/** Answers that count for nothing and are journaled. */
function isWrong(outcome: ReplyOutcome): boolean {
  return outcome === 'number' || outcome === 'code' || outcome === 'locking' || outcome === 'locked'
}

/** Answers whose sender is told so, but not more than a few times an hour. */
function isRefusal(outcome: ReplyOutcome): boolean {
  return isWrong(outcome) || outcome === 'unclear' || outcome === 'no-shift'
}

function hasNumber({ contacts }: Person, number: string): boolean {
  return contacts.some(({ address }) => isSameNumber(address, number))
}

function lastOf(number: string): string {
  return number.slice(-4)
}

const HOUR_MS = 3_600_000

/** For carriers that name no message: the same words of the same sender within an hour are one. */
function keyOf({ medium, from, text }: Reply, now: UtcMs): string {
  const words = JSON.stringify([medium, from, text, Math.floor(now / HOUR_MS)])
  return createHash('sha256').update(words).digest('hex')
}
