import { parseReply as codeAtStart } from '../../../core/alarms/reply.ts'
import { REPLY_WORDS } from './reply-texts.ts'

/** What somebody found out, as the digit after the code. */
export const REPLY_RESULTS = ['confirmed', 'authorised', 'known-appliance', 'sensor-fault', 'nothing-found'] as const
export type ReplyResult = (typeof REPLY_RESULTS)[number]

/** What an answer by SMS asks for. */
export type ParsedReply =
  | { readonly is: 'acknowledge'; readonly code: string; readonly result: ReplyResult | null; readonly note: string }
  | { readonly is: 'arrived'; readonly code: string | null; readonly note: string }
  | { readonly is: 'check-in'; readonly note: string }
  | { readonly is: 'unclear' }

const MOST_NOTE = 500
/** `Q7`: a code without its leading zeros, and then no further letter or digit. */
const SHORT_CODE = /^[^\p{L}\p{N}]*Q\s*(\d{1,3})(?![\p{L}\p{N}])/iu
const RESULT = /^([1-5])(?!\d)/

/**
 * Reads an answer in half or full width, with or without signs between its parts: `Q7`, `q 4821`, `4821 2`, `4821 2 on my way`,
 * an arrival word alone or with a code, a check-in word. What follows is the note, at most 500 characters.
 */
export function parseReply(text: string): ParsedReply {
  const plain = text.normalize('NFKC').trim()
  const arrived = afterWord(plain, REPLY_WORDS.arrived)
  if (arrived !== null) {
    const code = codeIn(arrived)
    return code === null
      ? { is: 'arrived', code: null, note: noteOf(arrived) }
      : { is: 'arrived', code: code.code, note: noteOf(code.rest) }
  }
  const checkedIn = afterWord(plain, REPLY_WORDS.checkIn)
  if (checkedIn !== null && codeIn(checkedIn) === null) return { is: 'check-in', note: noteOf(checkedIn) }
  const found = codeIn(plain)
  if (found === null) return { is: 'unclear' }
  const digit = RESULT.exec(found.rest)?.[1]
  const result = digit === undefined ? null : (REPLY_RESULTS[Number(digit) - 1] ?? null)
  return {
    ...{ is: 'acknowledge', code: found.code, result },
    note: noteOf(result === null ? found.rest : found.rest.slice(1)),
  }
}

/** What stands behind one of `words` at the beginning; null where none does. A word of letters ends with a sign, a space or a digit. */
function afterWord(plain: string, words: readonly string[]): string | null {
  const lower = plain.toLowerCase()
  for (const word of words) {
    if (!lower.startsWith(word)) continue
    const rest = plain.slice(word.length)
    const isWhole = !/^[a-z]/i.test(rest) || !/[a-z]$/.test(word)
    if (isWhole) return rest
  }
  return null
}

function codeIn(plain: string): { readonly code: string; readonly rest: string } | null {
  const whole = codeAtStart(plain)
  if (whole !== null) return { code: whole.code, rest: whole.note }
  const short = SHORT_CODE.exec(plain)
  const digits = short?.[1]
  if (short === null || digits === undefined) return null
  return { code: digits.padStart(4, '0'), rest: withoutSigns(plain.slice(short[0].length)) }
}

function withoutSigns(text: string): string {
  return text.replace(/^[\s\p{P}\p{S}]+/u, '')
}

function noteOf(text: string): string {
  return withoutSigns(text).trim().slice(0, MOST_NOTE)
}
