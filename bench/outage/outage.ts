import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Dating } from '../../core/contract/clock.ts'
import type { Job, Told } from './feeder.ts'
import { PERIOD_MS } from './readings.ts'
import { cutPower, emptyWal, type WalPlace } from './wal.ts'

export interface OutagePlan {
  /** Path of site.yaml, and the folder of the store. */
  readonly site: string
  readonly store: string
  readonly rounds: number
  readonly kills: number
  /** True time of round 0, ms. */
  readonly beganAt: number
  readonly isDiskSmall: boolean
  readonly chance: () => number
}

/** What became of a round: durable; or begun and perhaps kept in part, when the kill came in it. */
export type Fate = 'durable' | 'begun'

export interface OutageFacts {
  /** By round. */
  readonly fates: ReadonlyMap<number, Fate>
  readonly boots: ReadonlySet<string>
  readonly kills: number
  readonly powerCuts: number
  /** Bytes of write-ahead logs that went in power cuts. */
  readonly cutBytes: number
  readonly roundsInMemory: number
  /** What the store takes at the end, and what was written to the disk for it, bytes. */
  readonly storedBytes: number
  readonly writtenBytes: number
  readonly links: number
}

/** Its time is not known for the first part of this stretch, and found out in it: shares of the outage. */
const UNKNOWN = { from: 0.3, known: 0.38, to: 0.42 }
/** The disk is full in this stretch. */
const FULL = { from: 0.55, to: 0.57 }
/** From here on the clock is known to have been wrong. */
const STEP = { from: 0.8, known: 0.85, byMs: 90_000 }

interface Stretch {
  readonly from: number
  readonly to: number
  readonly kind: 'plain' | 'unknown' | 'full' | 'step'
}

/** Lives through the outage: the feeder reads round after round, and is killed again and again. */
export async function liveThrough(plan: OutagePlan): Promise<OutageFacts> {
  return new Outage(plan).run()
}

class Outage {
  readonly #plan: OutagePlan
  readonly #fates = new Map<number, Fate>()
  readonly #boots = new Set<string>()
  #boot = 'b007000000000000'
  #next = 0
  #kills = 0
  #powerCuts = 0
  #cutBytes = 0
  #roundsInMemory = 0
  #written = 0
  #end = { bytes: NaN, links: NaN }
  /** How far the log was last known to be on the disk, by whichever run. */
  #wal: WalPlace | null = null

  constructor(plan: OutagePlan) {
    this.#plan = plan
  }

  async run(): Promise<OutageFacts> {
    const { rounds } = this.#plan
    for (const stretch of stretches(rounds, this.#plan.isDiskSmall)) {
      // A boot begins with each stretch of its own time.
      if (stretch.kind !== 'plain') this.#newBoot()
      if (stretch.kind === 'full') emptyWal(this.#plan.store)
      while (this.#next < stretch.to) await this.#oneRun(stretch)
      if (stretch.kind !== 'plain') this.#newBoot()
      console.error(`round ${this.#next} of ${rounds}, ${this.#kills} kills`)
    }
    return {
      ...{ fates: this.#fates, boots: this.#boots, kills: this.#kills, powerCuts: this.#powerCuts },
      ...{ cutBytes: this.#cutBytes, roundsInMemory: this.#roundsInMemory },
      ...{ storedBytes: this.#end.bytes, links: this.#end.links, writtenBytes: this.#written },
    }
  }

  /** One life of the feeder, to its kill or the end of the stretch. */
  async #oneRun(stretch: Stretch): Promise<void> {
    const { chance, rounds, kills, store } = this.#plan
    const child = fork(fileURLToPath(new URL('feeder.ts', import.meta.url)), [JSON.stringify(this.#job(stretch))])
    const gone = once(child, 'exit')
    const told = { begun: -1, durable: -1, written: 0, isDone: false }
    const mean = rounds / kills
    const isEarly = stretch.kind !== 'full' && chance() < 0.1
    const untilRound = stretch.kind === 'full' ? Infinity : this.#next + Math.floor(chance() * 2 * mean)
    const ready = Promise.withResolvers<undefined>()
    child.on('message', (message: Told) => {
      if ('begun' in message) told.begun = message.begun
      else if ('durable' in message) {
        Object.assign(told, { durable: message.durable, written: message.written })
        this.#wal = message.wal ?? this.#wal
        this.#fates.set(message.durable, 'durable')
        if (message.inMemory) this.#roundsInMemory += 1
        if (message.durable >= untilRound) ready.resolve(undefined)
      } else {
        Object.assign(told, { isDone: true, written: message.written })
        this.#end = { bytes: message.bytes, links: message.links }
        ready.resolve(undefined)
      }
    })
    // Some die while they start.
    if (isEarly) await Promise.race([sleep(chance() * 600), ready.promise])
    else await Promise.race([ready.promise, gone.then(() => undefined)])
    await sleep(chance() * 8)
    if (child.exitCode !== null && !told.isDone) throw new Error(`the feeder ended by itself with ${child.exitCode}`)
    child.kill('SIGKILL')
    await gone
    // What it said last is heard after it has gone.
    if (child.connected) await once(child, 'disconnect')
    this.#kills += 1
    this.#written += told.written
    if (told.begun > told.durable) this.#fates.set(told.begun, 'begun')
    this.#next = Math.max(this.#next, told.begun + 1)
    if (stretch.kind === 'plain' && chance() < 0.5) {
      this.#powerCuts += 1
      this.#cutBytes += cutPower(store, this.#wal, chance)
      this.#newBoot()
    }
  }

  #job({ kind, from, to }: Stretch): Job {
    const { site, store, rounds, beganAt } = this.#plan
    this.#boots.add(this.#boot)
    const right: Dating = { boot: this.#boot, offsetMs: beganAt, uncertaintyMs: 500, source: 'ntp' }
    const at = (share: number) => Math.floor(share * rounds)
    const common = { ...{ site, store, from: this.#next, to }, alarm: at(0.5), known: null, full: null, isOwed: false }
    const becomes = (wrong: Dating, round: number): Job =>
      this.#next > round
        ? { ...common, dating: right, isOwed: true }
        : { ...common, dating: wrong, known: { round, dating: right } }
    switch (kind) {
      case 'plain':
        return { ...common, dating: right }
      case 'full':
        return { ...common, dating: right, full: { from: from + 3, to: to - 30 } }
      case 'unknown':
        // It has started in 1970, and nobody has told it better.
        return becomes(
          { ...right, offsetMs: -from * PERIOD_MS, uncertaintyMs: null, source: 'none' },
          at(UNKNOWN.known),
        )
      case 'step':
        return becomes(
          { ...right, offsetMs: beganAt + STEP.byMs, uncertaintyMs: 120_000, source: 'rtc' },
          at(STEP.known),
        )
    }
  }

  #newBoot(): void {
    this.#boot = Array.from({ length: 16 }, () => Math.floor(this.#plan.chance() * 16).toString(16)).join('')
  }
}

function stretches(rounds: number, isDiskSmall: boolean): Stretch[] {
  const at = (share: number) => Math.floor(share * rounds)
  const full = { from: at(FULL.from), to: Math.max(at(FULL.to), at(FULL.from) + 80) }
  const marks: Stretch[] = [
    { from: 0, to: at(UNKNOWN.from), kind: 'plain' },
    { from: at(UNKNOWN.from), to: at(UNKNOWN.to), kind: 'unknown' },
    { from: at(UNKNOWN.to), to: full.from, kind: 'plain' },
    { ...full, kind: isDiskSmall ? 'full' : 'plain' },
    { from: full.to, to: at(STEP.from), kind: 'plain' },
    { from: at(STEP.from), to: at(0.9), kind: 'step' },
    { from: at(0.9), to: rounds, kind: 'plain' },
  ]
  return marks
}
