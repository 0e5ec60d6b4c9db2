import { type IdentityRegister, type ModbusIdentity, REGISTERS_OF } from '../../../core/contract/device-profile.ts'
import { identityRaw } from '../../../core/decode/identity.ts'
import { type Identity, lookTwice, type Told } from '../../device/identity.ts'
import type { Outcome } from './asker.ts'
import type { Span } from './span.ts'

/** What came of asking a device who it is. `found` names each register and what it held. */
export type Met = Told | { readonly kind: 'silent' } | { readonly kind: 'lost' }

/** A register to ask, and what it must hold; null = the serial number. */
interface Question {
  readonly register: IdentityRegister
  readonly is: readonly number[] | null
}

/** The registers by which a device is known: what to ask, and what the answers mean. */
export class IdentityQuestions {
  readonly #questions: readonly Question[]
  readonly #identity: Pick<Identity, 'isOther'>
  readonly #refused = new Set<Question>()

  constructor({ model, serial: register }: ModbusIdentity, identity: Pick<Identity, 'isOther'>) {
    this.#questions = [
      ...model.map(({ is, ...register }) => ({ register, is })),
      ...(register === undefined ? [] : [{ register, is: null }]),
    ]
    this.#identity = identity
  }

  /** Asks all that the device tells of itself, a mismatch twice; what it refuses is told to `onRefusal` once and left out. */
  meet(ask: (span: Span) => Promise<Outcome>, onRefusal: (span: Span) => void): Promise<Met> {
    return lookTwice(() => this.#once(ask, onRefusal))
  }

  async #once(ask: (span: Span) => Promise<Outcome>, onRefusal: (span: Span) => void): Promise<Met> {
    const found: string[] = []
    let isOther = false
    let serial: string | null = null
    for (const question of this.#questions) {
      if (this.#refused.has(question)) continue
      const { table, address, type } = question.register
      const span = { table, address, quantity: REGISTERS_OF[type] }
      const outcome = await ask(span)
      if (outcome.kind === 'silent' || outcome.kind === 'lost') return { kind: outcome.kind }
      if (outcome.kind === 'refused') {
        // Busy or out of order is not "I have no such register": then it is asked again next time.
        if (outcome.isAddress || outcome.code === 1) this.#refused.add(question)
        onRefusal(span)
        continue
      }
      const raw = identityRaw(question.register, outcome.answer)
      found.push(`${table} ${address}: ${raw}`)
      if (question.is === null) serial = String(raw)
      isOther ||= question.is === null ? this.#identity.isOther(String(raw)) : !question.is.includes(raw)
    }
    const kind = isOther ? 'other' : found.length === 0 ? 'unknown' : 'same'
    return { kind, serial, found: found.join(', ') }
  }
}
