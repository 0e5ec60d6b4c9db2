/** 16-bit words as hex pairs. */
export function wordsText(words: readonly number[]): string {
  return words.map((word) => hexText([word >>> 8, word & 0xff])).join(' ')
}

/** Bytes as hex pairs. */
export function hexText(bytes: Iterable<number>): string {
  return Array.from(bytes, (byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ')
}
