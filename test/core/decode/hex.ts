/** Bytes written as hex pairs. */
export function hex(text: string): Uint8Array {
  return Uint8Array.from(text.split(' '), (pair) => Number.parseInt(pair, 16))
}
