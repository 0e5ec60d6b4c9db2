import { setImmediate as immediate } from 'node:timers/promises'
import type { AlarmTransition } from '../core/contract/alarm.ts'
import type { Reading } from '../core/contract/reading.ts'
import type { MonoMs, UtcMs } from '../core/contract/time.ts'
import { elapsed } from '../core/kit/time.ts'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import type { Batch } from './driver.ts'
import type { Commit, Committed, GatewayStore } from './store/store.ts'

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
  /**
   * Judges a batch at once and commits it with all that follows from it. Resolves when there is room for the next, which is before the
   * disk has this one, so that the pace of polling does not depend on the disk. Rejects with what an earlier commit has thrown.
   */
  accept(batch: Batch): Promise<void>
  /** Lets time pass for the rules: delays run out, points go stale. Throws what an earlier commit has thrown. */
  tick(): void
  /**
   * Commits what waits and resolves when all of it is durable and told. Nothing may be brought any more; whoever opened the store closes
   * it after this. Rejects with what a commit has thrown.
   */
  close(): Promise<void>
}

/** Stamps what comes with the time as it is known at that moment. */
export interface Stamps {
  restamped(readings: readonly Reading[]): readonly Reading[]
  stamped(transition: AlarmTransition): AlarmTransition
}

export interface PipelineOptions<State> {
  readonly engine: Engine<State>
  readonly state: State
  /** Absent where the time is beyond doubt. */
  readonly stamps?: Stamps
  readonly store: GatewayStore
  readonly clock: Clock
  readonly log: Log
  /** Told after each commit, once it is durable; must be quick and must not throw. */
  readonly onCommit: (committed: Committed, transitions: readonly AlarmTransition[]) => void
}

/** Without transitions the engine's state is saved no more often than this, ms: it only shortens the memory after a crash. */
const STATE_EVERY_MS = 10_000

/** Readings that may wait for the disk; beyond them whoever brings more waits too. */
const MOST_WAITING = 50_000

/** A step that was judged and waits for its commit. */
interface Judged {
  readonly commit: Commit
  readonly kept: PromiseWithResolvers<undefined>
}

/**
 * Builds the pipeline. Rules see each batch before it is committed, so that reading and alarm are one transaction. While the disk takes
 * one commit the program goes on, and what is judged meanwhile shares the next: a slow disk makes larger commits, not a queue.
 * Readings that are enough for a range become one here; when the rest have waited long enough is for others to say.
 */
export function openPipeline<State>(options: PipelineOptions<State>): Pipeline {
  const { engine, store, clock, log, stamps = null } = options
  const memory = { state: options.state, savedAt: clock.mono() }
  const desk = {
    waiting: [] as Judged[],
    readings: 0,
    working: null as Promise<void> | null,
    sealing: null as Promise<void> | null,
    fault: null as { readonly error: unknown } | null,
    isClosing: false,
  }

  const finish = (judged: EngineStep<State>, batch: Batch | null): Promise<undefined> => {
    const transitions = stamps === null ? judged.transitions : judged.transitions.map((one) => stamps.stamped(one))
    const step = { ...judged, transitions }
    const save = step.transitions.length > 0 || elapsed(memory.savedAt, clock.mono()) >= STATE_EVERY_MS
    memory.state = step.state
    if (save) memory.savedAt = clock.mono()
    if (batch === null && !save) return Promise.resolve(undefined)
    const kept = Promise.withResolvers<undefined>()
    const commit = {
      device: batch?.device ?? null,
      readings: batch?.readings ?? [],
      pictures: batch?.pictures ?? [],
      transitions: step.transitions,
      ...(save ? { engineState: step.state } : {}),
    }
    desk.waiting.push({ commit, kept })
    desk.readings += commit.readings.length
    desk.working ??= work()
    return kept.promise
  }

  const work = async (): Promise<void> => {
    while (desk.waiting.length > 0) {
      const group = desk.waiting
      desk.waiting = []
      await keep(group)
      for (const { commit } of group) desk.readings -= commit.readings.length
    }
    desk.working = null
  }

  const keep = async (group: readonly Judged[]): Promise<void> => {
    try {
      const outcomes = store.commit(group.map(({ commit }) => commit))
      await store.durable()
      for (const [index, committed] of outcomes.entries()) tell(committed, group[index]?.commit.transitions ?? [])
      for (const { kept } of group) kept.resolve(undefined)
      sealSoon()
    } catch (error) {
      // One batch that cannot be kept must not take the others with it.
      if (group.length > 1) for (const one of group) await keep([one])
      else for (const { kept } of group) kept.reject(error)
    }
  }

  const seal = async (): Promise<void> => {
    try {
      // One range at a time, so that what is read and judged meanwhile is not held up.
      while (!desk.isClosing && store.seal(Infinity)) await immediate()
    } catch (error) {
      desk.fault = { error }
    }
  }

  const sealSoon = (): void => {
    desk.sealing ??= seal().then(() => {
      desk.sealing = null
    })
  }

  const tell = (committed: Committed, transitions: readonly AlarmTransition[]): void => {
    for (const transition of transitions) logTransition(log, transition)
    options.onCommit(maySend(committed) ? committed : { ...committed, readings: [] }, transitions)
  }

  // A number that a power cut could take back is not given to anybody; its reading goes out from the store later.
  const maySend = ({ stream, firstSeq, readings }: Committed): boolean =>
    stream === store.stream && firstSeq + readings.length <= store.nextSeq()

  const withoutWaiting = (kept: Promise<undefined>): void => {
    kept.catch((error: unknown) => {
      desk.fault = { error }
    })
  }

  const throwFault = (): void => {
    const { fault } = desk
    desk.fault = null
    if (fault !== null) throw fault.error
  }

  return {
    accept: async (batch) => {
      throwFault()
      const readings = stamps === null ? batch.readings : stamps.restamped(batch.readings)
      const kept = finish(
        engine.judge(memory.state, readings),
        readings === batch.readings ? batch : { ...batch, readings },
      )
      if (desk.readings > MOST_WAITING) await kept
      else withoutWaiting(kept)
    },
    tick: () => {
      throwFault()
      withoutWaiting(finish(engine.tick(memory.state, { at: clock.now(), mono: clock.mono() }), null))
    },
    close: async () => {
      desk.isClosing = true
      await desk.working
      await desk.sealing
      throwFault()
    },
  }
}

function logTransition(log: Log, { kind, occurrence, n, point, priority }: AlarmTransition): void {
  log.info({ occurrence, n, point, priority }, `alarm ${kind}`)
}
