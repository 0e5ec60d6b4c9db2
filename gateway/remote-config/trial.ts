import { z } from 'zod'
import { ConfigReason, DeployReport } from '../../core/contract/config-lane.ts'
import { Sha256 } from '../../core/contract/text.ts'

const Ref = z.object({ version: z.number().int().positive(), sha256: Sha256 }).strict()

/** A version, and what it holds. */
export type ConfigRef = z.infer<typeof Ref>

/** What the last version came to. */
export const Decision = z
  .object({
    ...Ref.shape,
    state: z.enum(['applied', 'confirmed', 'refused', 'rolled-back']),
    reason: ConfigReason.nullable(),
    faults: z.array(z.string()),
    deploy: DeployReport.nullable(),
  })
  .strict()
export type Decision = z.infer<typeof Decision>

/** What a gateway remembers of the configurations it was sent. */
export const TrialState = z
  .object({
    /** Hash of the gateway's own file when the rest came to be. */
    file: Sha256,
    /** The highest version ever decided on. */
    highest: z.number().int().nonnegative(),
    /** In effect, or to be taken up again; null = the gateway's own file. */
    confirmed: Ref.nullable(),
    /** Applied, and not confirmed yet; `starts` counts the starts of the program since. */
    trial: Ref.extend({ starts: z.number().int().nonnegative() }).strict().nullable(),
    decided: Decision.nullable(),
  })
  .strict()
export type TrialState = z.infer<typeof TrialState>

/** A trial outlives one restart: a power cut is no fault of it. At the second it is the likeliest cause. */
const MOST_STARTS = 1

/** Why and how a version was not taken. */
export interface Setback {
  readonly reason: z.infer<typeof ConfigReason>
  readonly faults?: readonly string[]
}

/** Nothing was ever sent. */
export function untried(file: Sha256): TrialState {
  return { file, highest: 0, confirmed: null, trial: null, decided: null }
}

/** The version in effect; null = the gateway's own file. */
export function runningOf({ confirmed, trial }: TrialState): ConfigRef | null {
  return trial === null ? confirmed : refOf(trial)
}

/**
 * The state at the start of the program, whose own file has the hash `file`. A technician who has changed that file since goes
 * before everything sent until then.
 */
export function atStart(state: TrialState, file: Sha256): TrialState {
  if (state.file !== file) {
    const ran = runningOf(state)
    const gone = ran === null ? state.decided : decision(ran, 'rolled-back', { reason: 'file-changed' })
    return { ...state, file, confirmed: null, trial: null, decided: gone }
  }
  if (state.trial === null) return state
  if (state.trial.starts >= MOST_STARTS) return rolledBack(state, { reason: 'unreachable' })
  return { ...state, trial: { ...state.trial, starts: state.trial.starts + 1 } }
}

/** Whether a version that came is to be looked at, was decided on before, or is older than what was. */
export function standingOf(state: TrialState, { version, sha256 }: ConfigRef): 'new' | 'known' | 'old' {
  if (version > state.highest) return 'new'
  const isSame = (other: ConfigRef | null) => other?.version === version && other.sha256 === sha256
  return isSame(state.decided) || isSame(runningOf(state)) ? 'known' : 'old'
}

/** A version is about to be applied. One that was still on trial makes room; what was confirmed stays to go back to. */
export function tried(state: TrialState, ref: ConfigRef): TrialState {
  const decided: Decision = { ...refOf(ref), state: 'applied', reason: null, faults: [], deploy: null }
  return { ...state, highest: ref.version, trial: { ...refOf(ref), starts: 0 }, decided }
}

/** It runs. */
export function applied(state: TrialState, deploy: DeployReport | null): TrialState {
  return state.decided === null ? state : { ...state, decided: { ...state.decided, deploy } }
}

/** The control room has been heard since; nothing changes where `ref` is not on trial. */
export function confirmed(state: TrialState, ref: ConfigRef): TrialState {
  const { trial, decided } = state
  if (trial?.version !== ref.version || trial.sha256 !== ref.sha256) return state
  const deploy = decided?.deploy ?? null
  const outcome: Decision = { ...refOf(trial), state: 'confirmed', reason: null, faults: [], deploy }
  return { ...state, confirmed: refOf(trial), trial: null, decided: outcome }
}

/** What is on trial, where another version was decided on since: it must be told again, or nobody could confirm it. */
export function untoldTrial({ trial, decided }: TrialState): ConfigRef | null {
  if (trial === null) return null
  return decided?.version === trial.version && decided.sha256 === trial.sha256 ? null : refOf(trial)
}

/** A version is not taken, and will not be looked at again. */
export function refused(state: TrialState, ref: ConfigRef, setback: Setback): TrialState {
  const highest = Math.max(state.highest, ref.version)
  return { ...state, highest, decided: decision(ref, 'refused', setback) }
}

/** What is on trial is given up for what was confirmed before. */
export function rolledBack(state: TrialState, setback: Setback): TrialState {
  if (state.trial === null) return state
  return { ...state, trial: null, decided: decision(state.trial, 'rolled-back', setback) }
}

/** What was to be taken up again cannot be: the gateway's own file is in effect. */
export function lost(state: TrialState, ref: ConfigRef, setback: Setback): TrialState {
  const isConfirmed = state.confirmed?.version === ref.version
  return {
    ...state,
    trial: null,
    confirmed: isConfirmed ? null : state.confirmed,
    decided: decision(ref, 'rolled-back', setback),
  }
}

function decision(ref: ConfigRef, state: Decision['state'], { reason, faults = [] }: Setback): Decision {
  return { ...refOf(ref), state, reason, faults: [...faults], deploy: null }
}

function refOf({ version, sha256 }: ConfigRef): ConfigRef {
  return { version, sha256 }
}
