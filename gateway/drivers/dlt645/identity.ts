import type { Purpose } from '../../link/field-bus.ts'
import type { Outcome } from './ask-item.ts'
import type { MeterAsker } from './meter-asker.ts'

/** Who answers at the address. `unknown` = the meter does not tell its number. */
export type Verdict = 'same' | 'other' | 'unknown'

/** What came of asking a meter who it is; `found` is its number, or its address where that is another. */
export type Met =
  { readonly kind: Verdict; readonly found: string | null } | Extract<Outcome, { readonly kind: 'missed' | 'lost' }>

/** The item with the meter's number, as it is printed on it. */
export const METER_NUMBER = { item: '04000402', bytes: 6 }

const HOUR_MS = 3_600_000

/** Keeps to whom a meter's address belongs. Times are monotonic, in ms. */
export class Identity {
  readonly #asker: MeterAsker
  readonly #address: string
  #serial: string | null
  #checkAt = 0
  #verdict: Verdict | 'unchecked' = 'unchecked'

  /** `serial` is the number it must have, as configured or learned; null = that of the first one met. */
  constructor(asker: MeterAsker, { address, serial }: { readonly address: string; readonly serial: string | null }) {
    this.#asker = asker
    this.#address = address
    this.#serial = serial
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

  /** The meter was away: whoever answers next has to say who it is. */
  suspect(): void {
    this.#checkAt = 0
  }

  /** Asks for the number; another one twice, so that a damaged frame is no stranger. */
  async meet(purpose: Purpose, signal: AbortSignal): Promise<Met> {
    const first = await this.#once(purpose, signal)
    return first.kind === 'other' ? this.#once(purpose, signal) : first
  }

  /** Whether a meter of another address answers on a line that should have none but ours. */
  async stranger(signal: AbortSignal): Promise<Extract<Met, { readonly kind: Verdict }> | null> {
    const found = await this.#asker.anybody(signal)
    if (found === null || found === this.#address) return null
    const again = await this.#asker.anybody(signal)
    return again === found ? { kind: 'other', found } : null
  }

  /** Takes up what was found. Another meter is looked at again after `recheckMs`. Returns true when this is news. */
  settle(met: Extract<Met, { readonly kind: Verdict }>, now: number, recheckMs: number): boolean {
    const isNews = this.#verdict !== met.kind
    this.#verdict = met.kind
    if (met.kind === 'same') this.#serial ??= met.found
    this.#checkAt = now + (met.kind === 'other' ? recheckMs : HOUR_MS)
    return isNews
  }

  async #once(purpose: Purpose, signal: AbortSignal): Promise<Met> {
    const outcome = await this.#asker.item(METER_NUMBER, purpose, signal)
    switch (outcome.kind) {
      case 'missed':
      case 'lost':
        return outcome
      case 'refused':
        return { kind: 'unknown', found: null }
      case 'data': {
        const found = numberIn(outcome.data)
        if (found === null) return { kind: 'unknown', found: null }
        return { kind: this.#serial === null || this.#serial === found ? 'same' : 'other', found }
      }
    }
  }
}

function numberIn(data: Uint8Array): string | null {
  const digits = Array.from(data.toReversed(), (byte) => byte.toString(16).padStart(2, '0')).join('')
  return /^\d{12}$/.test(digits) ? digits : null
}
