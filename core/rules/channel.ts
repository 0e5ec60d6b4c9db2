import type { PointRef, Reading, ReadingValue } from '../contract/reading.ts'
import { MonoMs, UtcMs } from '../contract/time.ts'
import type { ChannelState } from './engine-state.ts'
import type { Inputs, RuleRun, Sample } from './rule.ts'

/** Longer than anything is valid; what is told only when it changes holds for as long. */
const MAX_VALID_MS = 10 * 366 * 86_400_000

/** A run that reads a channel, and as which of its inputs. */
export interface Listener {
  readonly run: RuleRun
  readonly input: number
}

/** A point that something reads: its last sample, and who hears the next. */
export class Channel {
  readonly ref: PointRef
  readonly #device: string
  readonly #point: string
  readonly listeners: Listener[] = []
  /** As which inputs the load reads it. */
  readonly loadInputs: number[] = []
  #at = 0
  #mono = -1
  #value: ReadingValue = null
  #quality: Reading['quality'] = 'bad'
  #reason: Reading['reason'] = null
  #validMs = 0
  #shown: ReadingValue = null
  #goodValue = NaN
  #goodUntil = -Infinity
  goodMono = NaN
  changedMono = NaN

  constructor(ref: PointRef) {
    this.ref = ref
    const cut = ref.indexOf('/')
    this.#device = ref.slice(0, cut)
    this.#point = ref.slice(cut + 1)
  }

  /** Monotonic time of the last sample; −1 before the first. */
  get mono(): number {
    return this.#mono
  }

  /** The last value that was not bad; null before the first. */
  get shown(): ReadingValue {
    return this.#shown
  }

  /** Keeps a sample. `text` is its value where that is no number. */
  take(sample: Sample, text: string | null): void {
    this.#at = sample.at
    this.#mono = sample.mono
    this.#quality = sample.quality
    this.#reason = sample.reason
    this.#validMs = sample.validMs > 0 ? Math.min(sample.validMs, MAX_VALID_MS) : 0
    this.#value = valueOf(sample, text)
    if (sample.quality !== 'bad') this.#shown = this.#value
    if (sample.quality !== 'good' || Number.isNaN(sample.value)) return
    if (sample.value !== this.#goodValue || Number.isNaN(this.changedMono)) this.changedMono = sample.mono
    this.#goodValue = sample.value
    this.#goodUntil = sample.mono + this.#validMs
    this.goodMono = sample.mono
  }

  /** The last good value while it is valid at `mono`; NaN otherwise. */
  value(mono: number): number {
    return mono <= this.#goodUntil ? this.#goodValue : NaN
  }

  /** The last sample as a reading; null before the first. */
  reading(): Reading | null {
    if (this.#mono < 0) return null
    const at = UtcMs.parse(this.#at)
    return {
      device: this.#device,
      point: this.#point,
      value: this.#value,
      quality: this.#quality,
      reason: this.#quality === 'good' ? null : this.#reason,
      at,
      mono: MonoMs.parse(this.#mono),
      validUntil: UtcMs.parse(Math.max(0, Math.floor(this.#at + this.#validMs))),
    }
  }

  /** Null where it has seen nothing, or nobody reads it. */
  save(): ChannelState | null {
    if (this.listeners.length + this.loadInputs.length === 0) return null
    if (this.#mono < 0 && this.#shown === null) return null
    const good = Number.isNaN(this.goodMono)
      ? null
      : { value: this.#goodValue, mono: this.goodMono, until: this.#goodUntil }
    return {
      at: this.#at,
      mono: this.#mono,
      value: this.#value,
      quality: this.#quality,
      reason: this.#reason,
      validMs: this.#validMs,
      shown: this.#shown,
      good,
      changedMono: Number.isNaN(this.changedMono) ? null : this.changedMono,
    }
  }

  load(state: ChannelState | undefined): void {
    if (state === undefined) return
    this.#at = state.at
    this.#mono = state.mono
    this.#value = state.value
    this.#quality = state.quality
    this.#reason = state.reason
    this.#validMs = state.validMs
    this.#shown = state.shown
    this.#goodValue = state.good?.value ?? NaN
    this.#goodUntil = state.good?.until ?? -Infinity
    this.goodMono = state.good?.mono ?? NaN
    this.changedMono = state.changedMono ?? NaN
  }

  /** Monotonic times count from another boot now; what was read before is no longer current. */
  restart(isSameBoot: boolean): void {
    if (isSameBoot) return
    this.#mono = -1
    this.#goodUntil = -Infinity
    this.goodMono = NaN
    this.changedMono = NaN
  }
}

/** What rules ask of the channels they read. */
export function inputsOf(channels: readonly Channel[]): Inputs {
  return {
    value: (input, mono) => channels[input]?.value(mono) ?? NaN,
    changedMono: (input) => channels[input]?.changedMono ?? NaN,
    goodMono: (input) => channels[input]?.goodMono ?? NaN,
  }
}

function valueOf({ value, kind }: Sample, text: string | null): ReadingValue {
  switch (kind) {
    case 'number':
      return value
    case 'state':
      return value === 1
    case 'text':
      return text
    case 'none':
      return null
  }
}
