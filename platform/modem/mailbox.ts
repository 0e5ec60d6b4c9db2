import { createHash } from 'node:crypto'
import type { UtcMs } from '../../core/contract/time.ts'
import { joinParts, type KeptMessage } from '../../core/decode/sms-parts.ts'
import { decodePdu, type RefusedPdu, type StatusReport } from '../../core/decode/sms-pdu.ts'
import type { Clock } from '../clock.ts'
import { type AtPort, RANK } from './at-port.ts'
import type { ModemOwner } from './modem.ts'
import { AT_TIMES } from './times.ts'

/** Where a message lies in the modem. */
interface Slot {
  readonly memory: string
  readonly index: number
  readonly pdu: string
}

export interface MailboxOptions {
  readonly port: AtPort
  readonly clock: Clock
  readonly memories: readonly string[]
  readonly owner: Pick<ModemOwner, 'incoming' | 'unreadable'>
  /** A report that was stored. */
  readonly reported: (report: StatusReport) => void
}

/** The messages that lie in a modem. What its owner has not said to have stays there. */
export class Mailbox {
  readonly #options: MailboxOptions
  /** When each message was first seen here; what is not listed any more is forgotten. */
  #seen = new Map<string, UtcMs>()
  /** Messages the owner has, which the modem has not deleted yet. */
  readonly #had = new Set<string>()
  /** The memory that lists and deletes mean. */
  #chosen: string | null = null

  constructor(options: MailboxOptions) {
    this.#options = options
  }

  /**
   * Lists what lies there, hands over what is whole, and deletes what the owner has taken. Throws what the owner throws, after
   * everything else was handed over, and what `AtPort.ask` throws.
   */
  async sweep(): Promise<void> {
    const faults: unknown[] = []
    const slots: Slot[] = []
    for (const memory of this.#options.memories) slots.push(...(await this.#list(memory)))
    this.#remember(slots)
    for (const work of this.#works(slots.filter((slot) => !this.#had.has(nameOf(slot))))) {
      try {
        await work.hand()
        for (const slot of work.slots) this.#had.add(nameOf(slot))
      } catch (error) {
        faults.push(error)
      }
    }
    for (const slot of slots) if (this.#had.has(nameOf(slot))) await this.#delete(slot)
    if (faults.length > 0) throw faults[0]
  }

  #works(slots: readonly Slot[]): { readonly slots: readonly Slot[]; readonly hand: () => Promise<void> }[] {
    const { owner, clock, reported } = this.#options
    const kept: KeptMessage<Slot>[] = []
    const works: { slots: readonly Slot[]; hand: () => Promise<void> }[] = []
    for (const slot of slots) {
      const message = decodePdu(slot.pdu)
      if (message.is === 'text') kept.push({ slot, message, seenAt: this.#seen.get(nameOf(slot)) ?? clock.now() })
      else if (message.is === 'report') works.push({ slots: [slot], hand: () => taken(() => reported(message)) })
      else works.push({ slots: [slot], hand: () => owner.unreadable(unreadable(slot, message)) })
    }
    for (const { from, text, sentAt, isWhole, slots: parts } of joinParts(kept, clock.now())) {
      const key = keyOf(parts)
      const incoming = { key, from, text, sentAt: sentAt ?? clock.now(), isWhole }
      works.push({ slots: parts, hand: () => owner.incoming(incoming) })
    }
    return works
  }

  async #list(memory: string): Promise<Slot[]> {
    const { port } = this.#options
    const common = { rank: RANK.mail, withinMs: AT_TIMES.slowCommandMs }
    if (!(await this.#choose(memory))) return []
    const listed = await port.ask({ text: 'AT+CMGL=4', answer: '+CMGL:', hasPdus: true, mayBeEmpty: true, ...common })
    if (listed.is !== 'ok') return []
    return listed.lines.flatMap((line, at) => {
      const [, index, state] = /^\+CMGL: *(\d+) *, *(\d+)/.exec(line) ?? []
      const pdu = listed.lines[at + 1]
      // States 2 and 3 are drafts and copies somebody left on the SIM.
      if (index === undefined || Number(state) > 1 || pdu === undefined || pdu.startsWith('+')) return []
      return [{ memory, index: Number(index), pdu }]
    })
  }

  async #delete({ memory, index, pdu }: Slot): Promise<void> {
    const { port } = this.#options
    if (!(await this.#choose(memory))) return
    const answer = await port.ask({ text: `AT+CMGD=${index}`, rank: RANK.mail, withinMs: AT_TIMES.slowCommandMs })
    if (answer.is === 'ok') this.#had.delete(nameOf({ memory, index, pdu }))
  }

  /** False when the modem does not let it be chosen. */
  async #choose(memory: string): Promise<boolean> {
    if (this.#chosen === memory) return true
    // Deleting in another memory than one thinks would lose what nobody has.
    this.#chosen = null
    const text = `AT+CPMS="${memory}"`
    const { is } = await this.#options.port.ask({ text, answer: '+CPMS:', rank: RANK.mail })
    if (is === 'ok') this.#chosen = memory
    return is === 'ok'
  }

  #remember(slots: readonly Slot[]): void {
    const now = this.#options.clock.now()
    this.#seen = new Map(slots.map((slot) => [nameOf(slot), this.#seen.get(nameOf(slot)) ?? now]))
    for (const name of this.#had) if (!this.#seen.has(name)) this.#had.delete(name)
  }
}

async function taken(take: () => void): Promise<void> {
  await Promise.resolve()
  take()
}

function nameOf({ memory, index, pdu }: Slot): string {
  return `${memory}/${index}/${pdu}`
}

/** Of what was sent only: a message has the same key wherever it lies. A repeated part does not change it. */
function keyOf(slots: readonly Slot[]): string {
  const pdus = new Set(slots.map(({ pdu }) => pdu))
  return createHash('sha256')
    .update([...pdus].join('/'))
    .digest('hex')
    .slice(0, 32)
}

function unreadable(slot: Slot, { why }: RefusedPdu) {
  return { key: keyOf([slot]), pdu: slot.pdu, why }
}
