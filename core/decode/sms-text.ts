import { septetsOf } from './sms-alphabet.ts'

/** How characters are written: `gsm7` where every one is in that alphabet, `ucs2` otherwise. */
export type SmsCoding = 'gsm7' | 'ucs2'

/** A text as the messages it is sent in. */
export interface SplitText {
  readonly coding: SmsCoding
  readonly parts: readonly string[]
}

/** Room of a message alone and of one of several, in septets and in UTF-16 units. (3GPP TS 23.040 §9.2.3.24.1) */
const ROOM = { gsm7: { alone: 160, part: 153 }, ucs2: { alone: 70, part: 67 } } as const

/** A text in as few messages as it fits into; no character is ever divided between two. An empty text is one empty message. */
export function splitText(text: string): SplitText {
  const characters = Array.from(text)
  const coding = characters.every((character) => septetsOf(character) !== null) ? 'gsm7' : 'ucs2'
  const size = (character: string) => (coding === 'gsm7' ? (septetsOf(character)?.length ?? 0) : character.length)
  const whole = characters.reduce((sum, character) => sum + size(character), 0)
  if (whole <= ROOM[coding].alone) return { coding, parts: [text] }
  const parts: string[] = []
  let part = ''
  let used = 0
  for (const character of characters) {
    if (used + size(character) > ROOM[coding].part) {
      parts.push(part)
      part = ''
      used = 0
    }
    part += character
    used += size(character)
  }
  return { coding, parts: [...parts, part] }
}
