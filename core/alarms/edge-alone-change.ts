import type { EdgeAct } from '../contract/edge.ts'
import type { AloneAct, AloneGround } from './edge-alone.ts'
import type { AloneAlarm, AloneState, AloneText } from './edge-alone-state.ts'

/** The state with one alarm made anew; the very state where it is not known or stays as it is. */
export function changed(state: AloneState, occurrence: string, change: (alarm: AloneAlarm) => AloneAlarm): AloneState {
  const alarms = state.alarms.map((alarm) => (alarm.occurrence === occurrence ? change(alarm) : alarm))
  return alarms.every((alarm, index) => alarm === state.alarms[index]) ? state : { ...state, alarms }
}

/** Somebody else answers for it: what was to go out does not. */
export function held(alarm: AloneAlarm, { mono, at }: Pick<AloneGround, 'mono' | 'at'>): AloneAlarm {
  const texts = alarm.texts.filter(({ kind, state }) => kind === 'taken' || state !== 'waiting')
  if (alarm.stage === 'held') return texts.length === alarm.texts.length ? alarm : { ...alarm, texts }
  return { ...alarm, texts, stage: 'held', due: { mono, at } }
}

/** The state with the next act of an alarm counted, and that act. */
export function told(
  state: AloneState,
  occurrence: string,
  did: EdgeAct['did'],
): { readonly state: AloneState; readonly act: AloneAct } {
  const n = 1 + (state.alarms.find((alarm) => alarm.occurrence === occurrence)?.acts ?? 0)
  const next = changed(state, occurrence, (alarm) => ({ ...alarm, acts: n }))
  return { state: next, act: { occurrence, n, did } }
}

/** The state with one text made anew, whichever alarm it is of. */
export function withText(state: AloneState, id: string, change: (text: AloneText) => AloneText): AloneState {
  const found = state.alarms.find(({ texts }) => texts.some((text) => text.id === id))
  if (found === undefined) return state
  const texts = found.texts.map((text) => (text.id === id ? change(text) : text))
  return changed(state, found.occurrence, (alarm) => ({ ...alarm, texts }))
}
