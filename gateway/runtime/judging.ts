import { z } from 'zod'
import type { Feedback } from '../../core/contract/activity.ts'
import type { AlarmTransition } from '../../core/contract/alarm.ts'
import type { BootId } from '../../core/contract/clock.ts'
import type { Reading } from '../../core/contract/reading.ts'
import { messageOf } from '../../core/kit/errors.ts'
import type { FeedbackOutcome } from '../../core/rules/activity/feedback.ts'
import type { RuleState } from '../../core/rules/engine-state.ts'
import { EngineState, RuleEngine } from '../../core/rules/engine.ts'
import { OpenOccurrence } from '../../core/rules/occurrences.ts'
import type { SitePlan } from '../../core/rules/plan.ts'
import type { Instant } from '../../core/rules/rule.ts'
import { systemClock, type Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { Engine, Pipeline } from '../pipeline.ts'
import type { GatewayStore, Judged } from '../store/store.ts'

export interface JudgingParts {
  readonly store: Pick<GatewayStore, 'engineState' | 'unjudged'>
  readonly boot: BootId
  readonly log: Log
}

/** The rules of a running gateway, which can be armed anew. */
export class Judging implements Engine {
  #engine: RuleEngine
  #owed: readonly AlarmTransition[]
  readonly #log: Log
  #failures = 0

  /** `owed` are transitions nobody has committed yet. */
  constructor(engine: RuleEngine, log: Log, owed: readonly AlarmTransition[] = []) {
    this.#engine = engine
    this.#log = log
    this.#owed = owed
  }

  take(readings: readonly Reading[]): void {
    this.#guarded(() => this.#engine.take(readings))
  }

  advance(now: Instant): void {
    this.#guarded(() => this.#engine.advance(now))
  }

  transitions(): readonly AlarmTransition[] {
    const owed = this.#owed
    this.#owed = []
    const told = this.#engine.transitions()
    return owed.length === 0 ? told : [...owed, ...told]
  }

  save(): EngineState {
    return this.#engine.save()
  }

  /** Takes what somebody found out about an alarm. The pipeline is to `keep` after it. */
  feedback(feedback: Feedback): FeedbackOutcome {
    return this.#engine.feedback(feedback)
  }

  /** Judges by another plan from here on: rules that are the same in both keep their memory. The pipeline is to `keep` after it. */
  rearm(plan: SitePlan): void {
    this.#owed = this.transitions()
    // Through text, as after a kill: the two ways to come to an engine must not differ.
    this.#engine = new RuleEngine(plan, EngineState.parse(JSON.parse(JSON.stringify(this.#engine.save()))))
  }

  /** A rule that cannot judge must not stop the gateway: all begin anew, and open alarms stay open. */
  #guarded(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#log.error(
        { code: 'rules/failed', why: messageOf(error) },
        'a rule could not judge what came; the rules begin anew, with their alarms as they are',
      )
      this.#owed = this.transitions()
      const { plan, boot } = this.#engine
      const kept = EngineState.parse(JSON.parse(JSON.stringify(this.#engine.save())))
      this.#engine = new RuleEngine(plan, this.#failures === 0 ? withoutMemories(kept) : withoutLearning(kept), boot)
      this.#failures += 1
    }
  }
}

/**
 * The rules as they were at the last commit before the last stop, however that came, for a run in `boot`: what was kept of them, and
 * what was committed after that judged again. Where that fails only the alarms that are open are taken up, and that is said.
 */
export function resumeJudging(plan: SitePlan, { store, boot, log }: JudgingParts): Judging {
  try {
    const text = store.engineState()
    if (text === null) return new Judging(new RuleEngine(plan, null, boot), log)
    const state = stateIn(text)
    try {
      return resumed(new RuleEngine(plan, state ?? alarmsIn(text), boot), { unjudged: store.unjudged(), boot, log })
    } catch (error) {
      tellLost(log, error)
      return resumed(new RuleEngine(plan, alarmsIn(text), boot), { unjudged: [], boot, log })
    }
  } catch (error) {
    tellLost(log, error)
    return new Judging(new RuleEngine(plan, null, boot), log)
  }
}

function tellLost(log: Log, error: unknown): void {
  log.error(
    { code: 'store/failed', why: messageOf(error) },
    'the rules cannot take up their saved state; they begin anew',
  )
}

function resumed(
  engine: RuleEngine,
  { unjudged, boot, log }: { readonly unjudged: Iterable<Judged>; readonly boot: BootId; readonly log: Log },
): Judging {
  for (const { advanced, readings } of unjudged) {
    for (const now of advanced) engine.advance(now)
    engine.take(readings)
  }
  // They are none but where the kill came between judging and committing, and then they have been told to nobody.
  const owed = engine.transitions()
  engine.restart(boot)
  return new Judging(engine, log, owed)
}

/** Alarms as they are, and what was learned of the site; nothing that rules remember. */
function withoutMemories(state: EngineState): EngineState {
  const rules = Object.entries(state.rules).map(
    ([id, rule]) => [id, { ...rule, fingerprint: '', memory: null }] as const,
  )
  return { ...state, rules: Object.fromEntries(rules), channels: {} }
}

/** As little as there can be: what was learned may be what cannot be judged by. */
function withoutLearning(state: EngineState): EngineState {
  const { activity } = state
  return { ...withoutMemories(state), load: null, activity: activity === null ? null : { ...activity, memory: null } }
}

/** Null for a state of another version. */
function stateIn(text: string): EngineState | null {
  return EngineState.safeParse(JSON.parse(text)).data ?? null
}

/** What of a state is understood whatever its version: the alarms that are open. */
const Alarms = z.object({
  rules: z.record(
    z.string(),
    z.union([
      z.object({ occurrence: z.object({ open: OpenOccurrence.nullable(), lastStamp: z.number() }) }),
      z.object({ open: OpenOccurrence.nullable(), lastStamp: z.number() }).transform((occurrence) => ({ occurrence })),
    ]),
  ),
})

function alarmsIn(text: string): EngineState {
  const rules = Object.entries(Alarms.parse(JSON.parse(text)).rules).map(
    ([id, { occurrence }]): [string, RuleState] => {
      return [id, { fingerprint: '', memory: null, occurrence: { ...occurrence, waiting: [] } }]
    },
  )
  return { rules: Object.fromEntries(rules), channels: {}, load: null, activity: null }
}

/** Lets the rules see time pass once a second of the given clock, but never more often than real time allows. */
export async function ticking(pipeline: Pipeline, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    pipeline.tick()
    const pauses = [clock.sleep(1_000, signal), systemClock.sleep(50, signal)]
    await Promise.all(pauses).catch(() => undefined)
  }
}
