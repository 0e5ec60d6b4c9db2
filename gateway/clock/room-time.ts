import { type BootId, ClockAnswer, type ClockAsk } from '../../core/contract/clock.ts'
import { HouseError, messageOf } from '../../core/kit/errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Claim } from './select.ts'

/** A look that was answered is followed by the next after this, one that was not sooner; ms. */
const AGAIN_MS = { answered: 600_000, unanswered: 30_000 }

/** Questions one look consists of: the answer that was under way for the shortest time is the surest. */
const QUESTIONS = 4

/** How long a look takes at most, ms. */
const WITHIN_MS = 2_000

/** Publishes on a lane of the site; rejects when the connection has ended. */
export type SayLane = (lane: 'clock-ask', text: string) => Promise<void>

export interface RoomTimeOptions {
  readonly clock: Clock
  readonly boot: BootId
  /** Takes the surest answer of a look. */
  readonly onClaim: (claim: Claim) => void
}

/**
 * Asks the control room for the time: a lane of the uplink. On each connection it looks before the births, so that a gateway that has
 * started in 1970 does not tell them so, and then every ten minutes.
 */
export class RoomTime {
  readonly hears = 'clock-answer'
  readonly #options: RoomTimeOptions
  /** The question an answer is awaited to, by the monotonic time it bears. */
  #open: { readonly mono: number; readonly heard: PromiseWithResolvers<Claim> } | null = null

  constructor(options: RoomTimeOptions) {
    this.#options = options
  }

  /** One look, for 2 s at most; goes on to look until `signal` aborts. Never throws. */
  async connected(say: SayLane, signal: AbortSignal): Promise<void> {
    const isAnswered = await this.#look(say, signal)
    void this.#goOn(isAnswered, say, signal)
  }

  /** Takes a message of lane `clock-answer`. One that is late, or of another boot, says nothing. Throws `message/malformed`. */
  hear(payload: Uint8Array): void {
    const heardAt = this.#options.clock.mono()
    const answer = parsed(payload)
    const open = this.#open
    if (open === null || answer.boot !== this.#options.boot || answer.mono !== open.mono) return
    open.heard.resolve(claimOf(answer, heardAt))
  }

  async #goOn(wasAnswered: boolean, say: SayLane, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options
    let isAnswered = wasAnswered
    while (!signal.aborted) {
      await clock.sleep(isAnswered ? AGAIN_MS.answered : AGAIN_MS.unanswered, signal).catch(() => undefined)
      if (!isOver(signal)) isAnswered = await this.#look(say, signal)
    }
  }

  /** Some questions, one after the other; true when any was answered. */
  async #look(say: SayLane, signal: AbortSignal): Promise<boolean> {
    const { clock, onClaim } = this.#options
    const over = new AbortController()
    const end = AbortSignal.any([signal, over.signal])
    const late = clock.sleep(WITHIN_MS, end).then(
      () => null,
      () => null,
    )
    const claims: Claim[] = []
    try {
      while (claims.length < QUESTIONS) {
        const claim = await Promise.race([this.#ask(say), late])
        if (claim === null) break
        claims.push(claim)
      }
    } catch {
      // The connection has ended; the next one asks anew.
    } finally {
      this.#open = null
      over.abort()
    }
    const [first, ...others] = claims
    if (first === undefined || isOver(signal)) return false
    onClaim(others.reduce(surer, first))
    return true
  }

  async #ask(say: SayLane): Promise<Claim> {
    const { clock, boot } = this.#options
    const ask: ClockAsk = { boot, mono: clock.mono() }
    const heard = Promise.withResolvers<Claim>()
    this.#open = { mono: ask.mono, heard }
    await say('clock-ask', JSON.stringify(ask))
    return heard.promise
  }
}

/** The control room told its time at some instant between question and answer, in whole milliseconds. */
function claimOf({ mono, at, uncertaintyMs }: ClockAnswer, heardAt: number): Claim {
  const half = (heardAt - mono) / 2
  return {
    source: 'control-room',
    mono: heardAt,
    offsetMs: at - (mono + half),
    uncertaintyMs: uncertaintyMs === null ? null : uncertaintyMs + half + 1,
  }
}

function surer(a: Claim, b: Claim): Claim {
  return b.uncertaintyMs !== null && b.uncertaintyMs < (a.uncertaintyMs ?? Infinity) ? b : a
}

function parsed(payload: Uint8Array): ClockAnswer {
  try {
    return ClockAnswer.parse(JSON.parse(Buffer.from(payload).toString('utf8')))
  } catch (error) {
    throw new HouseError('message/malformed', `clock-answer: ${messageOf(error).slice(0, 300)}`, {}, error)
  }
}

/** Asked through a function, because an await in between changes the answer behind the compiler's back. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted
}
