import type { BootId } from '../../core/contract/clock.ts'
import { messageOf } from '../../core/kit/errors.ts'
import { EngineState, freshState, judge, resume, tick } from '../../core/rules/engine.ts'
import type { ArmedRule } from '../../core/rules/rule.ts'
import { systemClock, type Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { Engine, Pipeline } from '../pipeline.ts'
import type { GatewayStore } from '../store/store.ts'

/** The rules as the pipeline wants them: at every step those that `armed` answers then. */
export function ruleEngine(armed: () => readonly ArmedRule[]): Engine<EngineState> {
  return {
    judge: (state, readings) => judge(armed(), state, readings),
    tick: (state, now) => tick(armed(), state, now),
  }
}

/**
 * What the rules remember from before the last stop, for a run in `boot`; nothing where the store does not give it, which is said once.
 */
export function lastState(store: Pick<GatewayStore, 'engineState'>, boot: BootId, log: Log): EngineState {
  try {
    const saved = store.engineState()
    return saved === null ? freshState(boot) : resume(EngineState.parse(saved), boot)
  } catch (error) {
    log.error(
      { code: 'store/failed', why: messageOf(error) },
      'the rules cannot take up their saved state; they begin anew',
    )
    return freshState(boot)
  }
}

/** Lets the rules see time pass once a second of the given clock, but never more often than real time allows. */
export async function ticking(pipeline: Pipeline, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    pipeline.tick()
    const pauses = [clock.sleep(1_000, signal), systemClock.sleep(50, signal)]
    await Promise.all(pauses).catch(() => undefined)
  }
}
