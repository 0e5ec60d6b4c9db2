const [PLUS, MINUS, DOT, ZERO, NINE, UPPER_E, LOWER_E] = [43, 45, 46, 48, 57, 69, 101]

/** Whole numbers of so many digits, and their quotients by a power of ten, are exact. */
const EXACT_DIGITS = 15
const POWERS = Array.from({ length: EXACT_DIGITS + 1 }, (_, power) => 10 ** power)

/** Reads JSON numbers out of bytes. What was read stands in it until the next: a hundred million objects would be as many to throw away. */
export class NumberReader {
  number = NaN
  /** The place behind it. */
  place = 0
  #digits = 0
  #whole = 0

  /** Whether a number begins at `from` and ends before `to`, in the grammar of JSON. (RFC 8259 §6) */
  read(bytes: Buffer, from: number, to: number): boolean {
    const isNegative = bytes[from] === MINUS
    const begin = isNegative ? from + 1 : from
    this.#digits = 0
    this.#whole = 0
    let place = this.#readDigits(bytes, begin)
    if (place === begin || (place > begin + 1 && bytes[begin] === ZERO)) return false
    let decimals = 0
    if (bytes[place] === DOT) {
      const point = place + 1
      place = this.#readDigits(bytes, point)
      decimals = place - point
      if (decimals === 0) return false
    }
    const isExact = this.#digits <= EXACT_DIGITS && bytes[place] !== LOWER_E && bytes[place] !== UPPER_E
    if (!isExact) place = endOfPower(bytes, place)
    if (place < 0 || place >= to) return false
    this.place = place
    if (isExact) {
      const size = decimals === 0 ? this.#whole : this.#whole / (POWERS[decimals] ?? 1)
      this.number = isNegative ? -size : size
      return true
    }
    this.number = Number(bytes.toString('latin1', from, place))
    return Number.isFinite(this.number)
  }

  #readDigits(bytes: Buffer, from: number): number {
    let place = from
    let whole = this.#whole
    let digit = bytes[place] ?? 0
    while (digit >= ZERO && digit <= NINE) {
      whole = whole * 10 + (digit - ZERO)
      digit = bytes[++place] ?? 0
    }
    this.#whole = whole
    this.#digits += place - from
    return place
  }
}

/** The place behind a power of ten, where there is one; −1 for one without digits. */
function endOfPower(bytes: Buffer, from: number): number {
  if (bytes[from] !== LOWER_E && bytes[from] !== UPPER_E) return from
  let place = from + 1
  if (bytes[place] === PLUS || bytes[place] === MINUS) place += 1
  const begin = place
  for (let digit = bytes[place] ?? 0; digit >= ZERO && digit <= NINE; digit = bytes[++place] ?? 0);
  return place === begin ? -1 : place
}
