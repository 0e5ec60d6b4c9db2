/** What an answer by SMS says: the code of a message, and what the person adds. */
export interface Reply {
  readonly code: string
  /** The rest of the text, trimmed; empty for a bare code. */
  readonly note: string
}

/** A code, alone or behind one short word and any signs, and then no further digit. */
const CODE = /^[^\p{L}\p{N}]*(?:\p{L}{1,12}[^\p{L}\p{N}]*)?(\d{4})(?!\d)/u

/**
 * Reads the code at the beginning of an answer: `4821`, `Q4821`, `ok 4821 on my way`, in half or full width. Null where there is none; a
 * number of more digits is no code.
 */
export function parseReply(text: string): Reply | null {
  const plain = text.normalize('NFKC').trim()
  const found = CODE.exec(plain)
  const code = found?.[1]
  if (found === null || code === undefined) return null
  const note = plain.slice(found[0].length).replace(/^[\s\p{P}\p{S}]+/u, '')
  return { code, note: note.trim().slice(0, 500) }
}

/** Digits a subscriber's number has at least without its country's. */
const LEAST_DIGITS = 7
/** Digits of an international prefix and country code at most. */
const MOST_PREFIX = 5

/** Whether two numbers are the same subscriber's. Of two international ones every digit counts; else one may lack the country's code. */
export function isSameNumber(one: string, other: string): boolean {
  const [a, b] = [digitsOf(one), digitsOf(other)]
  if (isInternational(one) && isInternational(other)) return withoutZeros(a) === withoutZeros(b)
  const [short, long] = a.length <= b.length ? [a, b] : [b, a]
  return short.length >= LEAST_DIGITS && long.length - short.length <= MOST_PREFIX && long.endsWith(short)
}

function isInternational(number: string): boolean {
  return /^\s*(\+|00)/.test(number)
}

function withoutZeros(digits: string): string {
  return digits.replace(/^00/, '')
}

function digitsOf(number: string): string {
  return number.replaceAll(/\D/g, '')
}
