import { UtcMs } from '../contract/time.ts'
import { textOfSeptets, unpackSeptets } from './sms-alphabet.ts'
import { decodeAddress, nibblesOf, octetsOf } from './sms-octets.ts'

/** Which part of a longer text a message is. */
export interface PartOf {
  /** The same in all parts of one text from one sender. */
  readonly reference: number
  /** How many parts there are, 1–255. */
  readonly of: number
  /** Which one this is, from 1. */
  readonly number: number
}

/** A message that came: SMS-DELIVER. */
export interface DeliveredText {
  readonly is: 'text'
  /** With a leading + when international; letters when the sender has a name. */
  readonly from: string
  readonly text: string
  /** When the service centre took it; null when it does not say so properly. */
  readonly sentAt: UtcMs | null
  readonly part: PartOf | null
}

/** What became of a message that was sent: SMS-STATUS-REPORT. */
export interface StatusReport {
  readonly is: 'report'
  /** The reference its part got when it was sent, 0–255. */
  readonly reference: number
  readonly to: string
  /** TP-Status, 0–255; `fateOf` reads it. */
  readonly status: number
  /** When it was delivered or given up; null when the service centre does not say so properly. */
  readonly at: UtcMs | null
}

/** What is no such message, and why. */
export interface RefusedPdu {
  readonly is: 'refused'
  readonly why: string
}

/** What a modem hands over in hex, with the service centre address in front. Never throws. (3GPP TS 23.040 §9.2.2.1, §9.2.2.3) */
export function decodePdu(hex: string): DeliveredText | StatusReport | RefusedPdu {
  const octets = octetsOf(hex)
  if (octets === null) return refused('expected hex, came other characters or half an octet')
  const centre = octets[0]
  const tpdu = octets.subarray(1 + (centre ?? 0))
  const first = tpdu[0]
  if (first === undefined)
    return refused(`expected a message behind the service centre's address, came ${octets.length} octets`)
  switch (first & 0b11) {
    case 0b00:
      return decodeDeliver(tpdu, (first & USER_DATA_HEADER) !== 0)
    case 0b10:
      return decodeReport(tpdu)
    default:
      return refused('expected a message that came, came one that was written here')
  }
}

/**
 * What a TP-Status means. `unproven`: the service centre is done with it and cannot say whether it arrived. `trying`: it goes
 * on. Reserved values read as refused. (3GPP TS 23.040 §9.2.3.15)
 */
export function fateOf(status: number): 'delivered' | 'unproven' | 'trying' | 'failed' {
  if (status === 0) return 'delivered'
  if (status < 0x20) return 'unproven'
  return status < 0x40 ? 'trying' : 'failed'
}

const USER_DATA_HEADER = 0x40
const STAMP_OCTETS = 7
/** Longest user data. (§9.2.3.24) */
const MOST_DATA = 140

function decodeDeliver(tpdu: Uint8Array, hasHeader: boolean): DeliveredText | RefusedPdu {
  const sender = decodeAddress(tpdu.subarray(1))
  if (sender === null) return refused('expected the address of a sender')
  const at = 1 + sender.length
  const coding = tpdu[at + 1]
  const stamp = tpdu.subarray(at + 2, at + 2 + STAMP_OCTETS)
  const count = tpdu[at + 2 + STAMP_OCTETS]
  if (coding === undefined || count === undefined) return refused(`expected more than ${tpdu.length} octets`)
  const alphabet = alphabetOf(coding)
  if (alphabet === 'octets' || alphabet === 'compressed') return refused(`expected a text, came ${alphabet}`)
  const length = alphabet === 'gsm7' ? Math.ceil((count * 7) / 8) : count
  const data = tpdu.subarray(at + 3 + STAMP_OCTETS)
  if (length > MOST_DATA || data.length < length) {
    return refused(`expected ${length} octets of text, at most ${MOST_DATA}, came ${data.length}`)
  }
  const header = hasHeader ? headerOf(data.subarray(0, length)) : NO_HEADER
  if (header === null) return refused('expected a header within the text')
  if (header.isForProgram) return refused('expected a text, came data for a program')
  const text =
    alphabet === 'gsm7' ? septetText(data, count, header.length) : unitText(data.subarray(header.length, length))
  return { is: 'text', from: sender.number, text, sentAt: decodeStamp(stamp), part: header.part }
}

function decodeReport(tpdu: Uint8Array): StatusReport | RefusedPdu {
  const reference = tpdu[1]
  const receiver = decodeAddress(tpdu.subarray(2))
  if (reference === undefined || receiver === null) return refused('expected the address of a receiver')
  const at = 2 + receiver.length + STAMP_OCTETS
  const status = tpdu[at + STAMP_OCTETS]
  if (status === undefined) return refused(`expected a status, came ${tpdu.length} octets`)
  const stamp = decodeStamp(tpdu.subarray(at, at + STAMP_OCTETS))
  return { is: 'report', reference, to: receiver.number, status, at: stamp }
}

/** (3GPP TS 23.038 §4) */
function alphabetOf(coding: number): 'gsm7' | 'ucs2' | 'octets' | 'compressed' {
  const group = coding >> 4
  if (group < 8) {
    if ((coding & 0x20) !== 0) return 'compressed'
    const bits = (coding >> 2) & 0b11
    return bits === 1 ? 'octets' : bits === 2 ? 'ucs2' : 'gsm7'
  }
  if (group === 0xe) return 'ucs2'
  return group === 0xf && (coding & 0x04) !== 0 ? 'octets' : 'gsm7'
}

interface Header {
  /** Octets it takes, its own length octet included. */
  readonly length: number
  readonly part: PartOf | null
  /** It names a port, which is a program and no person. */
  readonly isForProgram: boolean
}

const NO_HEADER: Header = { length: 0, part: null, isForProgram: false }

/** (3GPP TS 23.040 §9.2.3.24) */
function headerOf(data: Uint8Array): Header | null {
  const length = 1 + (data[0] ?? 0)
  if (data.length < length) return null
  let part: PartOf | null = null
  let isForProgram = false
  for (let at = 1; at < length;) {
    const kind = data[at] ?? 0
    const size = data[at + 1] ?? 0
    const value = data.subarray(at + 2, at + 2 + size)
    at += 2 + size
    if (at > length) return null
    if (kind === 0x00 || kind === 0x08) part = partOf(value) ?? part
    if (kind === 0x04 || kind === 0x05) isForProgram = true
  }
  return { length, part, isForProgram }
}

/** Null for what the standard says to take no notice of. */
function partOf(value: Uint8Array): PartOf | null {
  const isWide = value.length === 4
  if (!isWide && value.length !== 3) return null
  const [first = 0, second = 0] = value
  const reference = isWide ? (first << 8) | second : first
  const [of = 0, number = 0] = value.subarray(isWide ? 2 : 1)
  return number === 0 || number > of ? null : { reference, of, number }
}

function septetText(data: Uint8Array, count: number, headerLength: number): string {
  const taken = Math.ceil((headerLength * 8) / 7)
  const fillBits = taken * 7 - headerLength * 8
  return textOfSeptets(unpackSeptets(data.subarray(headerLength), Math.max(0, count - taken), fillBits))
}

/** UTF-16, as every phone reads what the standard calls UCS-2. */
function unitText(data: Uint8Array): string {
  let text = ''
  for (let at = 0; at + 1 < data.length; at += 2) {
    text += String.fromCharCode(((data[at] ?? 0) << 8) | (data[at + 1] ?? 0))
  }
  return text
}

/** Years from here on are of the last century. */
const CENTURY_PIVOT = 70

/** A time stamp with its zone in quarter hours; null when it is none. (3GPP TS 23.040 §9.2.3.11) */
export function decodeStamp(octets: Uint8Array): UtcMs | null {
  if (octets.length < STAMP_OCTETS) return null
  const nibbles = nibblesOf(octets)
  const zoneTens = nibbles[12] ?? 0
  const isWest = (zoneTens & 0x8) !== 0
  const quarters = (zoneTens & 0x7) * 10 + (nibbles[13] ?? 0)
  if (nibbles.slice(0, 12).some((nibble) => nibble > 9) || (nibbles[13] ?? 0) > 9) return null
  const numbers = Array.from({ length: 6 }, (_, at) => (nibbles[at * 2] ?? 0) * 10 + (nibbles[at * 2 + 1] ?? 0))
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = numbers
  const isDate = month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24 && minute < 60 && second < 60
  if (!isDate) return null
  const local = Date.UTC(year + (year < CENTURY_PIVOT ? 2000 : 1900), month - 1, day, hour, minute, second)
  const utc = UtcMs.safeParse(local - (isWest ? -1 : 1) * quarters * 15 * 60_000)
  return utc.success ? utc.data : null
}

function refused(why: string): RefusedPdu {
  return { is: 'refused', why }
}
