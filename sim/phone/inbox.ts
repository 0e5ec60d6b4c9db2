import type { NoticeMessage } from '../../core/contract/notice.ts'
import type { Language } from '../../core/contract/text.ts'
import type { Officer } from './people.ts'

/** What became of a message on the phone. */
export interface Acknowledged {
  readonly at: number
  readonly by: string
  readonly note: string
}

/** The night's digest as the shipped flow sends it, in the phone's language. */
export interface DigestMessage {
  readonly notice: string
  readonly kind: 'digest'
  readonly language: Language
  readonly priority: 'blue'
  readonly title: string
  readonly text: string
  readonly alarm: null
  readonly acknowledge: null
}

export interface Received {
  readonly message: NoticeMessage | DigestMessage
  readonly at: number
  /** How many times it has come; more than once is a repeat of the sender's. */
  readonly times: number
  readonly acknowledged: Acknowledged | null
}

/** One officer's phone: newest message first. */
export interface Phone {
  readonly officer: Officer
  readonly on: boolean
  readonly messages: readonly Received[]
}

/** A phone keeps this many messages. */
const KEPT = 60

/** The phone after a message has come in at `at`. A notice that comes again is counted, not shown twice. */
export function withMessage(phone: Phone, message: Received['message'], at: number): Phone {
  const known = phone.messages.find((received) => received.message.notice === message.notice)
  if (known !== undefined) {
    const again = { ...known, times: known.times + 1 }
    return { ...phone, messages: phone.messages.map((received) => (received === known ? again : received)) }
  }
  return { ...phone, messages: [{ message, at, times: 1, acknowledged: null }, ...phone.messages].slice(0, KEPT) }
}

/** The phone after somebody has acknowledged `alarm`. */
export function withAcknowledged(phone: Phone, alarm: string, acknowledged: Acknowledged): Phone {
  const messages = phone.messages.map((received) =>
    received.message.alarm === alarm && received.acknowledged === null ? { ...received, acknowledged } : received,
  )
  return { ...phone, messages }
}
