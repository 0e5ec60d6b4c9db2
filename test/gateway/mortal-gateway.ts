import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { AlarmTransition } from '../../core/contract/alarm.ts'
import type { Reading } from '../../core/contract/reading.ts'
import { MonoMs, UtcMs } from '../../core/contract/time.ts'
import { RuleEngine } from '../../core/rules/engine.ts'
import type { SitePlan } from '../../core/rules/plan.ts'
import { type Engine, openPipeline, type Pipeline } from '../../gateway/pipeline.ts'
import { type Judging, resumeJudging } from '../../gateway/runtime/judging.ts'
import { openSteadyStore } from '../../gateway/store/steady.ts'
import type { Commit, GatewayStore } from '../../gateway/store/store.ts'
import { DATING, storeOptions, T0 } from './store/world.ts'
import { keptLog } from './uplink/county.ts'

/** Something the rules were told, and what they said to it. */
interface Deed {
  readonly tell: (engine: Pick<Engine, 'take' | 'advance'>) => void
  readonly readings: readonly Reading[] | null
  readonly told: readonly AlarmTransition[]
  isOnDisk: boolean
}

interface Life {
  readonly store: GatewayStore
  readonly judging: Judging
  readonly pipeline: Pipeline
  deeds: Deed[]
}

/** A gateway's rules, pipeline and store on a disk, which can be killed, beside rules that only hear of its restarts. */
export class MortalGateway {
  readonly #plan: SitePlan
  readonly #folder: string
  readonly #time = { mono: 1_000.25, at: T0 }
  readonly #lives: Life[] = []
  readonly #spared: RuleEngine
  #boot = DATING.boot
  readonly log = keptLog()
  /** What the disk was told of alarms, over all its lives, and what the rules said that were never killed. */
  readonly committed: AlarmTransition[] = []
  readonly expected: AlarmTransition[] = []

  /** Each of its lives has a folder in `folder`. */
  constructor(plan: SitePlan, folder: string) {
    this.#plan = plan
    this.#folder = folder
    this.#spared = new RuleEngine(plan, null, this.#boot)
    this.#begin()
  }

  /** Time goes on, by no whole number of milliseconds. */
  pass(ms: number): void {
    this.#time.mono += ms + 0.137
    this.#time.at += ms
  }

  read(device: string, values: Readonly<Record<string, Reading['value']>>, more: Partial<Reading> = {}): void {
    const { mono, at } = this.#time
    const readings = Object.entries(values).map(([point, value]): Reading => ({
      ...{ device, point, value, mono: MonoMs.parse(mono), at: UtcMs.parse(at) },
      ...(value === null ? { quality: 'bad', reason: 'timeout' } : { quality: 'good', reason: null }),
      validUntil: UtcMs.parse(at + 30_000),
      ...more,
    }))
    void this.#life.pipeline.accept({ device, readings, pictures: [] })
  }

  tick(): void {
    this.#life.pipeline.tick()
  }

  /** Closes what there is into ranges, and the control room takes everything that may be sent. */
  async deliver(): Promise<void> {
    const { store } = this.#life
    while (store.seal(0)) continue
    await store.durable()
    for (const ref of [...store.links()]) {
      const link = store.link(ref)
      if (link !== null) store.receipt(ref, link.hash, 'accept')
    }
    for (const { occurrence, n } of store.alarms()) store.receiptAlarm(occurrence, n)
  }

  /** All that was judged is on the disk. */
  async settle(): Promise<void> {
    const { deeds, store } = this.#life
    const isWaiting = () => deeds.some(({ readings, isOnDisk }) => readings !== null && !isOnDisk)
    for (let tries = 0; isWaiting(); tries += 1) {
      if (tries > 1_000) throw new Error('what was judged is not committed')
      await store.durable()
    }
    await new Promise((resolve) => setImmediate(resolve))
  }

  /** Ends as by kill −9 and begins again with what is on the disk. Answers what both remember then. */
  kill(boot: 'same' | 'other'): { readonly killed: unknown; readonly spared: unknown } {
    this.#hearWhatIsKept()
    if (boot === 'other') {
      this.#boot = `${DATING.boot}${this.#lives.length.toString(16).padStart(4, '0')}`
      Object.assign(this.#time, { mono: 500.5, at: this.#time.at + 40_000 })
    }
    // What a killed process leaves are its files as they are.
    cpSync(this.#place(-1), this.#place(0), { recursive: true })
    this.#spared.restart(this.#boot)
    this.#begin()
    return this.#memories()
  }

  /** What both remember when all that was judged is kept, and time has come to the same for both. */
  async end(): Promise<{ readonly killed: unknown; readonly spared: unknown }> {
    await this.settle()
    // Nothing is lost by an end like this one: also of the times that stand beside no reading yet the rules have heard.
    this.#hear(this.#life.deeds.length)
    const now = { at: this.#time.at, mono: Math.floor(this.#time.mono) }
    this.#life.judging.advance(now)
    this.#spared.advance(now)
    this.committed.push(...this.#life.judging.transitions())
    this.expected.push(...this.#spared.transitions())
    const memories = this.#memories()
    for (const { pipeline, store } of this.#lives) {
      await pipeline.close().catch(() => undefined)
      store.close()
    }
    return memories
  }

  get #life(): Life {
    const life = this.#lives.at(-1)
    if (life === undefined) throw new Error('it has not begun')
    return life
  }

  #place(ahead: number): string {
    return join(this.#folder, String(this.#lives.length + ahead))
  }

  /** The spared rules hear what is on the disk, and what was done before that. */
  #hearWhatIsKept(): void {
    this.#hear(this.#life.deeds.findLastIndex(({ isOnDisk }) => isOnDisk) + 1)
  }

  #hear(deeds: number): void {
    for (const { tell } of this.#life.deeds.splice(0, deeds)) tell(this.#spared)
    this.expected.push(...this.#spared.transitions())
  }

  #memories() {
    const plain = (state: unknown): unknown => JSON.parse(JSON.stringify(state))
    return { killed: plain(this.#life.judging.save()), spared: plain(this.#spared.save()) }
  }

  #begin(): void {
    const [boot, time, log, folder] = [this.#boot, this.#time, this.log, this.#place(0)]
    mkdirSync(folder, { recursive: true })
    const clock = {
      now: () => UtcMs.parse(time.at),
      mono: () => MonoMs.parse(time.mono),
      sleep: () => Promise.resolve(),
    }
    const store = openSteadyStore(folder, storeOptions({ clock, dating: () => ({ ...DATING, boot }), log }))
    const judging = resumeJudging(this.#plan, { store, boot, log })
    const deeds: Deed[] = []
    const life = this.#lives.length + 1
    /** After which deed what the rules remembered was written down, as often as it was and is not on the disk yet. */
    const written: (Deed | undefined)[] = []
    const commit = (steps: readonly Commit[]) => {
      const outcomes = store.commit(steps)
      if (this.#lives.length > life) return outcomes
      for (const { readings, transitions, engineState } of steps) {
        // When it was stored is the disk's to say, not the rules'.
        this.committed.push(...transitions.map(({ storedAt: _storedAt, ...judged }) => judged))
        const isDone = (deed: Deed) => deed.readings === readings || areTold(deed.told, transitions)
        for (const deed of [deeds.find(isDone), engineState === undefined ? undefined : written.shift()])
          if (deed !== undefined) deed.isOnDisk = true
      }
      return outcomes
    }
    const pipeline = openPipeline({
      ...{ engine: noting(judging, deeds, written), clock, log, onCommit: () => undefined },
      store: { ...store, stream: store.stream, commit },
    })
    this.#lives.push({ store, judging, pipeline, deeds })
  }
}

/** Rules whose deeds are noted. */
function noting(judging: Judging, deeds: Deed[], written: (Deed | undefined)[]): Engine {
  let doing: Pick<Deed, 'tell' | 'readings'> | null = null
  const does = (deed: Pick<Deed, 'tell' | 'readings'>) => {
    doing = deed
    deed.tell(judging)
  }
  return {
    take: (readings) => does({ tell: (engine) => engine.take(readings), readings }),
    advance: (now) => does({ tell: (engine) => engine.advance(now), readings: null }),
    transitions: () => {
      const told = judging.transitions()
      if (doing !== null) deeds.push({ ...doing, told, isOnDisk: false })
      doing = null
      return told
    },
    save: () => {
      written.push(deeds.at(-1))
      return judging.save()
    },
  }
}

/** Whether these are the transitions a deed has made: the disk keeps them with the time it took them at. */
function areTold(told: readonly AlarmTransition[], kept: readonly AlarmTransition[]): boolean {
  const isKept = ({ occurrence, n }: AlarmTransition, place: number) =>
    kept[place]?.occurrence === occurrence && kept[place].n === n
  return told.length > 0 && told.length === kept.length && told.every(isKept)
}
