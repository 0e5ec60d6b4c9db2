import type { MonoMs } from '../../core/contract/time.ts'
import { elapsed } from '../../core/kit/time.ts'

/** So long the line is kept busy ahead, ms: enough for a program that is busy elsewhere. */
const AHEAD_MS = 400

/** The line is taken to be so much faster than it has shown, or it could never show that it is. */
const PROBE = 1.25

/** The way back of a confirmation is not taken for longer, ms, whatever it seems. */
const MOST_BACK_MS = 1_000

/** Bulk is not added while an answer has been due for so long, ms. */
const STUCK_MS = 3_000

/** Bytes that may be unconfirmed before bulk waits: what the line carries in `ms`, at least and at most so many. */
const WINDOW = { ms: 2_000, least: 32 * 1_024, most: 512 * 1_024 } as const

/** A line is jammed when it is busy for so long ahead, ms; as long as nobody knows its rate, with so many bytes. */
const JAM = { ms: 3_000, bytes: 64 * 1_024 } as const

/** Fewer bytes measure the way there and back rather than the rate; the very first sample may be of fewer. */
const SAMPLE_BYTES = { first: 1_024, least: 4 * 1_024 } as const

/** The rate is the best of the last so many samples. */
const SAMPLES = 6

/** What a line is taken to carry before it has shown anything, bytes a second. */
const UNMEASURED = 4 * 1_024

interface Mark {
  readonly position: number
  readonly at: MonoMs
}

/** Where in the stream of all bytes a message ends, and from where on the line was busy with it. */
export interface Sent {
  readonly position: number
  readonly at: MonoMs
  readonly base: Mark
}

/**
 * What is on its way over one connection, counted in bytes. The kernel takes megabytes from a program before it says that the line is
 * slow, so only what the broker confirms tells how fast the line is and how long an alarm would wait behind what was sent.
 */
export class Flow {
  readonly #limit: number | null
  #position = 0
  #confirmed: Mark
  /** Messages the broker will confirm, oldest first. */
  #asked: Sent[] = []
  /** Since when the line has been busy without a pause, and until when it will be, as far as can be told. */
  #busy: Mark
  #idleAt: number
  #samples: number[] = []
  /** How long what was sent on an idle line took to be confirmed, the last few. */
  #trips: { readonly bytes: number; readonly ms: number }[] = []
  #isJammed = false
  readonly #purse: { bytes: number; at: MonoMs }

  /** `limit` is the most that bulk may take, bytes a second; null where it may take all. */
  constructor(limit: number | null, now: MonoMs) {
    this.#limit = limit
    this.#confirmed = { position: 0, at: now }
    this.#busy = this.#confirmed
    this.#idleAt = now
    this.#purse = { bytes: 0, at: now }
  }

  /** Bytes handed to the socket that the broker has not confirmed. */
  get unconfirmed(): number {
    return this.#position - this.#confirmed.position
  }

  /** What the line has shown to carry, bytes a second, within the limit of bulk; null before it has shown anything. */
  rate(): number | null {
    const measured = this.#measured()
    if (measured === null || this.#limit === null) return measured ?? this.#limit
    return Math.min(this.#limit, measured)
  }

  /** Notes a message; `isAsked` says that the broker will confirm it. */
  sent(bytes: number, now: MonoMs, isAsked: boolean): Sent {
    if (now >= this.#idleAt) this.#busy = { position: this.#position, at: now }
    this.#position += bytes
    this.#idleAt = Math.max(this.#idleAt, now) + this.#msOf(bytes) / PROBE
    const base = this.#confirmed.at > this.#busy.at ? this.#confirmed : this.#busy
    const sent = { position: this.#position, at: now, base }
    if (isAsked) this.#asked.push(sent)
    return sent
  }

  /** Counts bulk against the limit. */
  spent(bytes: number, now: MonoMs): void {
    this.#refill(now)
    this.#purse.bytes -= bytes
  }

  /** The broker has everything up to and including `sent`. */
  confirmed(sent: Sent, now: MonoMs): void {
    this.#asked = this.#asked.filter(({ position, at }) => position > sent.position || at > sent.at)
    if (sent.position <= this.#confirmed.position) return
    this.#confirmed = { position: sent.position, at: now }
    // Over all the time since the confirmation before the sending, so that answers which come in a bunch do not look like speed.
    const bytes = sent.position - sent.base.position
    const ms = Math.max(1, elapsed(sent.base.at, now))
    if (sent.base.at === sent.at) this.#trips = [...this.#trips, { bytes, ms }].slice(-SAMPLES)
    this.#sample(bytes, (bytes * 1_000) / ms)
    this.#idleAt = now + Math.max(0, this.#msOf(this.unconfirmed) - this.#backMs())
  }

  /** How long bulk has to wait, ms: 0 now, Infinity until something is confirmed. */
  bulkWaitMs(now: MonoMs): number {
    this.#refill(now)
    const limit = this.#limit
    const purseMs = limit === null ? 0 : (-this.#purse.bytes * 1_000) / limit
    const [oldest] = this.#asked
    if (oldest === undefined) return Math.max(purseMs, this.#idleAt - now - AHEAD_MS, 0)
    const rate = this.#measured()
    const isStuck = elapsed(oldest.at, now) > STUCK_MS && elapsed(this.#confirmed.at, now) > STUCK_MS
    if (rate === null || isStuck) return Infinity
    const window = Math.min(WINDOW.most, Math.max(WINDOW.least, (rate * WINDOW.ms) / 1_000))
    if (this.unconfirmed > window) return Infinity
    return Math.max(purseMs, this.#idleAt - now - AHEAD_MS, 0)
  }

  /** Whether so much is on its way that live data would only make alarms wait; over when half of that has gone. */
  isJammed(now: MonoMs): boolean {
    const share = this.#isJammed ? 0.5 : 1
    const isLong = this.#idleAt - now > JAM.ms * share
    this.#isJammed = this.#measured() === null ? this.unconfirmed > JAM.bytes * share : isLong
    return this.#isJammed
  }

  #measured(): number | null {
    return this.#samples.length === 0 ? null : Math.max(...this.#samples)
  }

  /** How long a confirmation is on its way back, ms: what a trip took beyond what its bytes took by the rate known now. */
  #backMs(): number {
    const back = this.#trips.map(({ bytes, ms }) => ms - this.#msOf(bytes))
    return Math.min(MOST_BACK_MS, Math.max(0, Math.min(...back)))
  }

  #msOf(bytes: number): number {
    return (bytes * 1_000) / (this.#measured() ?? UNMEASURED)
  }

  #sample(bytes: number, rate: number): void {
    const known = this.#measured()
    if (known === null ? bytes < SAMPLE_BYTES.first : bytes < SAMPLE_BYTES.least && rate <= known) return
    this.#samples = [...this.#samples, rate].slice(-SAMPLES)
  }

  #refill(now: MonoMs): void {
    const gained = ((this.#limit ?? 0) * elapsed(this.#purse.at, now)) / 1_000
    this.#purse.bytes = Math.min(0, this.#purse.bytes + gained)
    this.#purse.at = now
  }
}
