import type { AlarmTransition } from '../contract/alarm.ts'
import type { PointRef } from '../contract/reading.ts'
import type { Channel } from './channel.ts'
import { LATENESS_MS, RuleEngine } from './engine.ts'
import { openHolding, type Holding } from './holding.ts'
import type { SitePlan } from './plan.ts'
import { SAMPLE_KINDS, SAMPLE_QUALITIES, type SampleColumns, type SampleExtra } from './sample-columns.ts'
import type { Sample } from './rule.ts'

export interface RehearsalOptions {
  /** No alarm before this instant is told; learning goes on all the while. UtcMs */
  readonly learnUntil?: number | undefined
  /** How long a reading of a point is believed at the site, ms; null where nobody knows, then it is learned from the data. */
  readonly validMsOf?: (point: string) => number | null
}

/** How many samples there were, and what became of those that were not judged. */
export interface RehearsalCounts {
  readonly judged: number
  /** Of points no rule reads. */
  readonly unread: number
  /** By the numbers `pointOf` never gave: points the site does not have. */
  readonly unknown: ReadonlyMap<number, number>
  /** Not newer than the last of their point: doubled, out of order, or of a clock that went back. */
  readonly late: number
  /** Older than the newest of all by more than the gateway allows for, yet judged: a recording that is not in the order of time. */
  readonly disordered: number
  /** Dated more than a day after everything before and behind them. */
  readonly stray: number
}

/** A point of the recording. */
interface Track {
  readonly channel: Channel
  readonly isRead: boolean
  readonly holding: Holding
  /** When what an event of a moment said ends; NaN where nothing is to end. */
  endsAt: number
  endKind: string
}

/** A detection that lasts no time is over after so long: cameras repeat what they see faster. */
const PULSE_MS = 5_000
const HOUR_MS = 3_600_000
/** A sample so much newer than all others is only believed when the next one bears it out. */
const LEAP_MS = 86_400_000
/** A gap longer than this is a clock that was set; to the rules it is a day. */
const LONGEST_GAP_MS = 400 * 86_400_000
/** Monotonic time of the first sample: it must not be 0, because time is accounted for before it. */
const ORIGIN_MS = 60_000

/** A sample that has to wait. */
interface OneSample {
  readonly track: Track
  readonly at: number
  readonly value: number
  readonly flag: number
  readonly extra: SampleExtra | undefined
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] }

/**
 * Judges what was recorded at a site by a plan, with the engine that judges live, and tells the alarms it would have raised. Monotonic time
 * is the recorded one: a clock that went back makes samples late. Changed in place; the same input gives the same alarms.
 */
export class Rehearsal {
  readonly engine: RuleEngine
  readonly #learnUntil: number
  readonly #validMsOf: (point: string) => number | null
  readonly #tracks: Track[] = []
  readonly #numbers = new Map<string, number>()
  readonly #sample: Writable<Sample> = {
    at: 0,
    mono: 0,
    value: NaN,
    kind: 'none',
    quality: 'bad',
    reason: null,
    validMs: 0,
    event: null,
  }
  readonly #waiting: AlarmTransition[] = []
  /** Occurrences that began while learning and of which nothing was told yet. */
  readonly #untold = new Set<string>()
  #ends: { readonly track: Track; readonly at: number }[] = []
  #nextEnd = Infinity
  #origin = NaN
  #oldest = NaN
  #newest = -Infinity
  #hours = 0
  #nextHour = -Infinity
  #judged = 0
  #unread = 0
  readonly #unknown = new Map<number, number>()
  #disordered = 0
  #stray = 0
  /** The last sample of the columns before, where it must be borne out by the first of the next. */
  #leap: OneSample | null = null

  constructor(plan: SitePlan, { learnUntil, validMsOf }: RehearsalOptions = {}) {
    this.engine = new RuleEngine(plan)
    this.#learnUntil = learnUntil ?? -Infinity
    this.#validMsOf = validMsOf ?? (() => null)
  }

  get counts(): RehearsalCounts {
    const late = this.engine.late
    return {
      judged: this.#judged - late,
      unread: this.#unread,
      unknown: this.#unknown,
      late,
      disordered: this.#disordered,
      stray: this.#stray,
    }
  }

  /** From the first to the newest instant there was a sample of; null before the first. */
  get span(): { readonly from: number; readonly to: number } | null {
    return Number.isFinite(this.#oldest) ? { from: this.#oldest, to: this.#newest } : null
  }

  /** Days, in hours of which there was a sample, that alarms could be told of: nothing is known of others. */
  get watchedDays(): number {
    return this.#hours / 24
  }

  /** Whether some rule reads a point. */
  isRead(ref: PointRef): boolean {
    return this.#tracks[this.pointOf(ref)]?.isRead === true
  }

  /** The number under which columns name a point. */
  pointOf(ref: PointRef): number {
    const known = this.#numbers.get(ref)
    if (known !== undefined) return known
    const channel = this.engine.channel(ref)
    const isRead = channel.listeners.length > 0 || channel.loadInputs.length > 0
    const holding = openHolding(this.#validMsOf(ref))
    const number = this.#tracks.push({ channel, isRead, holding, endsAt: NaN, endKind: '' }) - 1
    this.#numbers.set(ref, number)
    return number
  }

  /** Judges the next samples. Answers the alarm transitions that are certain by now, in the order of time. */
  take(columns: SampleColumns): readonly AlarmTransition[] {
    const { length, point, at, value, flag, more } = columns
    if (length > 0 && this.#leap !== null) this.#land(this.#leap, at[0] ?? 0)
    for (let place = 0; place < length; place++) {
      const instant = at[place] ?? 0
      const track = this.#tracks[point[place] ?? -1]
      if (track?.isRead !== true) {
        if (track !== undefined) this.#unread += 1
        else this.#unknown.set(point[place] ?? -1, (this.#unknown.get(point[place] ?? -1) ?? 0) + 1)
        continue
      }
      const number = value[place] ?? NaN
      const bits = flag[place] ?? 0
      const extra = more.size === 0 ? undefined : more.get(place)
      if (instant - this.#newest > LEAP_MS) {
        const leap = { track, at: instant, value: number, flag: bits, extra }
        if (place + 1 === length) this.#leap = leap
        else this.#land(leap, at[place + 1] ?? 0)
        continue
      }
      this.#come(instant)
      this.#set(number, bits)
      this.#feed(track, instant, extra)
    }
    return this.#settled(this.#newest - 2 * LATENESS_MS)
  }

  /** Time has gone on to `end`, or to the last sample, and ends there. Answers the transitions that are left. */
  finish(end?: number): readonly AlarmTransition[] {
    if (this.#leap !== null) this.#land(this.#leap, this.#leap.at)
    const until = Math.max(this.#newest, end ?? -Infinity)
    if (!Number.isFinite(this.#newest)) return []
    if (until >= this.#nextEnd) this.#endPulses(until)
    const mono = until - this.#origin + LATENESS_MS
    this.engine.advance({ at: until + LATENESS_MS, mono })
    return this.#settled(Infinity)
  }

  /** The clock of the recording shows `at`. */
  #come(at: number): void {
    if (Number.isNaN(this.#origin)) {
      this.#origin = at - ORIGIN_MS
      this.#oldest = at
    }
    if (at >= this.#nextEnd) this.#endPulses(at)
    if (at > this.#newest) {
      if (at >= this.#nextHour && at >= this.#learnUntil) {
        this.#hours += 1
        this.#nextHour = (Math.floor(at / HOUR_MS) + 1) * HOUR_MS
      }
      this.#newest = at
    } else if (at < this.#newest - LATENESS_MS) this.#disordered += 1
  }

  /** A sample that is far ahead of all others counts when what comes behind it, at `nextAt`, is there too. */
  #land(leap: OneSample, nextAt: number): void {
    this.#leap = null
    if (nextAt < leap.at - LEAP_MS) {
      this.#stray += 1
      return
    }
    const gap = leap.at - this.#newest
    if (gap > LONGEST_GAP_MS && Number.isFinite(gap)) this.#origin += gap - LEAP_MS
    this.#come(leap.at)
    this.#set(leap.value, leap.flag)
    this.#feed(leap.track, leap.at, leap.extra)
  }

  #set(value: number, flag: number): void {
    const sample = this.#sample
    sample.kind = SAMPLE_KINDS[flag & 3] ?? 'none'
    sample.quality = SAMPLE_QUALITIES[flag >> 2] ?? 'bad'
    sample.reason = sample.quality === 'good' ? null : 'not-a-number'
    sample.value = value
  }

  #feed(track: Track, at: number, extra: SampleExtra | undefined): void {
    const sample = this.#sample
    sample.at = at
    sample.mono = at - this.#origin
    sample.event = extra !== undefined && 'event' in extra ? extra.event : null
    sample.validMs = track.holding.validMs(at, sample)
    track.endsAt = NaN
    if (sample.event?.phase === 'pulse') this.#endLater(track, at + PULSE_MS, sample.event.kind)
    this.#judged += 1
    this.engine.feed(track.channel, sample, extra !== undefined && 'text' in extra ? extra.text : null)
  }

  #endLater(track: Track, at: number, kind: string): void {
    track.endsAt = at
    track.endKind = kind
    this.#ends.push({ track, at })
    this.#nextEnd = Math.min(this.#nextEnd, at)
  }

  /** What was seen for a moment up to `at` is over, each at its own time. */
  #endPulses(at: number): void {
    const due = this.#ends.filter((end) => end.at <= at).toSorted((a, b) => a.at - b.at)
    this.#ends = this.#ends.filter((end) => end.at > at)
    this.#nextEnd = this.#ends.reduce((least, end) => Math.min(least, end.at), Infinity)
    const sample = this.#sample
    for (const end of due) {
      // It was seen again meanwhile, or somebody else said that it is over.
      if (end.track.endsAt !== end.at) continue
      sample.kind = 'state'
      sample.quality = 'good'
      sample.reason = null
      sample.value = 0
      this.#feed(end.track, end.at, { event: { kind: end.track.endKind, phase: 'end', confidence: null } })
      this.#judged -= 1
    }
  }

  /** Transitions dated up to `until` cannot be overtaken any more by an older one. */
  #settled(until: number): readonly AlarmTransition[] {
    for (const transition of this.engine.transitions()) this.#waiting.push(transition)
    if (this.#waiting.length === 0) return NONE
    this.#waiting.sort((a, b) => a.at - b.at)
    const open = this.#waiting.findIndex(({ at }) => at > until)
    const settled = this.#waiting.splice(0, open < 0 ? this.#waiting.length : open)
    return settled.flatMap((transition) => this.#told(transition) ?? [])
  }

  /**
   * Nothing is told of what happened while learning. An alarm that was open then is told as raised with the first news of it afterwards;
   * one of which there is no news but its end is not told at all.
   */
  #told(transition: AlarmTransition): AlarmTransition | null {
    const { kind, occurrence, at } = transition
    if (at < this.#learnUntil) {
      if (kind === 'raise') this.#untold.add(occurrence)
      if (kind === 'clear') this.#untold.delete(occurrence)
      return null
    }
    if (!this.#untold.delete(occurrence)) return transition
    return kind === 'clear' ? null : { ...transition, kind: 'raise' }
  }
}

const NONE: readonly AlarmTransition[] = []
