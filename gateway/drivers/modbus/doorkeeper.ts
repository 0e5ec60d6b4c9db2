import type { BusDevice } from '../../../core/contract/site.ts'
import type { ReasonCode } from '../../../core/contract/reading.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import type { Identity, IdentityNews } from '../../device/identity.ts'
import type { Asker, Outcome } from './asker.ts'
import type { IdentityQuestions, Met } from './identity.ts'
import { type Span, spanKey } from './span.ts'

export interface DoorkeeperOptions {
  readonly identity: Identity
  readonly questions: IdentityQuestions
  readonly asker: Asker
  readonly device: BusDevice
  readonly clock: Clock
  readonly log: Log
  /** The shortest read that any device of the profile answers. */
  readonly other: Span
}

/** What became of a check: `null` = go on reading, else why nothing may be shown. */
export interface Admission {
  readonly reason: ReasonCode | null
  /** The device was asked and answered, or was silent; neither when it was not asked or the line is lost. */
  readonly seen: 'answers' | 'silent' | null
  readonly news: IdentityNews
}

const NO_NEWS: IdentityNews = { isNews: false, isBack: false, hasLearned: false }

/** So often in a row a device may be silent to who it is before it is another. */
const MUTE_TIMES = 3

/** Lets a device's values through only while it is the one the site knows. */
export class Doorkeeper {
  readonly #options: DoorkeeperOptions
  readonly #told = new Set<string>()
  /** Checks in a row in which it answered other questions only. */
  #mute = 0

  constructor(options: DoorkeeperOptions) {
    this.#options = options
  }

  /** The device or its line was away: whoever answers next has to say who it is. */
  suspect(): void {
    this.#options.identity.suspect()
    this.#options.questions.forget()
  }

  /** Makes sure of who answers, where that is due. */
  async admit(signal: AbortSignal): Promise<Admission> {
    const { identity, clock } = this.#options
    if (!identity.isDue(clock.mono()))
      return { reason: identity.verdict === 'other' ? 'identity-mismatch' : null, seen: null, news: NO_NEWS }
    const met = await this.#meet(signal)
    if (met.kind === 'lost') return { reason: 'link-down', seen: null, news: NO_NEWS }
    if (met.kind === 'silent') return { reason: 'timeout', seen: 'silent', news: NO_NEWS }
    if (met.kind === 'busy') return { reason: 'exception', seen: 'answers', news: NO_NEWS }
    if (met.kind !== 'other') this.#mute = 0
    const news = identity.settle(met, clock.mono())
    return { reason: met.kind === 'other' ? 'identity-mismatch' : null, seen: 'answers', news }
  }

  async #meet(signal: AbortSignal): Promise<Met> {
    const { questions, asker, other, clock } = this.#options
    const common = { now: clock.mono(), onRefusal: (span: Span) => this.#tellOnce(spanKey(span), { ...span }) }
    const met = await questions.meet({ ...common, ask: (span) => asker.ask(span, {}, signal) })
    if (met.kind !== 'silent') return met
    // Is it the device that is silent, or only the registers by which it is known?
    const probe = (span: Span): Promise<Outcome> => asker.ask(span, { purpose: 'probe' }, signal)
    const { kind } = await probe(other)
    if (kind === 'silent' || kind === 'lost') return { kind }
    const again = await questions.meet({ ...common, ask: probe })
    if (again.kind !== 'silent') return again
    this.#tellOnce('silent', {})
    if (!questions.isTold) return { kind: 'unknown', serial: null, found: null }
    // The right one has told before: one that answers everything but this is another, unless the line is only bad.
    this.#mute += 1
    return this.#mute < MUTE_TIMES ? { kind: 'busy' } : { kind: 'other', serial: null, found: null }
  }

  #tellOnce(key: string, facts: Readonly<Record<string, unknown>>): void {
    const { device, log } = this.#options
    if (this.#told.has(key)) return
    this.#told.add(key)
    log.warn({ code: 'modbus/exception', device: device.id, ...facts }, 'device does not tell its identity')
  }
}
