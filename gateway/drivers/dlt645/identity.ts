import { type Identity, lookTwice, type Told } from '../../device/identity.ts'
import type { Purpose } from '../../link/field-bus.ts'
import type { Outcome } from './ask-item.ts'
import type { MeterAsker } from './meter-asker.ts'

/** What came of asking a meter who it is; `found` is its number, or its address where that is another. */
export type Met = Told | Extract<Outcome, { readonly kind: 'missed' | 'lost' }>

/** The item with the meter's number, as it is printed on it. */
export const METER_NUMBER = { item: '04000402', bytes: 6 }

const UNKNOWN: Told = { kind: 'unknown', serial: null, found: null }

/** Asks a meter for the number by which it is known. */
export class IdentityQuestions {
  readonly #asker: MeterAsker
  readonly #address: string
  readonly #identity: Pick<Identity, 'isOther' | 'serial'>

  constructor(asker: MeterAsker, address: string, identity: Pick<Identity, 'isOther' | 'serial'>) {
    this.#asker = asker
    this.#address = address
    this.#identity = identity
  }

  /** Asks for the number; another one twice, so that a damaged frame is no stranger. */
  meet(purpose: Purpose, signal: AbortSignal): Promise<Met> {
    return lookTwice(() => this.#once(purpose, signal))
  }

  /** Whether a meter of another address answers on a line that should have none but ours. */
  async stranger(signal: AbortSignal): Promise<Told | null> {
    const found = await this.#asker.anybody(signal)
    if (found === null || found === this.#address) return null
    const again = await this.#asker.anybody(signal)
    return again === found ? { kind: 'other', serial: null, found } : null
  }

  async #once(purpose: Purpose, signal: AbortSignal): Promise<Met> {
    const outcome = await this.#asker.item(METER_NUMBER, purpose, signal)
    switch (outcome.kind) {
      case 'missed':
      case 'lost':
        return outcome
      case 'refused':
        return this.#untold()
      case 'data': {
        const serial = numberIn(outcome.data)
        if (serial === null) return this.#untold()
        return { kind: this.#identity.isOther(serial) ? 'other' : 'same', serial, found: serial }
      }
    }
  }

  /** One that does not tell its number is another where the right one is known to tell it. */
  #untold(): Told {
    return this.#identity.serial === null ? UNKNOWN : { kind: 'other', serial: null, found: null }
  }
}

function numberIn(data: Uint8Array): string | null {
  const digits = Array.from(data.toReversed(), (byte) => byte.toString(16).padStart(2, '0')).join('')
  return /^\d{12}$/.test(digits) ? digits : null
}
