import { setImmediate as immediate } from 'node:timers/promises'
import type { AlarmTransition } from '../core/contract/alarm.ts'
import type { Reading } from '../core/contract/reading.ts'
import type { UtcMs } from '../core/contract/time.ts'
import type { Instant } from '../core/rules/rule.ts'
import { elapsed } from '../core/kit/time.ts'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import type { Batch } from './driver.ts'
import { asKept } from './store/packing.ts'
import type { AloneKept, Commit, Committed, GatewayStore } from './store/store.ts'

/** The rules, as the pipeline sees them. */
export interface Engine {
  take(readings: readonly Reading[]): void
  advance(now: Instant): void
  /** What came of it since the last call. */
  transitions(): readonly AlarmTransition[]
  /** What it remembers, as plain JSON that is changed in place later. */
  save(): unknown
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
   * Keeps what the rules remember now, because they were armed anew or were told something: what came before must not be judged by them
   * again. Resolves when it is durable; who does not wait for that learns of a failure by the next call of another.
   */
  keep(): Promise<void>
  /** Keeps what the gateway does alone; resolves when that is durable and what it has to tell of it may be sent. */
  keepAlone(alone: AloneKept): Promise<void>
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

export interface PipelineOptions {
  readonly engine: Engine
  /** Absent where the time is beyond doubt. */
  readonly stamps?: Stamps
  readonly store: GatewayStore
  readonly clock: Clock
  readonly log: Log
  /** Told after each commit of readings or transitions, once it is durable; must be quick and must not throw. */
  readonly onCommit: (committed: Committed, transitions: readonly AlarmTransition[]) => void
}

/**
 * What the engine remembers is kept with every transition, and else so often, ms, or after so many readings: it is large, and what was
 * committed since then is judged again after a kill.
 */
const STATE_EVERY_MS = 60_000
const MOST_UNJUDGED = 100_000

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
export function openPipeline(options: PipelineOptions): Pipeline {
  const { engine, store, clock, log, stamps = null } = options
  const kept = { mono: clock.mono(), readings: 0, isOwed: true, stream: store.stream }
  /** Times to which the rules have come, that stand neither in what is kept of them nor beside a reading yet. */
  let advanced: Instant[] = []
  const desk = {
    waiting: [] as Judged[],
    readings: 0,
    working: null as Promise<void> | null,
    sealing: null as Promise<void> | null,
    fault: null as { readonly error: unknown } | null,
    isClosing: false,
  }

  /** What the engine remembers at this moment, where it is time to keep it: it is changed in place by what is judged next. */
  const stateToKeep = (hasTransitions: boolean): string | undefined => {
    const now = clock.mono()
    const isDue = kept.readings >= MOST_UNJUDGED || elapsed(kept.mono, now) >= STATE_EVERY_MS
    if (!kept.isOwed && !hasTransitions && !isDue) return undefined
    Object.assign(kept, { mono: now, readings: 0, isOwed: false })
    return JSON.stringify(engine.save())
  }

  const finish = (batch: Batch | null): Promise<undefined> => {
    const told = engine.transitions()
    const transitions = stamps === null ? told : told.map((one) => stamps.stamped(one))
    kept.readings += batch?.readings.length ?? 0
    const engineState = stateToKeep(transitions.length > 0)
    if (batch === null && engineState === undefined) return Promise.resolve(undefined)
    const { device = null, readings = [], pictures = [] } = batch ?? {}
    const commit = { device, readings, advanced, pictures, transitions, engineState }
    if (readings.length > 0 || engineState !== undefined) advanced = []
    return queued(commit)
  }

  const queued = (commit: Commit): Promise<undefined> => {
    const taken = Promise.withResolvers<undefined>()
    desk.waiting.push({ commit, kept: taken })
    desk.readings += commit.readings.length
    desk.working ??= work()
    return taken.promise
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

  const keep = async (judged: readonly Judged[]): Promise<void> => {
    const storedAt = clock.now()
    const group = judged.map((one) => ({ ...one, commit: storedNow(one.commit, storedAt) }))
    try {
      const outcomes = store.commit(group.map(({ commit }) => commit))
      await store.durable()
      for (const [index, committed] of outcomes.entries()) tell(committed, group[index]?.commit.transitions ?? [])
      for (const one of group) one.kept.resolve(undefined)
      sealSoon()
    } catch (error) {
      // One batch that cannot be kept must not take the others with it.
      if (group.length > 1) for (const one of group) await keep([one])
      else {
        kept.isOwed = true
        for (const one of group) one.kept.reject(error)
      }
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
    // What was committed elsewhere is not there to be judged again.
    if (committed.stream !== kept.stream) Object.assign(kept, { stream: committed.stream, isOwed: true })
    const { readings, pictures, acts } = committed
    if (readings.length + transitions.length + pictures.length + acts.length === 0) return
    for (const transition of transitions) logTransition(log, transition)
    options.onCommit(maySend(committed) ? committed : { ...committed, readings: [] }, transitions)
  }

  // A number that a power cut could take back is not given to anybody; its reading goes out from the store later.
  const maySend = ({ stream, firstSeq, readings }: Committed): boolean =>
    stream === store.stream && firstSeq + readings.length <= store.nextSeq()

  const withoutWaiting = (taken: Promise<undefined>): void => {
    taken.catch((error: unknown) => {
      desk.fault = { error }
    })
  }

  const throwFault = (): void => {
    const { fault } = desk
    desk.fault = null
    if (fault !== null) throw fault.error
  }

  // Nothing is committed before what the rules remember at the beginning of this run.
  withoutWaiting(finish(null))

  return {
    accept: async (batch) => {
      throwFault()
      // What is judged is what would be judged again.
      const readings = asKept(stamps === null ? batch.readings : stamps.restamped(batch.readings))
      engine.take(readings)
      const taken = finish(readings === batch.readings ? batch : { ...batch, readings })
      if (desk.readings > MOST_WAITING) await taken
      else withoutWaiting(taken)
    },
    tick: () => {
      throwFault()
      const now = { at: clock.now(), mono: Math.floor(clock.mono()) }
      engine.advance(now)
      advanced.push(now)
      withoutWaiting(finish(null))
    },
    keep: () => {
      kept.isOwed = true
      const taken = finish(null)
      withoutWaiting(taken)
      return taken
    },
    keepAlone: (alone) => queued({ device: null, readings: [], pictures: [], transitions: [], alone }),
    close: async () => {
      desk.isClosing = true
      await desk.working
      await desk.sealing
      throwFault()
    },
  }
}

/** T2: what is committed says when, which is as good as when the disk has it. */
function storedNow(commit: Commit, storedAt: UtcMs): Commit {
  if (commit.transitions.length === 0) return commit
  return { ...commit, transitions: commit.transitions.map((transition) => ({ ...transition, storedAt })) }
}

function logTransition(log: Log, { kind, occurrence, n, point, priority }: AlarmTransition): void {
  log.info({ occurrence, n, point, priority }, `alarm ${kind}`)
}
