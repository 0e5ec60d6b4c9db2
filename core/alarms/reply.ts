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

/**
 * A number without what only says where it is dialled from: +86, 0086, 86 before a whole number, the 0 of a trunk call. Two that are equal so
 * are one subscriber's. Senders that have a name keep it, in capitals.
 */
export function subscriberOf(number: string): string {
  const plain = number.normalize('NFKC').trim()
  if (/\p{L}/u.test(plain)) return plain.toUpperCase()
  const isInternational = /^\s*(\+|00)/.test(plain)
  const digits = plain.replaceAll(/\D/g, '').replace(/^00/, '')
  if (isInternational && !digits.startsWith('86')) return `+${digits}`
  const national = digits.length >= 12 && digits.startsWith('86') ? digits.slice(2) : digits
  return national.replace(/^0(?=\d{9,})/, '')
}

/** Shorter numbers are those of services, which many phones can show. */
const SUBSCRIBER = /^\+?\d{7,}$/

/** Whether two numbers are the same subscriber's, as `subscriberOf` has them. Never for a short code or a name. */
export function isSameNumber(one: string, other: string): boolean {
  const subscriber = subscriberOf(one)
  return SUBSCRIBER.test(subscriber) && subscriber === subscriberOf(other)
}
