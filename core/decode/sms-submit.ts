import { HouseError } from '../kit/errors.ts'
import { packSeptets, septetsOf } from './sms-alphabet.ts'
import { encodeAddress, hexOf } from './sms-octets.ts'
import { type SmsCoding, splitText } from './sms-text.ts'

/** A text to be sent. */
export interface Submit {
  /** International with a leading +, or as dialled in the country. At most 20 digits. */
  readonly to: string
  readonly text: string
  /** 0–255; joins the parts of one text on the receiver's phone. */
  readonly reference: number
  /** How long the service centre tries, in ms; 5 minutes to 63 weeks, rounded up to what can be said. */
  readonly validForMs: number
  /** Whether the service centre is asked to tell of the delivery. */
  readonly wantsReport: boolean
}

/** One message as a modem takes it. */
export interface SubmitPdu {
  /** With the empty service centre address in front that stands for the SIM's own. */
  readonly hex: string
  /** Octets without the service centre address; what `AT+CMGS=` is told. (3GPP TS 27.005 §4.3) */
  readonly length: number
}

/** More parts than this are no message to a person any more. */
const MOST_PARTS = 10

/** First octet: SMS-SUBMIT with a relative validity period. (3GPP TS 23.040 §9.2.2.2) */
const SUBMIT = 0x11
const STATUS_REPORT_REQUEST = 0x20
const USER_DATA_HEADER = 0x40
/** Data coding: no message class. (3GPP TS 23.038 §4) */
const DATA_CODING = { gsm7: 0x00, ucs2: 0x08 } as const
/** A header of 6 octets and the bit that fills up its seventh septet. */
const HEADER_SEPTETS = 7
const HEADER_FILL_BITS = 1

/**
 * A text as SMS-SUBMIT messages, in order. Throws `notify/refused` with `why: 'number'` for what is no number and
 * `why: 'text'` for a text that is empty or longer than ten messages.
 */
export function encodeSubmit(submit: Submit): SubmitPdu[] {
  const address = encodeAddress(submit.to)
  if (address === null) {
    throw refused('number', `${submit.to}: expected 1–20 digits, with a leading + when international`)
  }
  const { coding, parts } = splitText(submit.text)
  if (submit.text === '') throw refused('text', 'expected a text, came an empty one')
  if (parts.length > MOST_PARTS) {
    throw refused('text', `expected a text of at most ${MOST_PARTS} messages, came ${parts.length}: shorten it`)
  }
  const flags = SUBMIT | (submit.wantsReport ? STATUS_REPORT_REQUEST : 0)
  const validity = validityOf(submit.validForMs)
  return parts.map((part, index) => {
    const header = parts.length === 1 ? [] : [5, 0, 3, submit.reference & 0xff, parts.length, index + 1]
    const first = header.length === 0 ? flags : flags | USER_DATA_HEADER
    // The modem puts in the message reference, and tells it.
    const head = [first, 0, ...address, 0, DATA_CODING[coding], validity]
    const tpdu = [...head, ...userData(part, coding, header)]
    return { hex: `00${hexOf(tpdu)}`, length: tpdu.length }
  })
}

/** The user data with its length in front: septets for the 7-bit alphabet, else octets. (3GPP TS 23.040 §9.2.3.16) */
function userData(text: string, coding: SmsCoding, header: readonly number[]): number[] {
  if (coding === 'ucs2') {
    const units = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at))
    const octets = [...header, ...units.flatMap((unit) => [unit >> 8, unit & 0xff])]
    return [octets.length, ...octets]
  }
  const septets = Array.from(text).flatMap((character) => septetsOf(character) ?? [])
  const isAlone = header.length === 0
  const packed = packSeptets(septets, isAlone ? 0 : HEADER_FILL_BITS)
  return [septets.length + (isAlone ? 0 : HEADER_SEPTETS), ...header, ...packed]
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** The relative validity period, rounded up. (3GPP TS 23.040 §9.2.3.12.1) */
function validityOf(ms: number): number {
  if (ms <= 12 * HOUR) return Math.max(0, Math.ceil(ms / (5 * MINUTE)) - 1)
  if (ms <= DAY) return 143 + Math.ceil((ms - 12 * HOUR) / (30 * MINUTE))
  if (ms <= 30 * DAY) return 166 + Math.ceil(ms / DAY)
  return Math.min(255, 192 + Math.ceil(ms / (7 * DAY)))
}

function refused(why: 'number' | 'text', message: string): HouseError {
  return new HouseError('notify/refused', message, { why })
}
