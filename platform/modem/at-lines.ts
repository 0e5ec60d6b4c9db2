/** What a modem says: a line, or the sign that it waits for a message. */
export type AtToken = { readonly is: 'line'; readonly line: string } | { readonly is: 'prompt' }

/** Longer than any line of a modem; what goes on longer is noise. */
const MOST_LINE = 2_048
const CR = 0x0d
const LF = 0x0a

/** Finds lines in what a modem says, however it is cut into pieces. Bytes that are no printable ASCII are left out. */
export class AtLines {
  readonly #told: (token: AtToken) => void
  /** Whether a `>` at the beginning of a line is the prompt; any other time it is text. */
  readonly #isPromptAwaited: () => boolean
  #line = ''

  constructor(told: (token: AtToken) => void, isPromptAwaited: () => boolean) {
    this.#told = told
    this.#isPromptAwaited = isPromptAwaited
  }

  push(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (byte === CR || byte === LF) {
        const line = this.#line.trim()
        this.#line = ''
        if (line !== '') this.#told({ is: 'line', line })
      } else if (byte >= 0x20 && byte < 0x7f && this.#line.length < MOST_LINE) {
        this.#line += String.fromCharCode(byte)
        if (this.#line === '>' && this.#isPromptAwaited()) {
          this.#line = ''
          this.#told({ is: 'prompt' })
        }
      }
    }
  }
}
