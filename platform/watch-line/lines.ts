import { MOST_LINE_BYTES } from './messages.ts'

const NEWLINE = 0x0a

/** A piece of a stream that is one whole line, or the sign that somebody speaks another language. */
export type Line = { readonly is: 'line'; readonly text: string } | { readonly is: 'too-long' }

/** Cuts a stream of bytes into lines, however it was cut on its way. After `too-long` nothing more comes out of it. */
export function lineCutter(): (bytes: Uint8Array) => Line[] {
  let pieces: Uint8Array[] = []
  let held = 0
  let isSpoilt = false
  return (bytes) => {
    if (isSpoilt) return []
    const lines: Line[] = []
    let rest = bytes
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
      if (held + end > MOST_LINE_BYTES) break
      lines.push({ is: 'line', text: Buffer.concat([...pieces, rest.subarray(0, end)]).toString('utf8') })
      pieces = []
      held = 0
      rest = rest.subarray(end + 1)
    }
    pieces.push(rest)
    held += rest.length
    if (held <= MOST_LINE_BYTES) return lines
    isSpoilt = true
    pieces = []
    return [...lines, { is: 'too-long' }]
  }
}

/** A line of JSON as a value; undefined for what is none. */
export function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
