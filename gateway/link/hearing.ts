import type { Found } from './field-bus.ts'

/** What has been heard since a question went out, and by when it must be an answer. */
export interface Hearing<A> {
  readonly seen: Uint8Array
  /** The answer in it, null where there is none. */
  readonly found: Found<A> | null
  /** Whether a whole but damaged answer is in it. */
  readonly isGarbled: boolean
  /** Monotonic time now, and of the last byte, in ms. */
  readonly now: number
  readonly lastSign: number
  /** How long the line must be silent after an answer before it is believed, and after a damaged one to be given up. */
  readonly silenceMs: number
  readonly garbledMs: number
  /** No answer is believed before: a second one would have come by then. */
  readonly notBefore: number
  readonly deadline: number
}

/** What it comes to. */
export type Verdict<A> =
  | { readonly is: 'answer'; readonly found: Found<A> }
  /** Nothing yet; to be judged again then, or when more bytes come. */
  | { readonly is: 'listening'; readonly until: number; readonly isExact: boolean }
  | { readonly is: 'malformed'; readonly why: string; readonly found: Found<A> | null }
  | { readonly is: 'silent' }

/** Bytes of 00 or FF that a transceiver makes when it lets go of the line. */
const MOST_GLITCHES = 2

/**
 * Judges what was heard. A frame with a fitting CRC alone is not enough: one in 65,536 damaged ones has that. It is believed
 * when the line falls silent behind it, as it does behind every real frame; a copy of itself may follow, and glitches of
 * the transceiver. (MODBUS over Serial Line V1.02 §2.5.1.1)
 */
export function judge<A>(hearing: Hearing<A>): Verdict<A> {
  const { seen, found, isGarbled, now, lastSign, silenceMs, garbledMs, notBefore, deadline } = hearing
  if (found !== null) {
    const silentAt = Math.max(lastSign + silenceMs, notBefore)
    if (now < silentAt) return { is: 'listening', until: silentAt, isExact: true }
    if (isHarmless(seen.subarray(found.end), seen.subarray(found.start, found.end))) return { is: 'answer', found }
    const count = seen.length - found.end
    return { is: 'malformed', why: `${count} bytes followed the answer without a pause`, found }
  }
  const garbledAt = lastSign + garbledMs
  if (isGarbled && now >= garbledAt) return { is: 'malformed', why: 'the answer came damaged', found }
  if (now < deadline) {
    return { is: 'listening', until: isGarbled ? Math.min(garbledAt, deadline) : deadline, isExact: false }
  }
  return seen.length === 0
    ? { is: 'silent' }
    : { is: 'malformed', why: `${seen.length} bytes came, but no answer to the request`, found }
}

/** Whether what follows an answer leaves it as good as it was. */
function isHarmless(rest: Uint8Array, answer: Uint8Array): boolean {
  const isCopy = rest.length >= answer.length && answer.every((byte, index) => rest[index] === byte)
  const behind = isCopy ? rest.subarray(answer.length) : rest
  return behind.length <= MOST_GLITCHES && behind.every((byte) => byte === 0x00 || byte === 0xff)
}
