import type { AlarmTransition } from '../contract/alarm.ts'
import type { BootId } from '../contract/clock.ts'
import type { EvidenceRow } from '../contract/evidence.ts'
import type { Reading } from '../contract/reading.ts'
import type { UtcMs } from '../contract/time.ts'
import { MonoMs } from '../contract/time.ts'
import { later } from '../kit/time.ts'
import type { EngineState, OpenOccurrence, RuleState } from './engine-state.ts'
import type { ArmedRule, Change, Instant, Judged } from './rule.ts'

export { EngineState, freshState, resume } from './engine-state.ts'

/** What judging did. The caller keeps `state` and sends `transitions`, both in one commit. */
export interface Step {
  readonly state: EngineState
  /**
   * Those of one rule in the order in which they happened, which the wall clock may not show. Where the state knows its boot, they tell
   * the monotonic time they happened at; what their wall time is worth is for others to say.
   */
  readonly transitions: readonly AlarmTransition[]
}

/**
 * A tick accounts for time only up to this long ago, so that a reading that is still on its way through the gateway counts
 * at its own time. Raises and clears keep their exact instants.
 */
export const LATENESS_MS = 5_000

/** Most pictures one transition carries, as the contract has it. */
const MAX_PICTURES = 16

/** Most pictures remembered as told in one occurrence. */
const MAX_TOLD = 256

/** Judges readings by the rules of their points. Readings of one point come oldest first; a repeat changes nothing. */
export function judge(rules: readonly ArmedRule[], state: EngineState, readings: readonly Reading[]): Step {
  const byPoint = ofRuledPoints(rules, readings)
  const work = eachRule(rules, state, (rule, start) =>
    (byPoint.get(rule.point) ?? []).reduce((progress, reading) => judgeOne(rule, progress, reading), start),
  )
  return stepOf(work)
}

/** The readings some rule is about, by `device/point`. Most readings are no rule's: they cost two look-ups and nothing more. */
function ofRuledPoints(rules: readonly ArmedRule[], readings: readonly Reading[]): ReadonlyMap<string, Reading[]> {
  const byPoint = new Map<string, Reading[]>()
  const byDevice = new Map<string, Map<string, Reading[]>>()
  for (const { point: name } of rules) {
    if (byPoint.has(name)) continue
    const found: Reading[] = []
    byPoint.set(name, found)
    const cut = name.indexOf('/')
    const device = name.slice(0, cut)
    const points = byDevice.get(device) ?? new Map<string, Reading[]>()
    byDevice.set(device, points.set(name.slice(cut + 1), found))
  }
  for (const reading of readings) byDevice.get(reading.device)?.get(reading.point)?.push(reading)
  return byPoint
}

/** Lets time pass: proves what was held, finds what has gone silent, and withdraws alarms whose rule is no longer armed. */
export function tick(rules: readonly ArmedRule[], state: EngineState, now: Instant): Step {
  const lag = Math.min(LATENESS_MS, now.mono)
  const mark = { at: later(now.at, -lag), mono: MonoMs.parse(now.mono - lag) }
  const work = eachRule(rules, state, (rule, progress) => {
    const judged = rule.tick(progress.state.memory, mark)
    return applied(rule, progress, { judged, pictures: [], mono: mark.mono })
  })
  return stepOf(withdrawn(rules, work, now))
}

/** A transition and when it happened; null where it happened in a boot nobody knows. */
interface Timed {
  readonly transition: AlarmTransition
  readonly mono: MonoMs | null
}

/** A step before its transitions bear their times. */
interface Work {
  readonly state: EngineState
  readonly transitions: readonly Timed[]
}

function stepOf({ state, transitions }: Work): Step {
  const { boot } = state
  return {
    state,
    transitions: transitions.map((timed) => (boot === undefined ? timed.transition : clocked(timed, boot))),
  }
}

function clocked({ transition, mono }: Timed, boot: BootId): AlarmTransition {
  if (mono === null) return transition
  return { ...transition, clock: { boot, mono, recordedAt: transition.at, uncertaintyMs: null } }
}

/** One rule on its way through a call. */
interface Progress {
  readonly state: RuleState
  readonly transitions: readonly Timed[]
}

function eachRule(
  rules: readonly ArmedRule[],
  state: EngineState,
  work: (rule: ArmedRule, progress: Progress) => Progress,
): Work {
  const changed: Record<string, RuleState> = {}
  const transitions: Timed[] = []
  for (const rule of rules) {
    const known = state.rules[rule.id]
    const { state: current, transitions: withdrawals } = takeUp(rule, known)
    const progress = work(rule, { state: current, transitions: withdrawals })
    if (progress.state !== known) changed[rule.id] = progress.state
    transitions.push(...progress.transitions)
  }
  const isSame = Object.keys(changed).length === 0
  return { state: isSame ? state : { ...state, rules: { ...state.rules, ...changed } }, transitions }
}

/** The rule's state, made usable: new, after a restart, or after the rule was edited. An edit alone never moves an alarm. (I16) */
function takeUp(rule: ArmedRule, known: RuleState | undefined): Progress {
  if (known === undefined) return { state: anew(rule, 0), transitions: [] }
  if (known.open !== null && known.open.point !== rule.point) {
    // The same id now watches another point: what is open belongs to the old one, which nobody watches any more.
    const gone = withdrawal(rule.id, known.open, known.open.raisedAt)
    return { state: anew(rule, known.lastStamp), transitions: [{ transition: gone, mono: null }] }
  }
  const { fingerprint } = rule
  if (known.fingerprint !== fingerprint) {
    const memory = rule.start(known.open !== null)
    return { state: { ...known, fingerprint, memory, isResumed: false }, transitions: [] }
  }
  if (!known.isResumed) return { state: known, transitions: [] }
  const memory = rule.restore(known.memory, { open: known.open !== null, isSameBoot: known.isSameBoot === true })
  return { state: { ...known, memory, isResumed: false }, transitions: [] }
}

function anew(rule: ArmedRule, lastStamp: number): RuleState {
  const { fingerprint } = rule
  return { fingerprint, memory: rule.start(false), isResumed: false, open: null, waiting: [], lastStamp }
}

function judgeOne(rule: ArmedRule, progress: Progress, reading: Reading): Progress {
  const judged = rule.judge(progress.state.memory, reading)
  const pictures = reading.quality === 'bad' ? [] : (reading.evidence ?? [])
  return applied(rule, progress, { judged, pictures, mono: reading.mono })
}

interface Outcome {
  readonly judged: Judged<unknown>
  readonly pictures: readonly EvidenceRow[]
  /** The instant up to which it was judged. */
  readonly mono: MonoMs
}

/** Turns what a rule judged into numbered transitions, each picture told once and with the first transition it fits. */
function applied(rule: ArmedRule, progress: Progress, { judged, pictures, mono }: Outcome): Progress {
  const { memory, changes, isTrue } = judged
  const { state } = progress
  if (memory === state.memory && changes.length === 0 && pictures.length === 0) return progress
  let next: Progress = {
    state: { ...state, memory, waiting: withPictures(state, pictures) },
    transitions: progress.transitions,
  }
  for (const change of changes)
    next = change.kind === 'raise' ? raised(rule, next, change) : cleared(rule, next, change)
  if (next.state.open !== null) return updated(rule, next, mono)
  return isTrue || next.state.waiting.length === 0 ? next : { ...next, state: { ...next.state, waiting: [] } }
}

function withPictures(state: RuleState, pictures: readonly EvidenceRow[]): RuleState['waiting'] {
  if (pictures.length === 0) return state.waiting
  const known = new Set([...(state.open?.told ?? []), ...state.waiting.map((picture) => picture.sha256)])
  const fresh = pictures.filter((picture) => !known.has(picture.sha256) && known.add(picture.sha256))
  return [...state.waiting, ...fresh].slice(-MAX_PICTURES)
}

function raised(rule: ArmedRule, { state, transitions }: Progress, change: Change): Progress {
  const stamp = Math.max(change.at, state.lastStamp + 1)
  const open: OpenOccurrence = {
    id: `${rule.site}.${rule.id}.${stamp.toString(36)}`,
    n: 1,
    site: rule.site,
    ruleType: rule.type,
    point: rule.point,
    priority: rule.priority,
    raisedAt: change.at,
    told: state.waiting.map((picture) => picture.sha256),
  }
  const raise = transition(rule.id, open, { ...change, n: 1, evidence: state.waiting })
  return {
    state: { ...state, open, waiting: [], lastStamp: stamp },
    transitions: [...transitions, { transition: raise, mono: change.mono }],
  }
}

function cleared(rule: ArmedRule, { state, transitions }: Progress, change: Change): Progress {
  if (state.open === null) return { state, transitions }
  const clear = transition(rule.id, state.open, { ...change, n: state.open.n + 1, evidence: [] })
  return { state: { ...state, open: null }, transitions: [...transitions, { transition: clear, mono: change.mono }] }
}

function updated(rule: ArmedRule, { state, transitions }: Progress, mono: MonoMs): Progress {
  const { open, waiting } = state
  const newest = waiting.at(-1)
  if (open === null || newest === undefined) return { state, transitions }
  const n = open.n + 1
  const update = transition(rule.id, open, {
    kind: 'update',
    n,
    at: newest.at,
    explanation: { key: 'evidence.added', values: { pictures: waiting.length, target: newest.target } },
    readings: [],
    evidence: waiting,
  })
  const told = [...open.told, ...waiting.map((picture) => picture.sha256)].slice(-MAX_TOLD)
  return {
    state: { ...state, open: { ...open, n, told }, waiting: [] },
    transitions: [...transitions, { transition: update, mono }],
  }
}

/** Alarms of rules that are no longer armed would stay open for ever: nobody is left to see the condition go. */
function withdrawn(rules: readonly ArmedRule[], work: Work, now: Instant): Work {
  const armed = new Set(rules.map((rule) => rule.id))
  const gone = Object.entries(work.state.rules).filter(([id, rule]) => rule.open !== null && !armed.has(id))
  if (gone.length === 0) return work
  const states = { ...work.state.rules }
  const transitions = [...work.transitions]
  for (const [id, rule] of gone) {
    if (rule.open !== null) transitions.push({ transition: withdrawal(id, rule.open, now.at), mono: now.mono })
    states[id] = { ...rule, open: null, waiting: [] }
  }
  return { state: { ...work.state, rules: states }, transitions }
}

function withdrawal(rule: string, open: OpenOccurrence, at: UtcMs): AlarmTransition {
  return transition(rule, open, {
    kind: 'clear',
    n: open.n + 1,
    at: at > open.raisedAt ? at : open.raisedAt,
    explanation: { key: 'rule.withdrawn', values: { rule } },
    readings: [],
    evidence: [],
  })
}

interface Told {
  readonly kind: AlarmTransition['kind']
  readonly n: number
  readonly at: UtcMs
  readonly explanation: AlarmTransition['explanation']
  readonly readings: readonly Reading[]
  readonly evidence: readonly EvidenceRow[]
}

function transition(rule: string, open: OpenOccurrence, told: Told): AlarmTransition {
  return {
    occurrence: open.id,
    n: told.n,
    kind: told.kind,
    site: open.site,
    rule,
    ruleType: open.ruleType,
    point: open.point,
    priority: open.priority,
    at: told.at,
    explanation: told.explanation,
    readings: [...told.readings],
    evidence: [...told.evidence],
  }
}
