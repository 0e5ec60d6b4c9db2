import type { ReasonCode } from '../../../core/contract/reading.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import type { FieldBus } from '../../link/field-bus.ts'
import { Identity, type Told, type Verdict } from '../../device/identity.ts'
import { LossWatch } from '../../device/loss-watch.ts'
import type { DeviceHealth } from '../../device/polled-driver.ts'
import { Presence } from '../../device/presence.ts'
import { IdentityQuestions } from './identity.ts'
import type { MeterAsker } from './meter-asker.ts'

/** What an attendance is handed in. */
export interface AttendanceOptions {
  readonly device: string
  readonly address: string
  /** The number the meter must have; null = that of the first one met. */
  readonly serial: string | null
  readonly asker: MeterAsker
  readonly bus: Pick<FieldBus, 'id' | 'timeoutMs' | 'mayProbe' | 'counters'>
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
  readonly #questions: IdentityQuestions
  readonly #losses: LossWatch

  constructor(options: AttendanceOptions) {
    const { device, address, serial, asker, bus, wire, log, recheckMs } = options
    this.#options = options
    const check = 'its power, its address, the line and that it speaks DL/T 645-2007'
    this.#presence = new Presence({ device, bus, log, wire, address: { address }, check })
    this.#identity = new Identity({ serial, recheckMs, log, facts: { device, bus: bus.id, address } })
    this.#losses = new LossWatch(bus)
    this.#questions = new IdentityQuestions(asker, address, this.#identity)
  }

  get verdict(): Verdict | 'unchecked' {
    return this.#identity.verdict
  }

  get serial(): string | null {
    return this.#identity.serial
  }

  get state(): DeviceHealth['state'] {
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
    const presence = this.#presence
    const isProbe = presence.silentTimes > 0
    if (isProbe && !presence.mayProbe()) return 'unasked'
    if (this.#losses.isLost || this.#losses.wasLost()) this.doubt()
    const isOther = this.#identity.verdict === 'other'
    if (!presence.isDoubted && !this.#identity.isDue(now)) return isOther ? 'unasked' : null
    const met = await this.#questions.meet(isProbe ? 'probe' : 'poll', signal)
    if (met.kind === 'lost') {
      this.doubt()
      return 'link-down'
    }
    if (met.kind !== 'missed') return this.#settle(met, now)
    presence.silent()
    this.#identity.suspect()
    const stranger = this.#isToBroadcast(isOther) ? await this.#questions.stranger(signal) : null
    return stranger === null ? met.reason : this.#settle(stranger, now)
  }

  #isToBroadcast(isOther: boolean): boolean {
    return this.#options.isAlone && (isOther || this.#presence.silentTimes % BROADCAST_EVERY === 0)
  }

  #settle(told: Told, now: number): ReasonCode | null {
    const { device, bus, log, onBack, onLearned } = this.#options
    const { isNews, isBack, hasLearned } = this.#identity.settle(told, now)
    if (this.#presence.answered() || isBack) onBack()
    if (hasLearned) onLearned()
    if (isNews && told.kind === 'unknown')
      log.info({ device, bus: bus.id }, 'meter does not tell its number, so another one is not noticed')
    return told.kind === 'other' ? 'identity-mismatch' : null
  }
}
