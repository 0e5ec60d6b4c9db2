import type { ReasonCode } from '../../../core/contract/reading.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import type { FieldBus } from '../../link/field-bus.ts'
import { Identity, type Met, type Verdict } from './identity.ts'
import type { MeterAsker } from './meter-asker.ts'
import { Presence } from './presence.ts'

/** What an attendance is handed in. */
export interface AttendanceOptions {
  readonly device: string
  readonly address: string
  /** The number the meter must have; null = that of the first one met. */
  readonly serial: string | null
  readonly asker: MeterAsker
  readonly bus: Pick<FieldBus, 'id' | 'timeoutMs' | 'mayProbe'>
  readonly wire: Clock
  readonly log: Log
  /** True where no other device is on the bus. */
  readonly isAlone: boolean
  /** How often another meter is asked again whether it is still there, in ms. */
  readonly recheckMs: number
  /** The meter was away, or another one was there: what was learned of it may not hold any more. */
  readonly onBack: () => void
  /** Its number was met for the first time. */
  readonly onLearned: () => void
}

/** One in so many attempts at a silent meter asks by broadcast who is there. */
const BROADCAST_EVERY = 4

/** Knows whether a meter is there, and whether it is the right one. */
export class Attendance {
  readonly #options: AttendanceOptions
  readonly #presence: Presence
  readonly #identity: Identity

  constructor(options: AttendanceOptions) {
    const { device, address, serial, asker, bus, log } = options
    this.#options = options
    this.#presence = new Presence({ device, bus: bus.id, address }, { log, timeoutMs: bus.timeoutMs })
    this.#identity = new Identity(asker, { address, serial })
  }

  get verdict(): Verdict | 'unchecked' {
    return this.#identity.verdict
  }

  get serial(): string | null {
    return this.#identity.serial
  }

  get state(): 'answers' | 'silent' | 'identity-mismatch' {
    if (this.#identity.verdict === 'other') return 'identity-mismatch'
    return this.#presence.isDoubted ? 'silent' : 'answers'
  }

  /** It stopped answering, or the line was away: before anything else is asked it has to say who it is. */
  doubt(): void {
    this.#presence.doubt()
    this.#identity.suspect()
  }

  /**
   * Makes sure of both where that is in doubt or due at `now`, monotonic ms. null = read on; else why nothing can be shown,
   * `unasked` when it is not its time yet.
   */
  async meet(now: number, signal: AbortSignal): Promise<ReasonCode | 'unasked' | null> {
    const { bus, wire } = this.#options
    const presence = this.#presence
    const isProbe = presence.silentTimes > 0
    if (isProbe && (!presence.isDue(wire.mono()) || !bus.mayProbe())) return 'unasked'
    const isOther = this.#identity.verdict === 'other'
    if (!presence.isDoubted && !this.#identity.isDue(now)) return isOther ? 'unasked' : null
    const met = await this.#identity.meet(isProbe ? 'probe' : 'poll', signal)
    if (met.kind === 'lost') {
      this.doubt()
      return 'link-down'
    }
    if (met.kind !== 'missed') return this.#settle(met, now)
    presence.missed(wire.mono())
    this.#identity.suspect()
    const stranger = this.#isToBroadcast(isOther) ? await this.#identity.stranger(signal) : null
    return stranger === null ? met.reason : this.#settle(stranger, now)
  }

  #isToBroadcast(isOther: boolean): boolean {
    return this.#options.isAlone && (isOther || this.#presence.silentTimes % BROADCAST_EVERY === 0)
  }

  #settle(met: Extract<Met, { readonly kind: Verdict }>, now: number): ReasonCode | null {
    const { recheckMs, onBack, onLearned } = this.#options
    const before = { serial: this.serial, verdict: this.verdict }
    const isNews = this.#identity.settle(met, now, recheckMs)
    if (this.#presence.answered() || before.verdict === 'other') onBack()
    if (this.serial !== before.serial) onLearned()
    if (isNews) this.#tell(met, before)
    return met.kind === 'other' ? 'identity-mismatch' : null
  }

  #tell(
    met: Extract<Met, { readonly kind: Verdict }>,
    before: { readonly serial: string | null; readonly verdict: Verdict | 'unchecked' },
  ): void {
    const { device, address, bus, log } = this.#options
    const facts = { device, bus: bus.id, found: met.found }
    if (met.kind === 'other') {
      const text =
        'another meter answers at this address; its values are not shown. Look at it, and set its serial if it is right'
      log.warn({ code: 'identity-mismatch', ...facts, expected: before.serial ?? address }, text)
    }
    if (met.kind === 'unknown') log.info(facts, 'meter does not tell its number, so another one is not noticed')
    if (met.kind === 'same' && before.verdict === 'other') log.info(facts, 'the right meter answers again')
  }
}
