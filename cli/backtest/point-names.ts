const [QUOTE, BACKSLASH, SPACE, DEL] = [34, 92, 32, 127]

interface Name {
  readonly bytes: Buffer
  readonly number: number
  /** The name that came after it the last time: recordings go round. */
  next: Name | null
}

/** More names than these are no names of points. */
const MOST_NAMES = 100_000

/** The numbers of names that stand in bytes, without making texts of them. */
export class PointNames {
  readonly #numberOf: (ref: string) => number
  readonly #byHash = new Map<number, Name[]>()
  #count = 0
  #last: Name | null = null
  /** The place behind the closing quote of what was read last. */
  place = 0

  constructor(numberOf: (ref: string) => number) {
    this.#numberOf = numberOf
  }

  /** The number of the name that begins at `from`, behind its opening quote; −1 where no plain one ends before `to`. */
  read(bytes: Buffer, from: number, to: number): number {
    const guess = this.#last?.next ?? null
    if (guess !== null && this.#isAt(guess, bytes, from, to)) {
      this.#last = guess
      return guess.number
    }
    let hash = 0
    let end = from
    for (; end < to; end++) {
      const byte = bytes[end] ?? 0
      if (byte === QUOTE) break
      if (byte === BACKSLASH || byte < SPACE || byte >= DEL) return -1
      hash = (Math.imul(hash, 31) + byte) | 0
    }
    if (end >= to || end === from) return -1
    const name = this.#find(hash, bytes.subarray(from, end))
    if (name === null) return -1
    if (this.#last !== null) this.#last.next = name
    this.#last = name
    this.place = end + 1
    return name.number
  }

  #isAt({ bytes: name }: Name, bytes: Buffer, from: number, to: number): boolean {
    const end = from + name.length
    if (end >= to || bytes[end] !== QUOTE) return false
    // Names of one site often begin alike.
    for (let index = name.length - 1; index >= 0; index--) if (bytes[from + index] !== name[index]) return false
    this.place = end + 1
    return true
  }

  #find(hash: number, bytes: Buffer): Name | null {
    const alike = this.#byHash.get(hash) ?? []
    const known = alike.find((name) => name.bytes.equals(bytes))
    if (known !== undefined) return known
    if (this.#count >= MOST_NAMES) return null
    this.#count += 1
    const name = { bytes: Buffer.from(bytes), number: this.#numberOf(bytes.toString('latin1')), next: null }
    this.#byHash.set(hash, [...alike, name])
    return name
  }
}
