import type { AlarmTransition } from '../contract/alarm.ts'
import type { AlarmWord, DutySheet, EdgeAct } from '../contract/edge.ts'
import type { UtcMs } from '../contract/time.ts'
import { later } from '../kit/time.ts'
import { changed, held, told, withText } from './edge-alone-change.ts'
import { takeReply } from './edge-alone-reply.ts'
import { ring } from './edge-alone-ring.ts'
import { delivered, hurried, texted } from './edge-alone-texts.ts'
import type { AloneAlarm, AloneState } from './edge-alone-state.ts'

/** What stands around a step. */
export interface AloneGround {
  readonly mono: number
  /** The wall clock, however right it is. */
  readonly at: UtcMs
  /** The last that was received; null where none ever was. */
  readonly sheet: DutySheet | null
  /** How long the control room may take, and how often people are called again, ms. */
  readonly after: number
  readonly again: number
  readonly priorities: readonly AlarmTransition['priority'][]
  /** What sounds with each call, and for how long. */
  readonly siren: { readonly output: string; readonly seconds: number } | null
}

/** What happens to a gateway. */
export type AloneEvent =
  /** Committed transitions, in their order. `code` = four digits by chance, for a reply. */
  | { readonly kind: 'committed'; readonly transitions: readonly AlarmTransition[]; readonly code: string }
  /** The control room has a transition, or refuses it for good. */
  | {
      readonly kind: 'receipted'
      readonly occurrence: string
      readonly n: number
      readonly verdict: 'accept' | 'reject' | 'keep'
    }
  | { readonly kind: 'word'; readonly alarms: AlarmWord['alarms'] }
  /** Another sheet has come. */
  | { readonly kind: 'sheet' }
  | { readonly kind: 'passed' }
  /** A text goes to the modem: to be kept before it does. */
  | { readonly kind: 'sending'; readonly id: string }
  | {
      readonly kind: 'texted'
      readonly id: string
      readonly outcome: 'accepted' | 'temporary' | 'refused'
      readonly answer: string
      readonly refs: readonly number[]
    }
  | { readonly kind: 'delivered'; readonly id: string }
  /** The modem is in the network again: what was put off need not wait. */
  | { readonly kind: 'modem-ready' }
  | { readonly kind: 'reply'; readonly key: string; readonly from: string; readonly text: string }
  | {
      readonly kind: 'sounded'
      readonly occurrence: string
      readonly did: Extract<EdgeAct['did'], { kind: 'sounded' }>
    }
  /** The program begins, in the boot named. */
  | { readonly kind: 'started'; readonly boot: string }

/** What is to be done once the state is kept. Texts are not among it: `nextText` names them. */
export type AloneDeed =
  | { readonly do: 'sound'; readonly occurrence: string; readonly output: string; readonly seconds: number }
  /** Nobody needs the siren any more. */
  | { readonly do: 'hush'; readonly output: string }
  /** A reply that counts for nothing. */
  | { readonly do: 'refuse'; readonly why: 'number' | 'code' | 'again' | 'locked'; readonly from: string }

/** An act without what the gateway adds to it: its site and what its time is worth. */
export type AloneAct = Pick<EdgeAct, 'occurrence' | 'n' | 'did'>

export interface AloneStep {
  /** The very state that came where nothing has changed. */
  readonly state: AloneState
  /** To be kept with the state and told to the control room. */
  readonly acts: readonly AloneAct[]
  readonly deeds: readonly AloneDeed[]
}

/** What somebody else answers for is remembered so long after its end, for late replies, ms. */
const REMEMBER_MS = 86_400_000
/** Alarms somebody else answers for. */
const MOST_HELD = 200

/** One step of a gateway that answers for its alarms alone. Pure; what it remembers is in `state`. */
export function stepAlone(state: AloneState, event: AloneEvent, ground: AloneGround): AloneStep {
  const stepped = apply(state, event, ground)
  const { siren } = ground
  const isQuiet = isCalling(state) && !isCalling(stepped.state)
  const deeds: readonly AloneDeed[] =
    siren !== null && isQuiet ? [...stepped.deeds, { do: 'hush', output: siren.output }] : stepped.deeds
  return { ...stepped, deeds }
}

function isCalling({ alarms }: AloneState): boolean {
  return alarms.some(({ stage }) => stage === 'calling')
}

function apply(state: AloneState, event: AloneEvent, ground: AloneGround): AloneStep {
  switch (event.kind) {
    case 'committed':
      return only(
        event.transitions.reduce((before, one) => committed(before, one, { ...ground, code: event.code }), state),
      )
    case 'receipted':
      return only(changed(state, event.occurrence, (alarm) => receipted(alarm, event, ground)))
    case 'word':
      return only(
        event.alarms.reduce(
          (before, said) => changed(before, said.occurrence, (alarm) => heard(alarm, said, ground)),
          state,
        ),
      )
    case 'sheet':
      return only(callAtOnce(state, ground))
    case 'passed':
      return ring(pruned(state, ground), ground)
    case 'sending':
      return only(withText(state, event.id, (text) => ({ ...text, state: 'sending', attempts: text.attempts + 1 })))
    case 'texted':
      return texted(state, event, ground)
    case 'delivered':
      return delivered(state, event.id)
    case 'modem-ready':
      return only(hurried(state))
    case 'reply':
      return takeReply(state, event, ground)
    case 'sounded':
      return sounded(state, event)
    case 'started':
      return only(started(state, event.boot, ground))
  }
}

function only(state: AloneState): AloneStep {
  return { state, acts: [], deeds: [] }
}

const GRAVENESS: Readonly<Record<AlarmTransition['priority'], number>> = { red: 0, orange: 1, yellow: 2, blue: 3 }

function committed(
  state: AloneState,
  transition: AlarmTransition,
  ground: AloneGround & { readonly code: string },
): AloneState {
  const { occurrence, kind, priority, n, ruleType, explanation, at: raisedAt } = transition
  const { mono, at, after, priorities } = ground
  const known = state.alarms.find((alarm) => alarm.occurrence === occurrence)
  if (kind === 'clear')
    return changed(state, occurrence, (alarm) => (alarm.isOver ? alarm : { ...alarm, isOver: true }))
  const isGraver = known === undefined || GRAVENESS[priority] < GRAVENESS[known.priority]
  if (!isGraver || !priorities.includes(priority)) return state
  const due = { mono: mono + after, at: later(at, after) }
  const facts = { priority, ruleType, explanation, needs: n, isRefused: false, isAcknowledged: false, takenBy: null }
  if (known !== undefined) return changed(state, occurrence, (alarm) => ({ ...alarm, ...facts, ...anew(state, alarm) }))
  const counts = { round: 0, acts: 0, refusals: 0, texts: [] }
  const code = freeCode(state, ground.code)
  const alarm: AloneAlarm = { occurrence, raisedAt, code, ...facts, stage: 'waiting', isOver: false, due, ...counts }
  return { ...state, alarms: [...state.alarms, alarm] }

  /** Whoever had it had a lesser one; whoever is being called hears of it now. */
  function anew(among: AloneState, { stage }: AloneAlarm): Partial<AloneAlarm> {
    if (stage === 'waiting') return {}
    if (stage === 'calling') return { due: { mono, at } }
    return { stage: 'waiting', due, code: freeCode(among, ground.code) }
  }
}

/** The next code from there on that no alarm bears. */
function freeCode(state: AloneState, wanted: string): string {
  const taken = new Set(state.alarms.map(({ code }) => code))
  let code = Number(wanted)
  while (taken.has(String(code).padStart(4, '0'))) code = (code + 1) % 10_000
  return String(code).padStart(4, '0')
}

function receipted(
  alarm: AloneAlarm,
  { n, verdict }: Extract<AloneEvent, { kind: 'receipted' }>,
  ground: AloneGround,
): AloneAlarm {
  if (n < alarm.needs || verdict === 'keep') return alarm
  if (verdict === 'reject') return n === alarm.needs ? { ...alarm, isRefused: true } : alarm
  return alarm.isRefused ? alarm : held(alarm, ground)
}

function heard(alarm: AloneAlarm, { state }: AlarmWord['alarms'][number], ground: AloneGround): AloneAlarm {
  // It may speak of what was known before the alarm became graver; the receipt will tell.
  if (state !== 'closed' && alarm.needs > 1 && alarm.stage !== 'held') return alarm
  const isAcknowledged = alarm.isAcknowledged || state !== 'told'
  const next = held(alarm, ground)
  return isAcknowledged === next.isAcknowledged ? next : { ...next, isAcknowledged }
}

/** Alarms of which nobody could be told are called about now that somebody is known. */
function callAtOnce(state: AloneState, { mono, at }: AloneGround): AloneState {
  return state.alarms.reduce(
    (before, { occurrence, stage, texts }) =>
      stage === 'calling' && texts.length === 0
        ? changed(before, occurrence, (alarm) => ({ ...alarm, due: { mono, at } }))
        : before,
    state,
  )
}

function sounded(state: AloneState, { occurrence, did }: Extract<AloneEvent, { kind: 'sounded' }>): AloneStep {
  if (!state.alarms.some((alarm) => alarm.occurrence === occurrence)) return only(state)
  const done = told(state, occurrence, did)
  return { state: done.state, acts: [done.act], deeds: [] }
}

/** What was in somebody's hands goes out again; what counts by the clock of another boot is counted by this one's. */
function started(state: AloneState, boot: string, { mono, at, after, again }: AloneGround): AloneState {
  const isNewBoot = boot !== state.boot
  const alarms = state.alarms.map((alarm): AloneAlarm => {
    const most = alarm.stage === 'waiting' ? after : again
    const left = alarm.stage === 'held' ? 0 : Math.min(most, Math.max(0, alarm.due.at - at))
    return {
      ...alarm,
      due: isNewBoot ? { mono: mono + left, at: later(at, left) } : alarm.due,
      texts: alarm.texts.map((text) => ({
        ...text,
        ...(text.state === 'sending' ? { state: 'waiting' } : {}),
        notBefore: isNewBoot ? 0 : text.notBefore,
      })),
    }
  })
  const locks = isNewBoot
    ? Object.fromEntries(Object.entries(state.locks).map(([number, { wrong }]) => [number, { wrong, until: 0 }]))
    : state.locks
  return { ...state, boot, alarms, locks }
}

/** Without alarms that are over and answered for long enough; what nobody answers for is never forgotten. */
function pruned(state: AloneState, { mono }: AloneGround): AloneState {
  const isHeld = ({ stage, texts }: AloneAlarm) =>
    stage === 'held' && texts.every((text) => text.state !== 'waiting' && text.state !== 'sending')
  const held = state.alarms.filter(isHeld)
  const surplus = new Set(
    held.toSorted((a, b) => a.due.mono - b.due.mono).slice(0, Math.max(0, held.length - MOST_HELD)),
  )
  const alarms = state.alarms.filter((alarm) => {
    const isOld = mono - alarm.due.mono > REMEMBER_MS
    return !isHeld(alarm) || !(surplus.has(alarm) || (alarm.isOver && isOld))
  })
  return alarms.length === state.alarms.length ? state : { ...state, alarms }
}
