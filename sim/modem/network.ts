import type { Clock } from '../../platform/clock.ts'
import { partsOf, readSubmit, type Submitted, writeDeliver, writeReport } from './pdu.ts'

/** A text a simulated phone got. */
export interface PhoneText {
  readonly to: string
  readonly text: string
  /** Wall time at which the last part was there. */
  readonly at: number
}

/** How a simulated phone takes a call. */
export type PhoneAnswer =
  | { readonly is: 'answered'; readonly afterMs: number; /** Pressed a moment later. */ readonly keys?: string }
  | { readonly is: 'busy' | 'refused'; readonly afterMs: number }
  | { readonly is: 'no-answer' }

export interface NetworkOptions {
  readonly clock: Clock
  /** A text is whole on a phone. */
  readonly onText?: (text: PhoneText) => void
  /** TP-Status the service centre tells of a number; null for no report. Delivered when absent. */
  readonly statusOf?: (to: string) => number | null
  /** Until a report comes, ms; 0 for with the next turn. */
  readonly reportAfterMs?: number
  /** A phone rings. Nobody answers when absent. */
  readonly onCall?: (to: string) => PhoneAnswer
}

/** What a modem has for the network. */
export interface NetworkSide {
  /** A report as a PDU with the length of its TPDU. */
  reported(pdu: { readonly hex: string; readonly length: number }): void
  /** A message as a PDU; false when there is no place for it. */
  arrived(pdu: { readonly hex: string }): boolean
}

/** A mobile network with its service centre and the phones in it. */
export class Network {
  readonly #options: NetworkOptions
  readonly #parts = new Map<string, string[]>()
  readonly #held: { readonly hex: string }[] = []
  #side: NetworkSide | null = null
  #reference = 0
  #joint = 0

  constructor(options: NetworkOptions) {
    this.#options = options
  }

  /** The modem that is in the network. */
  join(side: NetworkSide): void {
    this.#side = side
  }

  /** Takes a message; answers its reference, or null when it is none. */
  submit(hex: string, length: number, signal: AbortSignal): number | null {
    const submitted = readSubmit(hex, length)
    if (submitted === null) return null
    const reference = this.#reference
    this.#reference = (reference + 1) % 256
    this.#deliver(submitted)
    if (submitted.wantsReport) void this.#report(reference, submitted.to, signal)
    return reference
  }

  /** A phone sends a text to the modem. */
  send(from: string, text: string): void {
    const parts = partsOf(text)
    this.#joint = (this.#joint + 1) % 256
    parts.forEach((part, index) => {
      const place = { reference: this.#joint, of: parts.length, number: index + 1 }
      const at = this.#options.clock.now()
      this.#held.push(writeDeliver({ from, text: part, at, ...(parts.length > 1 ? { part: place } : {}) }))
    })
    this.handOver()
  }

  /** Hands over what waits, as far as the modem has places. */
  handOver(): void {
    for (let [next] = this.#held; next !== undefined; [next] = this.#held) {
      if (this.#side?.arrived(next) !== true) return
      this.#held.shift()
    }
  }

  ring(to: string): PhoneAnswer {
    return this.#options.onCall?.(to) ?? { is: 'no-answer' }
  }

  #deliver({ to, text, part }: Submitted): void {
    const { clock, onText } = this.#options
    if (part === null) {
      onText?.({ to, text, at: clock.now() })
      return
    }
    const name = `${to}/${part.reference}/${part.of}`
    const parts = this.#parts.get(name) ?? []
    this.#parts.set(name, parts)
    parts[part.number - 1] = text
    if (Object.keys(parts).length < part.of) return
    this.#parts.delete(name)
    onText?.({ to, text: parts.join(''), at: clock.now() })
  }

  async #report(reference: number, to: string, signal: AbortSignal): Promise<void> {
    const { clock, statusOf, reportAfterMs = 0 } = this.#options
    const status = statusOf === undefined ? 0 : statusOf(to)
    if (status === null) return
    try {
      await clock.sleep(reportAfterMs, signal)
    } catch {
      return
    }
    this.#side?.reported(writeReport({ reference, to, at: clock.now(), status }))
  }
}
