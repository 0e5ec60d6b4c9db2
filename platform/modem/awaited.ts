import { fateOf, type StatusReport } from '../../core/decode/sms-pdu.ts'
import type { Clock } from '../clock.ts'
import type { DeliveryReport, SentText } from './modem.ts'

/** More than a modem sends in the days a report may take. */
const MOST_AWAITED = 2_000
/** Reports that came before the text was known to be sent. */
const MOST_EARLY = 64
/** Digits by which two ways of writing a number are known to be the same. */
const SAME_DIGITS = 8

interface Awaiting {
  readonly sent: SentText
  /** References of the parts that are not delivered yet. */
  readonly left: Set<number>
}

/** Texts whose delivery has not been told, and the reports that fit them by reference and number. */
export class Awaited {
  readonly #clock: Clock
  #texts: Awaiting[] = []
  #early: StatusReport[] = []

  constructor(clock: Clock, sent: readonly SentText[]) {
    this.#clock = clock
    for (const text of sent) this.add(text)
  }

  /** Begins to wait for a text; answers what is known of it already. */
  add(sent: SentText): DeliveryReport[] {
    this.#texts = [...this.#texts, { sent, left: new Set(sent.refs) }].slice(-MOST_AWAITED)
    const early = this.#early.filter((report) => isOf(report, sent))
    this.#early = this.#early.filter((report) => !early.includes(report))
    return early.flatMap((report) => this.take(report) ?? [])
  }

  /** What a report decides; null when it decides nothing. */
  take(report: StatusReport): DeliveryReport | null {
    // References come round again: the newest text is meant.
    const found = this.#texts.findLast(({ sent, left }) => isOf(report, sent) && left.has(report.reference))
    if (found === undefined) {
      this.#early = [...this.#early, report].slice(-MOST_EARLY)
      return null
    }
    const fate = fateOf(report.status)
    if (fate === 'trying') return null
    found.left.delete(report.reference)
    if (fate === 'delivered' && found.left.size > 0) return null
    // What the service centre cannot prove is not told, and nothing better comes after it.
    this.#texts = this.#texts.filter((other) => other !== found)
    if (fate === 'unproven') return null
    const { id, to } = found.sent
    return { id, to, outcome: fate, status: report.status, at: report.at ?? this.#clock.now() }
  }
}

function isOf({ reference, to }: StatusReport, sent: SentText): boolean {
  return sent.refs.includes(reference) && lastDigits(to) === lastDigits(sent.to)
}

function lastDigits(number: string): string {
  return number.replaceAll(/\D/g, '').slice(-SAME_DIGITS)
}
