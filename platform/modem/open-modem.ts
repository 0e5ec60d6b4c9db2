import type { StatusReport } from '../../core/decode/sms-pdu.ts'
import type { SubmitPdu } from '../../core/decode/sms-submit.ts'
import { HouseError, isHouseError, messageOf } from '../../core/kit/errors.ts'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { Connect } from '../serial/channel.ts'
import { together } from '../together.ts'
import { Awaited } from './awaited.ts'
import { ring } from './calling.ts'
import { HealthBook, WHY } from './health.ts'
import type { CallOptions, CallResult, Modem, ModemHealth, ModemOwner, ModemSettings } from './modem.ts'
import type { ModemWhy, OutgoingText, SentText } from './modem.ts'
import { Reports } from './reports.ts'
import { messagesOf, submit } from './sending.ts'
import { Session } from './session.ts'
import { type PinGate, setUp } from './set-up.ts'
import { CARE_TIMES } from './times.ts'
import { InTurn } from './turns.ts'
import { isRegistered, type Look } from './watch.ts'

/** What a modem is opened with. */
export interface ModemOptions {
  /** Opens its port; `serialConnect` for a real one. */
  readonly connect: Connect
  readonly clock: Clock
  readonly log: Log
  readonly settings: ModemSettings
  readonly owner: ModemOwner
}

/** A modem; `run` holds its port. */
export function openModem(options: ModemOptions): Modem {
  return new HeldModem(options)
}

class HeldModem implements Modem {
  readonly #options: ModemOptions
  readonly #health: HealthBook
  readonly #reports: Reports
  readonly #gate: PinGate
  readonly #texts = new InTurn()
  readonly #calls = new InTurn()
  /** Set up, and not ended. */
  #session: Session | null = null
  #failures = 0
  /** It was silent where it should not be: it is started anew when it may be. */
  #isCycleDue = false
  #cycledAt: number | null = null

  constructor(options: ModemOptions) {
    const { clock, log, owner, settings } = options
    this.#options = options
    this.#health = new HealthBook(clock, log, (health) => owner.changed(health))
    this.#reports = new Reports({ clock, log, owner }, new Awaited(clock, settings.awaiting))
    this.#gate = { pin: settings.pin, isWrong: false }
  }

  health(): ModemHealth {
    return this.#health.now
  }

  async run(signal: AbortSignal): Promise<void> {
    await together(signal, [(soon) => this.#hold(soon), (soon) => this.#reports.tell(soon)])
  }

  async send(text: OutgoingText, signal: AbortSignal): Promise<SentText> {
    const messages = messagesOf(text)
    return await this.#texts.do(() => this.#send(text, messages), signal)
  }

  async call(to: string, options: CallOptions, signal: AbortSignal): Promise<CallResult> {
    if (!/^\+?[0-9*#]{1,20}$/.test(to)) {
      throw new HouseError('notify/refused', `${to}: expected 1–20 digits, with a leading + when international`, {
        why: 'number',
      })
    }
    return await this.#calls.do(async () => {
      await this.#texts.idle()
      const { port, news } = await this.#usable()
      news.ended = null
      news.digits = ''
      const { clock } = this.#options
      return await ring({ port, clock, news }, { to, ...options }, signal).catch((error: unknown) => {
        throw isHouseError(error, 'link/timeout', 'link/down') ? unusable('no-answer', error.message) : error
      })
    }, signal)
  }

  async #send({ id, to }: OutgoingText, messages: readonly SubmitPdu[]): Promise<SentText> {
    try {
      const session = await this.#usable()
      const refs = await submit(session.port, messages).catch((error: unknown) => {
        if (isHouseError(error, 'notify/temporary') && error.facts.why === 'no-answer') {
          this.#isCycleDue = true
          session.end(new HouseError('link/timeout', error.message))
        }
        throw error
      })
      const sent = { id, to, refs, at: this.#options.clock.now() }
      this.#health.healed()
      this.#reports.await(sent)
      return sent
    } catch (error) {
      if (isHouseError(error)) this.#failed(error)
      throw error
    }
  }

  /** Tells the lamp, unless the fault is in the text and not in the modem. */
  #failed({ facts, message }: HouseError): void {
    const { why } = facts
    if (why === 'no-credit' || why === 'service-centre' || why === 'unknown' || why === 'network') {
      this.#health.failed(why, message)
    }
  }

  /** The modem, when it is in a network. Throws `notify/temporary`. */
  async #usable(): Promise<Session> {
    const { state, lastError } = this.health()
    const session = this.#session
    if (session === null) {
      throw unusable(state === 'ready' || state === 'searching' ? 'no-modem' : WHY[state], lastError?.message ?? state)
    }
    // What was seen last may be a while ago.
    const isIn = state === 'ready' || (await isRegistered(session.port).catch(() => false))
    if (!isIn) throw unusable('no-network', 'the modem has no network')
    return session
  }

  async #hold(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options
    while (!signal.aborted) {
      const pause = await this.#once(signal).catch((error: unknown) => this.#lost(error, signal))
      await clock.sleep(pause, signal)
    }
  }

  /** Opens the port and works until something ends that. Answers how long to wait before the next time, ms. */
  async #once(signal: AbortSignal): Promise<number> {
    const { connect, clock, log, owner } = this.#options
    const reported = (report: StatusReport) => this.#reports.take(report)
    const seen = (look: Look) => this.#see(look)
    const session = await Session.open(connect, { clock, log, owner, reported, seen }, signal)
    const either = AbortSignal.any([signal, session.ended])
    try {
      if (['gone', 'no-answer'].includes(this.health().state)) this.#health.turn('starting')
      await this.#cycle(session, either)
      const result = await setUp(session.port, this.#gate, clock, either)
      this.#failures = 0
      if (result.is !== 'set-up') {
        this.#health.note({ model: result.model })
        this.#health.turn(result.is, result.message)
        return CARE_TIMES.simMs
      }
      this.#health.note({ model: result.model, tellsDelivery: result.tellsDelivery })
      this.#session = session
      await session.serve(result, signal)
      return 0
    } finally {
      this.#session = null
      session.end(new HouseError('link/down', 'the modem was let go of'))
    }
  }

  #see({ operator, signalDbm, storage, isRegistered: isIn }: Look): void {
    this.#health.turn(isIn ? 'ready' : 'searching', isIn ? null : 'the modem looks for a network')
    this.#health.note({ operator, signalDbm, storage })
  }

  /** Notes how it was lost. Answers how long to wait before the next time, ms. */
  #lost(error: unknown, signal: AbortSignal): number {
    if (signal.aborted) return 0
    const isSilent = isHouseError(error, 'link/timeout')
    if (isSilent) this.#isCycleDue = true
    const isBegun = isHouseError(error) && error.facts.isBegun === true
    if (isBegun) this.#health.turn('starting')
    else this.#health.turn(isSilent ? 'no-answer' : 'gone', messageOf(error))
    this.#failures += 1
    return Math.min(CARE_TIMES.reopenMostMs, CARE_TIMES.reopenFirstMs * 2 ** Math.min(10, this.#failures - 1))
  }

  /** Starts a modem that was silent anew: once in a while only, for meanwhile it serves nobody. */
  async #cycle(session: Session, signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#options
    const isEarly = this.#cycledAt !== null && clock.mono() - this.#cycledAt < CARE_TIMES.powerCycleMs
    if (!this.#isCycleDue || isEarly) return
    this.#isCycleDue = false
    this.#cycledAt = clock.mono()
    log.warn({ code: 'link/timeout' }, 'the modem said nothing: it is started anew')
    session.port.shout('AT+CFUN=1,1')
    await clock.sleep(CARE_TIMES.bootMs, signal)
  }
}

function unusable(why: ModemWhy, message: string): HouseError {
  return new HouseError('notify/temporary', `the modem cannot be used now: ${message}`, { why })
}
