import type { Deterrent } from '../../core/contract/site.ts'
import type { MonoMs } from '../../core/contract/time.ts'
import { elapsed } from '../../core/kit/time.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { isCoilOn, type ReachOf, switched } from './output.ts'

/** Why an output was not switched on at all. */
export type Refusal = 'unknown' | 'not-open' | 'sounding' | 'pause' | 'quiet'

/** How an output answered: it is seen to sound, it was switched on but is not seen to, or it was not switched on at all. */
export type Sounded =
  | { readonly is: 'on'; readonly seconds: number }
  | { readonly is: 'unseen'; readonly seconds: number; readonly why: string }
  | { readonly is: 'refused'; readonly why: string; readonly because: Refusal }

export interface InterlockDeps {
  readonly reachOf: ReachOf
  /** Minutes since midnight at the site; null while nobody has told this gateway the time. */
  readonly minuteOfDay: () => number | null
  readonly clock: Clock
  readonly log: Log
}

/** No output sounds longer, and each is silent as long after it, ms. (docs/alarms.md §3.8) */
const MOST_MS = 60_000
const PAUSE_MS = 60_000
/** One that could not be switched off is tried again after so long, ms. */
const OFF_AGAIN_MS = 1_000

/** Stands between everybody and one output: nobody switches it on but through here. */
export class Interlock {
  readonly deterrent: Deterrent
  readonly #deps: InterlockDeps
  /** When it is to fall silent; null while it is. */
  #offAt: number | null = null
  #endedAt: MonoMs | null = null
  /** Nothing is switched on before what an earlier run has left on was switched off, nor after the end. */
  #isOpen = false
  #wrong: string | null = null
  #switching: Promise<unknown> = Promise.resolve()

  constructor(deterrent: Deterrent, deps: InterlockDeps) {
    this.deterrent = deterrent
    this.#deps = deps
  }

  /** What is wrong with it: not seen to sound, or not to be switched off. null = nothing. */
  get wrong(): string | null {
    return this.#wrong
  }

  async sound(seconds: number): Promise<Sounded> {
    const refusal = this.#refusal()
    if (refusal !== null) return { is: 'refused', ...refusal }
    const ms = Math.min(seconds * 1_000, this.deterrent.most, MOST_MS)
    // Counted from before it is switched on, and switched off also when nobody knows whether it was.
    this.#offAt = this.#deps.clock.mono() + ms
    const why = await this.#switch(true)
    this.#note(why)
    const told = Math.round(ms / 1_000)
    return why === null ? { is: 'on', seconds: told } : { is: 'unseen', seconds: told, why }
  }

  /** It falls silent with the next look. */
  hush(): void {
    if (this.#offAt !== null) this.#offAt = 0
  }

  /** Switches off what an earlier run has left on. */
  async begin(): Promise<void> {
    const { clock, reachOf } = this.#deps
    const wasOn = await isCoilOn(this.deterrent, reachOf)
    this.#offAt = 0
    await this.look()
    if (wasOn === true) this.#endedAt = clock.mono()
    else this.#endedAt = null
    this.#isOpen = true
  }

  /** Switches it off when its time is over. */
  async look(): Promise<void> {
    const { clock } = this.#deps
    if (this.#offAt === null || clock.mono() < this.#offAt) return
    const due = this.#offAt
    const why = await this.#switch(false)
    this.#note(why)
    if (why === null) this.#endedAt = clock.mono()
    // Another may have asked for it meanwhile only where it had fallen silent.
    if (this.#offAt === due) this.#offAt = why === null ? null : clock.mono() + OFF_AGAIN_MS
  }

  /** Switches it off for good. */
  async end(): Promise<void> {
    this.#isOpen = false
    for (let tries = 0; tries < 3; tries += 1) {
      this.hush()
      await this.look()
    }
  }

  #refusal(): { readonly why: string; readonly because: Refusal } | null {
    const { clock, minuteOfDay } = this.#deps
    if (!this.#isOpen) return { because: 'not-open', why: 'the gateway begins or ends' }
    if (this.#offAt !== null) return { because: 'sounding', why: 'it sounds already' }
    if (this.#endedAt !== null && elapsed(this.#endedAt, clock.mono()) < PAUSE_MS)
      return { because: 'pause', why: `it is silent for ${PAUSE_MS / 1_000} s after it has sounded` }
    const { quiet } = this.deterrent
    const minute = minuteOfDay()
    return quiet !== undefined && minute !== null && isWithin(minute, quiet)
      ? { because: 'quiet', why: `it is silent from ${quiet.from} to ${quiet.to}` }
      : null
  }

  /** One switching at a time, in the order they were asked for. */
  #switch(isOn: boolean): Promise<string | null> {
    const done = this.#switching.then(() => switched(this.deterrent, isOn, this.#deps.reachOf))
    this.#switching = done.catch(() => undefined)
    return done
  }

  /** Said once each way. */
  #note(why: string | null): void {
    const { log } = this.#deps
    const { id: output } = this.deterrent
    if (why !== null && this.#wrong === null)
      log.error({ code: 'link/down', output, why }, 'an output does not do as it is told')
    if (why === null && this.#wrong !== null) log.info({ output }, 'the output does as it is told again')
    this.#wrong = why
  }
}

/** Half-open; across midnight where it ends at or before its start. */
function isWithin(minute: number, { from, to }: { readonly from: string; readonly to: string }): boolean {
  const [start, end] = [minutesIn(from), minutesIn(to)]
  return start < end ? minute >= start && minute < end : minute >= start || minute < end
}

function minutesIn(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
}
