import type { SheetPerson } from '../contract/edge.ts'
import type { AloneEvent, AloneGround, AloneStep } from './edge-alone.ts'
import { changed, held, told } from './edge-alone-change.ts'
import type { AloneAlarm, AloneState, AloneText } from './edge-alone-state.ts'
import { isSameNumber, parseReply } from './reply.ts'

type ReplyEvent = Extract<AloneEvent, { kind: 'reply' }>
type Why = 'number' | 'code' | 'again' | 'locked'
type Caller = Pick<SheetPerson, 'id' | 'name'>

/** Wrong replies of a number before it is not listened to, and for how long, ms. */
const MOST_WRONG = 5
const LOCKED_MS = 3_600_000
/** Refused replies that are told as acts of one alarm; more are only counted. */
const MOST_REFUSALS = 20
const MOST_HEARD = 64
/** Numbers whose wrong replies are counted. */
const MOST_LOCKS = 32

/** Takes an answer by SMS: from a number of the sheet, with the code of an alarm, it acknowledges that alarm. Each text counts once. */
export function takeReply(before: AloneState, event: ReplyEvent, ground: AloneGround): AloneStep {
  if (before.heard.includes(event.key)) return { state: before, acts: [], deeds: [] }
  const state = { ...before, heard: [...before.heard, event.key].slice(-MOST_HEARD) }
  const person = personOf(state, event.from, ground)
  if (person === null) return refused(state, event, { why: 'number', about: null })
  const lock = state.locks[person.id]
  if (lock !== undefined && lock.wrong >= MOST_WRONG && ground.mono < lock.until)
    return refused(state, event, { why: 'locked', about: null })
  const reply = parseReply(event.text)
  const alarm = reply === null ? undefined : state.alarms.find(({ code }) => code === reply.code)
  if (reply === null || alarm === undefined)
    return refused(withWrong(state, person.id, ground), event, { why: 'code', about: null })
  if (alarm.isAcknowledged) return refused(state, event, { why: 'again', about: alarm })
  return acknowledged(state, alarm, { person, note: reply.note, ground })
}

/** A person of the sheet, or one who was called from a sheet of before. */
function personOf({ alarms }: AloneState, from: string, { sheet }: AloneGround): Caller | null {
  const listed = [...(sheet?.watches ?? []).flatMap(({ persons }) => persons), ...(sheet?.fallback ?? [])]
  const called = alarms.flatMap(({ texts }) => texts).map((text) => ({ ...text, id: text.person }))
  const found = [...listed, ...called].find(({ number }) => isSameNumber(number, from))
  return found === undefined ? null : { id: found.id, name: found.name }
}

function withWrong(state: AloneState, person: string, { mono }: AloneGround): AloneState {
  const lock = state.locks[person]
  const isServed = lock === undefined || (lock.wrong >= MOST_WRONG && mono >= lock.until)
  const wrong = isServed ? 1 : lock.wrong + 1
  const others = Object.entries(state.locks).filter(([other]) => other !== person)
  const locks = Object.fromEntries([...others.slice(1 - MOST_LOCKS), [person, { wrong, until: mono + LOCKED_MS }]])
  return { ...state, locks }
}

function acknowledged(
  state: AloneState,
  alarm: AloneAlarm,
  { person, note, ground }: { readonly person: Caller; readonly note: string; readonly ground: AloneGround },
): AloneStep {
  const { occurrence } = alarm
  const heldNow = changed(state, occurrence, (one) => ({
    ...held(one, ground),
    isAcknowledged: true,
    due: { mono: ground.mono, at: ground.at },
  }))
  const done = told(heldNow, occurrence, { kind: 'acknowledged', person: person.id, name: person.name, note })
  // The network may have taken what was in somebody's hands when the program ended.
  const isCalled = ({ kind, state: is }: AloneText) => kind === 'alarm' && is !== 'waiting' && is !== 'given-up'
  const called = alarm.texts.filter(isCalled)
  const once = called.filter(({ number }, index) => called.findIndex((other) => other.number === number) === index)
  const texts = once.map((text, index): AloneText => ({
    ...{ ...text, id: `e${done.state.serial + index + 1}`, kind: 'taken', state: 'waiting' },
    ...{ attempts: 0, notBefore: 0, refs: [], takenAt: null },
  }))
  const spoken = changed(done.state, occurrence, (one) => ({
    ...one,
    takenBy: person.name,
    texts: [...one.texts, ...texts],
  }))
  return { state: { ...spoken, serial: spoken.serial + texts.length }, acts: [done.act], deeds: [] }
}

/** Refused, and told of as an act of the alarm it is about, or of the newest that anybody was called about. */
function refused(
  state: AloneState,
  { from }: ReplyEvent,
  { why, about }: { readonly why: Why; readonly about: AloneAlarm | null },
): AloneStep {
  const last = from.slice(-4)
  const deeds = [{ do: 'refuse', why, from: last }] as const
  const alarm = about ?? state.alarms.findLast(({ texts }) => texts.length > 0) ?? null
  if (alarm === null || alarm.refusals >= MOST_REFUSALS) return { state, acts: [], deeds }
  const { occurrence } = alarm
  const counted = changed(state, occurrence, (one) => ({ ...one, refusals: one.refusals + 1 }))
  const done = told(counted, occurrence, { kind: 'reply-refused', from: last, why })
  return { state: done.state, acts: [done.act], deeds }
}
