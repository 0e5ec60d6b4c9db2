import type { ReasonCode } from '../../core/contract/reading.ts'
import { bad, type Decoded } from '../../core/decode/point.ts'
import type { Log } from '../../platform/log.ts'

/** Who answers at the address. `unknown` = the device does not tell. */
export type Verdict = 'same' | 'other' | 'unknown'

/** What a device told of itself. */
export interface Told {
  readonly kind: Verdict
  /** null where it told none. */
  readonly serial: string | null
  /** What was found, for a person; null = nothing. */
  readonly found: string | null
}

/** What a look at a device has changed. */
export interface IdentityNews {
  /** The verdict is another than before. */
  readonly isNews: boolean
  /** Another device was there before, and is not any more. */
  readonly isBack: boolean
  /** Its serial number was met for the first time. */
  readonly hasLearned: boolean
}

export interface IdentityOptions {
  /** The number it must have, as configured or learned; null = that of the first one met. */
  readonly serial: string | null
  /** How often another device at the address is asked again whether it is still there, in ms. */
  readonly recheckMs: number
  readonly log: Log
  /** Which device this is, for the log. */
  readonly facts: Readonly<Record<string, unknown>>
}

const HOUR_MS = 3_600_000

/** Keeps to whom a device's address belongs, and when that is to be asked. Times are monotonic, in ms. */
export class Identity {
  readonly #options: IdentityOptions
  #serial: string | null
  #checkAt = 0
  #verdict: Verdict | 'unchecked' = 'unchecked'

  constructor(options: IdentityOptions) {
    this.#options = options
    this.#serial = options.serial
  }

  get verdict(): Verdict | 'unchecked' {
    return this.#verdict
  }

  get serial(): string | null {
    return this.#serial
  }

  isDue(now: number): boolean {
    return now >= this.#checkAt
  }

  /** The device was away: whoever answers next has to say who it is. */
  suspect(): void {
    this.#checkAt = 0
  }

  /** Whether this number belongs to another device than the one that is known. */
  isOther(serial: string): boolean {
    return this.#serial !== null && this.#serial !== serial
  }

  /** Takes up what was found at `now`. That another device has come, and that it has gone, is said once in the log. */
  settle(told: Told, now: number): IdentityNews {
    const { recheckMs, log, facts } = this.#options
    const before = this.#verdict
    const isNew = this.#serial === null && told.kind === 'same' && told.serial !== null
    this.#verdict = told.kind
    if (isNew) this.#serial = told.serial
    this.#checkAt = now + (told.kind === 'other' ? recheckMs : HOUR_MS)
    const all = { ...facts, found: told.found }
    if (told.kind === 'other' && before !== 'other')
      log.warn(
        { code: 'identity-mismatch', ...all, expected: this.#serial },
        'another device answers at this address; its values are not shown. Where it is right, give its serial in the site file',
      )
    if (told.kind === 'same' && before === 'other') log.info(all, 'the right device answers again')
    return { isNews: before !== told.kind, isBack: before === 'other' && told.kind !== 'other', hasLearned: isNew }
  }
}

/** Looks a second time where the first look shows another device: a damaged answer is no stranger. */
export async function lookTwice<M extends { readonly kind: string }>(look: () => Promise<M>): Promise<M> {
  const first = await look()
  return first.kind === 'other' ? look() : first
}

/** What the identity point says; `reason` where the device could not be asked now. */
export function identityValue(verdict: Verdict | 'unchecked', reason: ReasonCode | null): Decoded {
  if (reason !== null && reason !== 'identity-mismatch') return bad(reason)
  if (verdict === 'same' || verdict === 'other') return { value: verdict === 'other', quality: 'good', reason: null }
  return bad('exception')
}
