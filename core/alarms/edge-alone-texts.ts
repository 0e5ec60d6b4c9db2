import { told, withText } from './edge-alone-change.ts'
import type { AloneEvent, AloneGround, AloneStep } from './edge-alone.ts'
import type { AloneAlarm, AloneState, AloneText } from './edge-alone-state.ts'

/** A text of a call the network did not take is tried again after so long, doubled each time, ms. */
const RETRY_MS = 5_000
const LONGEST_RETRY_MS = 300_000
/** Who has it is told so often at most. */
const MOST_TRIES_TAKEN = 5

/** What the network said of a text. */
export function texted(
  state: AloneState,
  event: Extract<AloneEvent, { kind: 'texted' }>,
  ground: AloneGround,
): AloneStep {
  const alarm = state.alarms.find(({ texts }) => texts.some(({ id }) => id === event.id))
  const text = alarm?.texts.find(({ id }) => id === event.id)
  if (alarm === undefined || text === undefined) return only(state)
  const { kind, person, name, round, attempts } = text
  const next = withText(state, event.id, () => outcomeOf(alarm, text, { event, ground }))
  const accepted = event.outcome === 'accepted'
  // The room need not hear of each try.
  if (kind === 'taken' || (!accepted && attempts > 1)) return only(next)
  const did = { kind: 'told', person, name, round, accepted, answer: event.answer.slice(0, 200) } as const
  const done = told(next, alarm.occurrence, did)
  return { state: done.state, acts: [done.act], deeds: [] }
}

function outcomeOf(
  { stage }: AloneAlarm,
  text: AloneText,
  { event, ground }: { readonly event: Extract<AloneEvent, { kind: 'texted' }>; readonly ground: AloneGround },
): AloneText {
  const { outcome, refs } = event
  if (outcome === 'accepted') return { ...text, state: 'accepted', refs: [...refs], takenAt: ground.at }
  const isOver = text.kind === 'alarm' ? stage === 'held' : text.attempts >= MOST_TRIES_TAKEN
  if (outcome === 'refused' || isOver) return { ...text, state: 'given-up' }
  const pause = Math.min(LONGEST_RETRY_MS, RETRY_MS * 2 ** Math.min(10, text.attempts - 1))
  return { ...text, state: 'waiting', notBefore: ground.mono + pause }
}

/** A text is on its phone. */
export function delivered(state: AloneState, id: string): AloneStep {
  const alarm = state.alarms.find(({ texts }) => texts.some((text) => text.id === id && text.state !== 'delivered'))
  const text = alarm?.texts.find((one) => one.id === id)
  if (alarm === undefined || text === undefined) return only(state)
  const next = withText(state, id, (one) => ({ ...one, state: 'delivered' }))
  if (text.kind === 'taken') return only(next)
  const done = told(next, alarm.occurrence, { kind: 'delivered', person: text.person })
  return { state: done.state, acts: [done.act], deeds: [] }
}

/** Nothing waits any longer for its next try. */
export function hurried(state: AloneState): AloneState {
  const isPutOff = ({ state: is, notBefore }: AloneText) => is === 'waiting' && notBefore > 0
  const alarms = state.alarms.map((alarm) =>
    alarm.texts.some(isPutOff)
      ? { ...alarm, texts: alarm.texts.map((text) => (isPutOff(text) ? { ...text, notBefore: 0 } : text)) }
      : alarm,
  )
  return { ...state, alarms }
}

function only(state: AloneState): AloneStep {
  return { state, acts: [], deeds: [] }
}
