import { type IdentityRegister, type ModbusIdentity, REGISTERS_OF } from '../../../core/contract/device-profile.ts'
import { identityRaw } from '../../../core/decode/identity.ts'
import { type Identity, lookTwice, type Told } from '../../device/identity.ts'
import type { Outcome } from './asker.ts'
import type { Span } from './span.ts'

/** What came of asking a device who it is. `found` names each register and what it held; `busy` = it is to be asked again. */
export type Met = Told | { readonly kind: 'silent' } | { readonly kind: 'lost' } | { readonly kind: 'busy' }

/** How a device is asked who it is; `now` is monotonic time in ms. */
export interface Asking {
  readonly now: number
  readonly ask: (span: Span) => Promise<Outcome>
  readonly onRefusal: (span: Span) => void
}

/** A register to ask, and what it must hold; null = the serial number. */
interface Question {
  readonly register: IdentityRegister
  readonly is: readonly number[] | null
}

/** How long it is believed that a device has no such register. */
const BELIEVED_MS = 24 * 3_600_000
/** Acknowledge and server device busy: no word about the register. (MODBUS Application Protocol V1.1b3 §7) */
const BUSY: readonly number[] = [5, 6]

/** The registers by which a device is known: what to ask, and what the answers mean. */
export class IdentityQuestions {
  readonly #questions: readonly Question[]
  readonly #identity: Pick<Identity, 'isOther' | 'serial'>
  /** What the device does not have, and when that was seen. */
  readonly #refused = new Map<Question, number>()
  /** What the right device has answered. */
  readonly #given = new Set<Question>()

  constructor({ model, serial: register }: ModbusIdentity, identity: Pick<Identity, 'isOther' | 'serial'>) {
    this.#questions = [
      ...model.map(({ is, ...register }) => ({ register, is })),
      ...(register === undefined ? [] : [{ register, is: null }]),
    ]
    this.#identity = identity
  }

  /** Whether the right device is known to tell something of itself, so that one that does not is another. */
  get isTold(): boolean {
    return this.#questions.some((question) => this.#isTold(question))
  }

  /** Whoever answers now may have what was refused. */
  forget(): void {
    this.#refused.clear()
  }

  /** Asks all that the device tells of itself, a mismatch twice; what it refuses is told to `onRefusal` and left out for a day. */
  meet(asking: Asking): Promise<Met> {
    return lookTwice(() => this.#once(asking))
  }

  async #once({ now, ask, onRefusal }: Asking): Promise<Met> {
    const found: string[] = []
    const given: Question[] = []
    let isOther = false
    let serial: string | null = null
    for (const question of this.#questions) {
      if (now - (this.#refused.get(question) ?? -Infinity) < BELIEVED_MS) continue
      const span = spanOfRegister(question.register)
      const outcome = await askedTwice(ask, span)
      if (outcome.kind === 'silent' || outcome.kind === 'lost') return { kind: outcome.kind }
      if (outcome.kind === 'refused') {
        onRefusal(span)
        if (this.#isTold(question)) {
          if (BUSY.includes(outcome.code)) return { kind: 'busy' }
          found.push(`${question.register.table} ${question.register.address}: refused`)
          isOther = true
        } else if (outcome.isAddress || outcome.code === 1) this.#refused.set(question, now)
        continue
      }
      const raw = identityRaw(question.register, outcome.answer)
      given.push(question)
      found.push(`${question.register.table} ${question.register.address}: ${raw}`)
      if (question.is === null) serial = String(raw)
      isOther ||= question.is === null ? this.#identity.isOther(String(raw)) : !question.is.includes(raw)
    }
    const kind = isOther ? 'other' : found.length === 0 ? 'unknown' : 'same'
    if (kind === 'same') for (const question of given) this.#given.add(question)
    return { kind, serial, found: found.join(', ') }
  }

  #isTold(question: Question): boolean {
    return this.#given.has(question) || (question.is === null && this.#identity.serial !== null)
  }
}

function spanOfRegister({ table, address, type }: IdentityRegister): Span {
  return { table, address, quantity: REGISTERS_OF[type] }
}

/** A refusal counts when it is seen twice: the first may be a late answer to something else. */
async function askedTwice(ask: Asking['ask'], span: Span): Promise<Outcome> {
  const first = await ask(span)
  return first.kind === 'refused' ? ask(span) : first
}
