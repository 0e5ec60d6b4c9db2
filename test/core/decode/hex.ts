/** Bytes written as hex pairs. */
export function hex(text: string): Uint8Array {
  return Uint8Array.from(text.split(' '), (pair) => Number.parseInt(pair, 16))
}

/** Bytes written as hex digits, in lines with a remark each, two spaces or more behind the digits. */
export function bytesOf(text: string): Uint8Array {
  const digits = text.split('\n').map((line) => (line.trim().split(/\s{2,}/)[0] ?? '').replaceAll(' ', ''))
  return Uint8Array.from(Buffer.from(digits.join(''), 'hex'))
}
