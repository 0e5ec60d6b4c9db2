import type { NoticeMessage } from '../../core/contract/notice.ts'

/** Bytes of a text in UTF-8. */
export function bytesOf(text: string): number {
  return Buffer.byteLength(text)
}

/** The start of a text in at most `most` bytes, cut between characters and ended by … where something is missing. */
export function cutBytes(text: string, most: number): string {
  if (bytesOf(text) <= most) return text
  const room = most - bytesOf('…')
  let cut = ''
  let bytes = 0
  for (const character of text) {
    bytes += bytesOf(character)
    if (bytes > room) break
    cut += character
  }
  return `${cut}…`
}

/** A message as one text of at most `most` bytes: title and text, or title and the short form where that is too much. */
export function fitting({ title, text, short }: NoticeMessage, most: number): string {
  const whole = `${title}\n${text}`
  return bytesOf(whole) <= most ? whole : cutBytes(`${title}\n${short}`, most)
}
