/**
 * What a network does with PDUs, seen from its side and written apart from the driver's codec: it reads what a modem submits
 * and writes what a modem receives. Strings of bits instead of octets, on purpose.
 */

/** Alphabet of a phone that sends 7-bit texts. (3GPP TS 23.038 §6.2.1) */
const ALPHABET = [
  '@£$¥èéùìòÇ\nØø\rÅå',
  'Δ_ΦΓΛΩΠΨΣΘΞ\0ÆæßÉ',
  ' !"#¤%&\'()*+,-./',
  '0123456789:;<=>?',
  '¡ABCDEFGHIJKLMNO',
  'PQRSTUVWXYZÄÖÑÜ§',
  '¿abcdefghijklmno',
  'pqrstuvwxyzäöñüà',
].join('')
const BEHIND_ESC: Readonly<Record<string, number>> = {
  ...{ '\f': 10, '^': 20, '{': 40, '}': 41, '\\': 47 },
  ...{ '[': 60, '~': 61, ']': 62, '|': 64, '€': 101 },
}

/** A message as a modem submits it. */
export interface Submitted {
  readonly to: string
  readonly text: string
  readonly wantsReport: boolean
  readonly isUcs2: boolean
  readonly part: { readonly reference: number; readonly of: number; readonly number: number } | null
}

/** Reads an SMS-SUBMIT in hex; null for what is none, or is shorter or longer than `length` octets of TPDU. */
export function readSubmit(hex: string, length: number): Submitted | null {
  const octets = (hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16))
  if (hex.length % 2 === 1 || octets.some(Number.isNaN)) return null
  const tpdu = octets.slice(1 + (octets[0] ?? 0))
  const [first = 0, , digits = 0, type = 0] = tpdu
  if (tpdu.length !== length || (first & 3) !== 1) return null
  const isInternational = (type & 0x70) === 0x10
  const dialled = tpdu
    .slice(4, 4 + Math.ceil(digits / 2))
    .map((octet) => hexOctet(octet).split('').reverse().join(''))
    .join('')
    .slice(0, digits)
  const rest = tpdu.slice(4 + Math.ceil(digits / 2))
  const period = [0, 7, 1, 7][(first >> 3) & 3] ?? 0
  const coding = rest[1] ?? 0
  const count = rest[2 + period] ?? 0
  const data = rest.slice(3 + period)
  const headerOctets = (first & 0x40) === 0 ? 0 : 1 + (data[0] ?? 0)
  const isUcs2 = coding === 8
  const text = isUcs2
    ? Buffer.from(data.slice(headerOctets, count)).swap16().toString('utf16le')
    : readSeptets(data, count, Math.ceil((headerOctets * 8) / 7))
  const part = headerOctets === 6 ? { reference: data[3] ?? 0, of: data[4] ?? 0, number: data[5] ?? 0 } : null
  return { to: isInternational ? `+${dialled}` : dialled, text, wantsReport: (first & 0x20) !== 0, isUcs2, part }
}

/** What a phone sends and when, as milliseconds since 1970. */
export interface Sent {
  readonly from: string
  readonly text: string
  readonly at: number
  readonly part?: { readonly reference: number; readonly of: number; readonly number: number }
}

/** SMS-DELIVER in hex with a service centre in front, and how long its TPDU is. 7-bit when the text fits, else UCS-2. */
export function writeDeliver({ from, text, at, part }: Sent): { hex: string; length: number } {
  const septets = septetsOf(text)
  const header = part === undefined ? '' : `050003${[part.reference, part.of, part.number].map(hexOctet).join('')}`
  const first = part === undefined ? '04' : '44'
  const head = `${first}${address(from)}00${septets === null ? '08' : '00'}${stamp(at)}`
  const data = septets === null ? unitData(text, header) : septetData(septets, header)
  return withCentre(`${head}${data}`)
}

/** What the network tells of a message it had. */
export interface Told {
  readonly reference: number
  readonly to: string
  readonly at: number
  /** TP-Status. */
  readonly status: number
}

/** SMS-STATUS-REPORT in hex with a service centre in front, and how long its TPDU is. */
export function writeReport({ reference, to, at, status }: Told): { hex: string; length: number } {
  return withCentre(`06${hexOctet(reference)}${address(to)}${stamp(at)}${stamp(at)}${hexOctet(status)}`)
}

/** A text as the parts a phone would send it in. */
export function partsOf(text: string): string[] {
  const characters = Array.from(text)
  const isUcs2 = septetsOf(text) === null
  const size = (piece: readonly string[]) => (isUcs2 ? piece.join('').length : (septetsOf(piece.join('')) ?? []).length)
  if (size(characters) <= (isUcs2 ? 70 : 160)) return [text]
  const parts: string[][] = [[]]
  for (const character of characters) {
    const last = parts.at(-1) ?? []
    if (size([...last, character]) > (isUcs2 ? 67 : 153)) parts.push([character])
    else last.push(character)
  }
  return parts.map((part) => part.join(''))
}

function withCentre(tpdu: string): { hex: string; length: number } {
  return { hex: `0891683108000005F0${tpdu}`, length: tpdu.length / 2 }
}

function readSeptets(data: readonly number[], count: number, skip: number): string {
  // Written from the right, the bits of all octets are one number in which every seven stand for a character.
  const bits = data
    .map((octet) => octet.toString(2).padStart(8, '0'))
    .reverse()
    .join('')
  let text = ''
  for (let at = skip; at < count; at += 1) {
    const end = bits.length - at * 7
    const code = Number.parseInt(bits.slice(Math.max(0, end - 7), end) || '0', 2)
    const before = bits.length - (at - 1) * 7
    const isBehindEsc = at > skip && Number.parseInt(bits.slice(before - 7, before), 2) === 27
    const extended = Object.entries(BEHIND_ESC).find(([, value]) => value === code)
    if (isBehindEsc) text += extended?.[0] ?? ALPHABET[code] ?? ''
    else if (code !== 27) text += ALPHABET[code] ?? ''
  }
  return text
}

function septetsOf(text: string): number[] | null {
  const codes: number[] = []
  for (const character of text) {
    const code = character === '\0' ? -1 : ALPHABET.indexOf(character)
    const extended = BEHIND_ESC[character]
    if (extended !== undefined) codes.push(27, extended)
    else if (code >= 0) codes.push(code)
    else return null
  }
  return codes
}

function septetData(septets: readonly number[], header: string): string {
  const skip = Math.ceil((header.length * 4) / 7)
  const body = septets
    .map((septet) => septet.toString(2).padStart(7, '0'))
    .reverse()
    .join('')
  const bits = `${body}${'0'.repeat(skip * 7 - header.length * 4)}`
  const padded = bits.padStart(Math.ceil(bits.length / 8) * 8, '0')
  const octets = (padded.match(/.{8}/g) ?? []).reverse().map((octet) => hexOctet(Number.parseInt(octet, 2)))
  return `${hexOctet(septets.length + skip)}${header}${octets.join('')}`
}

function unitData(text: string, header: string): string {
  const body = Buffer.from(text, 'utf16le').swap16().toString('hex').toUpperCase()
  return `${hexOctet((header.length + body.length) / 2)}${header}${body}`
}

/** Letters make a sender with a name, as banks have. */
function address(number: string): string {
  if (/[^+\d]/.test(number)) {
    const packed = septetData(septetsOf(number) ?? [], '').slice(2)
    const nibbles = Math.ceil((number.length * 7) / 4)
    return `${hexOctet(nibbles)}D0${packed}`
  }
  const digits = number.replace('+', '')
  const pairs = digits.length % 2 === 0 ? digits : `${digits}F`
  return `${hexOctet(digits.length)}${number.startsWith('+') ? '91' : '81'}${swapped(pairs)}`
}

/** China's time, eight hours ahead: 32 quarters. */
function stamp(at: number): string {
  const digits = new Date(at + 8 * 3_600_000).toISOString().replaceAll(/\D/g, '').slice(2, 14)
  return swapped(`${digits}32`)
}

function swapped(digits: string): string {
  return digits.replaceAll(/(.)(.)/g, '$2$1')
}

function hexOctet(octet: number): string {
  return octet.toString(16).padStart(2, '0').toUpperCase()
}
