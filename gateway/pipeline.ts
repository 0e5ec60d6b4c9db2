import type { AlarmTransition } from '../core/contract/alarm.ts'
import type { Reading } from '../core/contract/reading.ts'
import type { MonoMs, UtcMs } from '../core/contract/time.ts'
import { elapsed } from '../core/kit/time.ts'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import type { Batch } from './driver.ts'
import type { Committed, GatewayStore } from './store.ts'

/** The rules, as the pipeline sees them: pure functions from a state to the next. */
export interface Engine<State> {
  judge(state: State, readings: readonly Reading[]): EngineStep<State>
  tick(state: State, now: { readonly at: UtcMs; readonly mono: MonoMs }): EngineStep<State>
}

export interface EngineStep<State> {
  readonly state: State
  readonly transitions: readonly AlarmTransition[]
}

/** The only junction of the gateway: what drivers read goes in, what must arrive comes out committed. */
export interface Pipeline {
  /** Judges a batch and commits it with all that follows from it. Durable when it resolves. */
  accept(batch: Batch): Promise<void>
  /** Lets time pass for the rules: delays run out, points go stale. */
  tick(): void
}

export interface PipelineOptions<State> {
  readonly engine: Engine<State>
  readonly state: State
  readonly store: GatewayStore
  readonly clock: Clock
  readonly log: Log
  /** Told after each commit; must be quick and must not throw. */
  readonly onCommit: (committed: Committed, transitions: readonly AlarmTransition[]) => void
}

/** Without transitions the engine's state is saved no more often than this, ms: it only shortens the memory after a crash. */
const STATE_EVERY_MS = 10_000

/** Builds the pipeline. Rules see each batch before it is committed, so that reading and alarm are one transaction. */
export function openPipeline<State>(options: PipelineOptions<State>): Pipeline {
  const { engine, store, clock, log } = options
  const memory = { state: options.state, savedAt: clock.mono(), dropping: false }

  const finish = (step: EngineStep<State>, batch: Batch | null): void => {
    const save = step.transitions.length > 0 || elapsed(memory.savedAt, clock.mono()) >= STATE_EVERY_MS
    memory.state = step.state
    if (batch === null && !save) return
    const committed = store.commit({
      device: batch?.device ?? null,
      readings: batch?.readings ?? [],
      pictures: batch?.pictures ?? [],
      transitions: step.transitions,
      ...(save ? { engineState: step.state } : {}),
    })
    if (save) memory.savedAt = clock.mono()
    reportDrops(committed.dropped > 0)
    for (const transition of step.transitions) logTransition(log, transition)
    options.onCommit(committed, step.transitions)
  }

  const reportDrops = (dropping: boolean): void => {
    if (dropping && !memory.dropping) {
      log.warn({ code: 'store/failed' }, 'the outbox is at its bound: the oldest telemetry is dropped unsent')
    }
    // Dropping comes in lumps; it is over when the outbox has run empty.
    if (dropping) memory.dropping = true
    else if (memory.dropping && store.waiting().telemetry === 0) memory.dropping = false
  }

  return {
    accept: (batch) => {
      finish(engine.judge(memory.state, batch.readings), batch)
      return Promise.resolve()
    },
    tick: () => finish(engine.tick(memory.state, { at: clock.now(), mono: clock.mono() }), null),
  }
}

function logTransition(log: Log, { kind, occurrence, n, point, priority }: AlarmTransition): void {
  log.info({ occurrence, n, point, priority }, `alarm ${kind}`)
}
