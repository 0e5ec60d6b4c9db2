import { frameSilenceMs, wireTimeMs } from '../../core/decode/modbus-rtu.ts'
import { HouseError } from '../../core/kit/errors.ts'
import { closedError, Connection } from './connection.ts'
import type { Found } from './field-bus.ts'
import { judge, type Verdict } from './hearing.ts'
import { Inbox } from './inbox.ts'
import { type LineOptions, RECONNECT_PAUSES } from './line.ts'
import { letInputIn, Nudge, waitUntil } from './pace.ts'

/** A line that does not fall silent for so many times the silence needed holds its callers no longer. */
const MOST_SILENCES = 10
/** Silence after a damaged answer, in ms: an adapter may hand one frame on in pieces. */
const GARBLED_MS = 20
/** How much later than by the clock the rest of an answer may come that has begun. */
const GRACE_MS = 50
/** The part of its 11-bit time a frame takes at least: characters without parity have 10. */
const LEAST_PART = 0.9
/**
 * Bytes of one frame are at most 1.5 characters apart (0.75 ms above 19200 baud), so an answer is believed this much before
 * the silence of 3.5 is over, in ms; what the caller makes of it falls into the rest. (MODBUS over Serial Line §2.5.1.1)
 */
const LEAD_MS = 0.5
/** A second answer is waited for this many times as long as the device thinks at worst. */
const SECOND_MARGIN = 1.25
/** So many answers in a row that left the question time enough tell that the line keeps its baud rate. */
const PACED_AFTER = 8
/** Before that is known, so many answers that came too early are followed by the time their own may take. */
const MOST_EARLY = 8
/** How long devices are left to work on what was told to all of them, in ms. (MODBUS over Serial Line §2.4.1: 100–200) */
export const TURNAROUND_MS = 100

/** A line of bytes on which one talks at a time. */
export interface WireOptions extends LineOptions {
  readonly baud: number
  /** Opened anew after so many exchanges without a single byte: the other end may be gone, or the adapter hang. */
  readonly hangsAfter: number
  /** How long the slowest station on it thinks at worst, in ms. */
  readonly worstMs: () => number
  /** Told of bytes that answered nothing, before they are thrown away; says how many of them it knows. */
  readonly stray: (bytes: Uint8Array, at: number) => number
}

/** What is asked on a wire. */
export interface WireQuestion<A> {
  /** Who is asked, for messages. */
  readonly whom: string
  readonly frame: Uint8Array
  /** Bytes of the longest answer. */
  readonly answerBytes: number
  find(seen: Uint8Array): Found<A> | null
  /** Whether a whole but damaged answer is there. */
  isGarbled(seen: Uint8Array): boolean
  /** Told when the question goes out, so that an answer may come from now on. */
  sent(at: number): void
}

/** How a question is to be asked. */
export interface WireAsking {
  /** How long the device may think, in ms. */
  readonly withinMs: number
  /** How long the device thinks at worst, in ms, where that is known. */
  readonly worstMs?: number | undefined
  /** Whether to listen that long for a second answer, which makes both worthless. */
  readonly isDoubtful: boolean
  /** Perhaps nobody is there: that nothing comes does not say that the other end is gone. */
  readonly isSearch?: boolean | undefined
}

/** An answer, and how long the device thought about it, in ms without the time and the silence on the line. */
export interface Heard<A> {
  readonly answer: A
  readonly thoughtMs: number
  readonly at: number
}

/**
 * Half-duplex bytes: one exchange at a time, each begun after a silence that ends whatever was on the line before. After a
 * question without an answer the line is left alone until it has been silent for as long as the slowest station thinks.
 */
export class Wire {
  readonly #options: WireOptions
  readonly #connection: Connection
  readonly #t35: number
  readonly #inbox: Inbox
  /** When the question can have been on the line as a whole at the earliest. */
  #earliest = 0
  /** Answers in a row that were not early; a line without a baud rate of its own, such as a simulated one, has none. */
  #unhurried = 0
  /** Monotonic time at which the last byte either way was over. */
  #lastSign = 0
  /** Nothing is sent before: the devices work on what was told to all of them. */
  #restUntil = 0
  #isQuarantined = false
  #earlyAnswers = 0
  #silentExchanges = 0
  readonly #nudge = new Nudge()
  #lost: HouseError | null = null

  constructor(options: WireOptions) {
    this.#options = options
    this.#t35 = frameSilenceMs(options.baud)
    this.#inbox = new Inbox(options)
    this.#connection = new Connection({
      ...options,
      pauses: RECONNECT_PAUSES,
      events: { received: (bytes) => this.#received(bytes), lost: (error) => this.#end(error) },
    })
  }

  get state(): 'up' | 'down' {
    return this.#connection.state
  }

  /** After this answer another may follow: the next question waits as after none. */
  doubt(): void {
    this.#isQuarantined = true
  }

  /** Throws away what came unasked and is over, so that it is known before the next question is put. */
  sift(): void {
    if (this.#lastSign + this.#t35 <= this.#options.clock.mono()) this.#inbox.discard()
  }

  /**
   * Asks and waits for the answer. Throws `link/timeout`, `link/down`, `link/busy`, `modbus/malformed`, or the signal's
   * reason when it aborts.
   */
  async ask<A>(question: WireQuestion<A>, asking: WireAsking, signal: AbortSignal): Promise<Heard<A>> {
    const endAt = await this.#send(question.frame, (at) => question.sent(at), signal)
    // Until the answer is there any end of this exchange leaves an answer that may still come.
    this.#isQuarantined = true
    try {
      const found = await this.#hear(question, { ...asking, endAt }, signal)
      this.#isQuarantined = false
      if (this.#mayBeCopy(found)) this.#restUntil = this.#lastSign + asking.withinMs
      this.#silentExchanges = 0
      this.#connection.proven()
      this.#inbox.discardAround(found)
      // The silence that ends the question is the line's, not the device's.
      const lineMs = this.#t35 + wireTimeMs(found.end - found.start, this.#options.baud)
      const thoughtMs = this.#lastSign - endAt - lineMs
      return { answer: found.answer, thoughtMs: Math.max(0, thoughtMs), at: this.#lastSign }
    } finally {
      this.#inbox.discard()
    }
  }

  /**
   * Tells all devices something, which none of them answers, and leaves them the turnaround delay to work on it. Throws
   * `link/down`, `link/busy`, `modbus/malformed` when the line does not fall silent, or the signal's reason.
   */
  async tell(frame: Uint8Array, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options
    const endAt = await this.#send(frame, () => undefined, signal)
    // Who gives up waiting does not take the time from the devices.
    this.#restUntil = endAt + TURNAROUND_MS
    while (clock.mono() < this.#restUntil) {
      if (this.#lost !== null) throw this.#lost
      await this.#nudge.orAt(this.#restUntil, clock, signal)
    }
  }

  close(): void {
    this.#connection.close()
    this.#end(closedError(this.#options.bus))
  }

  #end(error: HouseError): void {
    this.#lost = error
    this.#nudge.wake()
  }

  #received(bytes: Uint8Array): void {
    this.#lastSign = this.#options.clock.mono()
    this.#inbox.add(bytes, this.#lastSign, this.#lastSign < this.#earliest)
    this.#nudge.wake()
  }

  /** Puts a frame on the line once it is silent; answers when its last byte will be over. */
  async #send(frame: Uint8Array, sent: (at: number) => void, signal: AbortSignal): Promise<number> {
    const { tally, clock, baud } = this.#options
    await this.#connection.open(signal)
    await this.#silence(signal)
    const channel = await this.#connection.open(signal)
    this.#inbox.discard()
    this.#lost = null
    const startAt = clock.mono()
    const frameMs = wireTimeMs(frame.length, baud)
    this.#earliest = startAt + LEAST_PART * frameMs
    channel.write(frame)
    tally.exchanges += 1
    sent(startAt)
    this.#lastSign = startAt + frameMs
    return this.#lastSign
  }

  /** Waits for an answer that is whole and followed by silence. */
  async #hear<A>(
    question: WireQuestion<A>,
    asking: WireAsking & { readonly endAt: number },
    signal: AbortSignal,
  ): Promise<Found<A>> {
    let isOver = false
    for (;;) {
      if (this.#lost !== null) throw this.#lost
      const verdict = this.#judge(question, asking)
      if (verdict.is === 'listening') {
        isOver = false
        await (verdict.isExact
          ? waitUntil(verdict.until, this.#options.clock, signal)
          : this.#nudge.orAt(verdict.until, this.#options.clock, signal))
      } else if (verdict.is === 'answer') {
        if (this.#isBelieved(verdict.found)) return verdict.found
        // It was on its way before the question was: whatever it answers, it is not this.
        this.#inbox.discardTo(verdict.found.end)
      } else if (isOver) {
        throw this.#failure(question, verdict, asking)
      } else {
        // A program that was held up looks at its timers before its input: what waits there is read first.
        isOver = true
        await letInputIn(this.#options.clock)
        signal.throwIfAborted()
      }
    }
  }

  #judge<A>(question: WireQuestion<A>, asking: WireAsking & { readonly endAt: number }): Verdict<A> {
    const { baud, clock, worstMs } = this.#options
    const seen = this.#inbox.bytes
    const found = question.find(seen)
    const answerMs = wireTimeMs(question.answerBytes, baud)
    const deadline = asking.endAt + this.#t35 + asking.withinMs + answerMs
    // An answer that has begun is let come in.
    const begunUntil = Math.min(this.#lastSign + 2 * this.#t35, deadline + answerMs + GRACE_MS)
    return judge({
      seen,
      found,
      isGarbled: found === null && question.isGarbled(seen),
      now: clock.mono(),
      lastSign: this.#lastSign,
      silenceMs: this.#t35 - LEAD_MS,
      notBefore: asking.isDoubtful
        ? asking.endAt + answerMs + (asking.worstMs ?? worstMs()) * SECOND_MARGIN + 3 * this.#t35
        : 0,
      garbledMs: Math.max(GARBLED_MS, 4 * this.#t35),
      deadline: seen.length === 0 ? deadline : Math.max(deadline, begunUntil),
    })
  }

  /** Whether an answer was believed only because the line is not known yet: if it was a copy, the device's own is to come. */
  #mayBeCopy(found: Found<unknown>): boolean {
    if (this.#earlyAnswers >= MOST_EARLY || !this.#inbox.isEarly(found)) return false
    this.#earlyAnswers += 1
    return true
  }

  /** Whether the answer left the question the time to be sent. A line that never does has another rate than it says. */
  #isBelieved(found: Found<unknown>): boolean {
    if (!this.#inbox.isEarly(found)) {
      this.#unhurried = Math.min(this.#unhurried + 1, 2 * PACED_AFTER)
      return true
    }
    if (this.#unhurried < PACED_AFTER) {
      this.#unhurried = 0
      return true
    }
    this.#unhurried -= PACED_AFTER / 2
    return false
  }

  /** Waits for the silence the next question needs. */
  async #silence(signal: AbortSignal): Promise<void> {
    const { timeoutMs, bus, tally, clock, worstMs } = this.#options
    const needed = this.#t35 + (this.#isQuarantined ? worstMs() : 0)
    const giveUpAt = clock.mono() + MOST_SILENCES * Math.max(needed, timeoutMs)
    await letInputIn(clock)
    const silentAt = () => Math.max(this.#lastSign + needed, this.#restUntil)
    while (silentAt() > clock.mono()) {
      if (clock.mono() > giveUpAt) {
        tally.malformed += 1
        throw new HouseError(
          'modbus/malformed',
          `bus ${bus} does not fall silent: expected ${Math.ceil(needed)} ms without a byte; look for a second master or a babbling device`,
          { bus },
        )
      }
      await waitUntil(silentAt(), clock, signal)
    }
    signal.throwIfAborted()
  }

  #failure<A>(
    { whom }: WireQuestion<A>,
    verdict: Exclude<Verdict<A>, { is: 'answer' | 'listening' }>,
    { withinMs, isSearch = false }: WireAsking,
  ): HouseError {
    const { bus, tally, hangsAfter } = this.#options
    const came = this.#inbox.bytes.length
    if (verdict.is === 'malformed') {
      this.#silentExchanges = 0
      const known = verdict.found === null ? this.#inbox.discard() : this.#inbox.discardAround(verdict.found)
      if (known < came) {
        tally.malformed += 1
        return new HouseError('modbus/malformed', `${whom}: ${verdict.why}`, { bus, whom })
      }
    } else if (!isSearch) {
      this.#silentExchanges += 1
      if (this.#silentExchanges % hangsAfter === 0) this.#connection.drop()
    }
    tally.timeouts += 1
    return new HouseError('link/timeout', `${whom} gave no answer in ${Math.round(withinMs)} ms`, { bus, whom })
  }
}
