/** Basic table of the GSM 7-bit default alphabet; position is the code. ESC stands at 27. (3GPP TS 23.038 §6.2.1) */
const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'

const ESC = 0x1b

/** Characters behind an ESC. (3GPP TS 23.038 §6.2.1.1) */
const EXTENSION: ReadonlyMap<number, string> = new Map([
  [0x0a, '\f'],
  [0x14, '^'],
  [0x28, '{'],
  [0x29, '}'],
  [0x2f, '\\'],
  [0x3c, '['],
  [0x3d, '~'],
  [0x3e, ']'],
  [0x40, '|'],
  [0x65, '€'],
])

const CODES: ReadonlyMap<string, readonly number[]> = new Map([
  ...Array.from(BASIC)
    .map((character, code): [string, number[]] => [character, [code]])
    .filter(([, [code]]) => code !== ESC),
  ...[...EXTENSION].map(([code, character]): [string, number[]] => [character, [ESC, code]]),
])

/** The codes of one character, one or two septets; null when the alphabet has no such character. */
export function septetsOf(character: string): readonly number[] | null {
  return CODES.get(character) ?? null
}

/** The text septets stand for. An unknown pair reads as its second character, as the standard has it; a last ESC as nothing. */
export function textOfSeptets(septets: readonly number[]): string {
  let text = ''
  for (let at = 0; at < septets.length; at += 1) {
    const code = septets[at] ?? 0
    if (code !== ESC) {
      text += BASIC[code] ?? ''
      continue
    }
    at += 1
    const second = septets[at]
    // ESC ESC is kept free for a further table and is shown as a space.
    if (second !== undefined) text += second === ESC ? ' ' : (EXTENSION.get(second) ?? BASIC[second] ?? '')
  }
  return text
}

/** Septets as octets, the first septet behind `fillBits` (0–6) empty bits. (3GPP TS 23.038 §6.1.2.1) */
export function packSeptets(septets: readonly number[], fillBits = 0): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((fillBits + septets.length * 7) / 8))
  septets.forEach((septet, index) => {
    const bit = fillBits + index * 7
    const at = bit >> 3
    const wide = (septet & 0x7f) << (bit & 7)
    bytes[at] = (bytes[at] ?? 0) | (wide & 0xff)
    if (wide > 0xff) bytes[at + 1] = (bytes[at + 1] ?? 0) | (wide >> 8)
  })
  return bytes
}

/** `count` septets out of octets, the first behind `fillBits` bits. Bits that are not there read as 0. */
export function unpackSeptets(bytes: Uint8Array, count: number, fillBits = 0): number[] {
  return Array.from({ length: count }, (_, index) => {
    const bit = fillBits + index * 7
    const at = bit >> 3
    const wide = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)
    return (wide >> (bit & 7)) & 0x7f
  })
}
