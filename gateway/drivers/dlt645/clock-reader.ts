import {
  type ClockMemory,
  type ClockSample,
  clockMemory,
  type ClockWatch,
  METER_DATE,
  METER_TIME,
  meterClock,
  sinceMidnight,
  watchClock,
} from '../../../core/decode/dlt645-clock.ts'
import { bad, type Decoded } from '../../../core/decode/point.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Outcome } from './ask-item.ts'
import type { MeterAsker } from './meter-asker.ts'

/** What the derived points come to, or why there is nothing. */
export type ClockOutcome =
  | { readonly kind: 'read'; readonly 'clock-offset': Decoded; readonly 'clock-jumps': Decoded }
  | Exclude<Outcome, { readonly kind: 'data' }>

/** Two samples of one clock, taken one after the other, agree within this many ms. */
const AGREE_MS = 60_000
/** A date that was read this long before the clock shows midnight may be that of the day before, in ms beside the time between. */
const MIDNIGHT_MS = 2_000

/** Reads a meter's clock and watches it for jumps. */
export class ClockReader {
  readonly #asker: MeterAsker
  readonly #clock: Clock
  #watch: ClockWatch | ClockMemory | null

  /** `before` is what was remembered over the last restart. */
  constructor(asker: MeterAsker, clock: Clock, before: ClockMemory | null) {
    this.#asker = asker
    this.#clock = clock
    this.#watch = before
  }

  get memory(): ClockMemory | null {
    if (this.#watch === null) return null
    return 'mono' in this.#watch ? clockMemory(this.#watch) : this.#watch
  }

  /** A jump, and the first time that is seen at all, count only when a second look shows the same. */
  async read(signal: AbortSignal): Promise<ClockOutcome> {
    const sample = await this.#sample(signal)
    if (!isSample(sample)) return sample
    const watch = watchClock(this.#watch, sample)
    if (this.#watch !== null && watch.jumps === this.#watch.jumps) return this.#take(watch)
    const again = await this.#sample(signal)
    if (!isSample(again)) return again
    const apart = again.meter - sample.meter - (again.mono - sample.mono)
    return Math.abs(apart) <= AGREE_MS ? this.#take(watch) : { kind: 'missed', reason: 'malformed' }
  }

  #take(watch: ClockWatch): ClockOutcome {
    this.#watch = watch
    return {
      kind: 'read',
      'clock-offset': good(Math.round(watch.offsetMs / 1_000)),
      'clock-jumps': good(watch.jumps),
    }
  }

  async #sample(signal: AbortSignal): Promise<ClockSample | Exclude<ClockOutcome, { readonly kind: 'read' }> | Unread> {
    const date = await this.#asker.item({ item: METER_DATE, bytes: 4 }, 'poll', signal)
    if (date.kind !== 'data') return date
    const dateAt = this.#clock.mono()
    const time = await this.#asker.item({ item: METER_TIME, bytes: 3 }, 'poll', signal)
    if (time.kind !== 'data') return time
    const at = { wall: this.#clock.now(), mono: this.#clock.mono() }
    const meter = meterClock(date.data, time.data)
    if (meter === null) return UNREAD
    if (sinceMidnight(meter) > at.mono - dateAt + MIDNIGHT_MS) return { meter, ...at }
    const today = await this.#asker.item({ item: METER_DATE, bytes: 4 }, 'poll', signal)
    if (today.kind !== 'data') return today
    const shown = meterClock(today.data, time.data)
    return shown === null ? UNREAD : { meter: shown, ...at }
  }
}

/** The meter showed a time that does not exist. */
type Unread = Extract<ClockOutcome, { readonly kind: 'read' }>

const NO_TIME = bad('not-a-number')
const UNREAD: Unread = { kind: 'read', 'clock-offset': NO_TIME, 'clock-jumps': NO_TIME }

function good(value: number): Decoded {
  return { value, quality: 'good', reason: null }
}

function isSample(sample: ClockSample | ClockOutcome): sample is ClockSample {
  return 'meter' in sample
}
