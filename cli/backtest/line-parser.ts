import { type SampleColumns, type SampleExtra, sampleFlag } from '../../core/rules/sample-columns.ts'
import type { Malformed, PointNumbers } from '../../dashboard/server/rules/recording.ts'
import { NumberReader } from './number-reader.ts'
import { PointNames } from './point-names.ts'
import { type RecordedLine, slowLine } from './slow-line.ts'

const GOOD_NUMBER = sampleFlag('number', 'good')
const GOOD_STATE = sampleFlag('state', 'good')
const BAD_NONE = sampleFlag('none', 'bad')
/** A quality stands above the two bits of the kind. */
const QUALITIES = ['good', 'uncertain', 'bad'].map((word, number) => ({ bytes: Buffer.from(`"${word}"`), number }))

const KEYS = ['at', 'point', 'value', 'quality'].map((word) => Buffer.from(`"${word}"`))
const [AT, POINT, VALUE, QUALITY] = [0, 1, 2, 3]
const WORDS = [
  { bytes: Buffer.from('true'), value: 1, flag: GOOD_STATE },
  { bytes: Buffer.from('false'), value: 0, flag: GOOD_STATE },
  { bytes: Buffer.from('null'), value: NaN, flag: BAD_NONE },
]
const [LF, CR, TAB, SPACE, QUOTE, COMMA, COLON, NINE, OPEN, CLOSE] = [10, 13, 9, 32, 34, 44, 58, 57, 123, 125]

/**
 * Reads lines of `{"at": ms, "point": "device/point", "value": …, "quality": …}` into columns: byte by byte where they have this shape, in
 * whatever order, and through JSON.parse where they have not. Both ways read the same.
 */
export class LineParser {
  readonly #room: number
  readonly #numberOf: PointNumbers
  readonly #names: PointNames
  readonly #numbers = new NumberReader()
  readonly #point: Int32Array
  readonly #at: Float64Array
  readonly #value: Float64Array
  readonly #flag: Uint8Array
  #more = new Map<number, SampleExtra>()
  #length = 0
  #lines = 0
  #malformed = 0
  #first: Malformed['first'] = null
  /** What the members of the line have said so far. */
  #line = { at: NaN, point: -1, value: NaN, flag: -1, quality: 0 }

  /** `room`: samples of one set of columns. */
  constructor(room: number, numberOf: PointNumbers) {
    this.#room = room
    this.#numberOf = numberOf
    this.#names = new PointNames(numberOf)
    this.#point = new Int32Array(room)
    this.#at = new Float64Array(room)
    this.#value = new Float64Array(room)
    this.#flag = new Uint8Array(room)
  }

  get malformed(): Malformed {
    return { count: this.#malformed, first: this.#first }
  }

  /** Reads whole lines until the columns are full or the bytes at their end; answers where the next line begins. */
  read(bytes: Buffer, from: number, to: number): number {
    let place = from
    while (place < to && this.#length < this.#room) {
      const next = this.#fast(bytes, place, to)
      if (next >= 0) {
        this.#push(this.#line)
        this.#lines += 1
        place = next
        continue
      }
      const end = bytes.indexOf(LF, place)
      if (end < 0 || end >= to) return place
      this.#slow(bytes.toString('utf8', place, end))
      place = end + 1
    }
    return place
  }

  /** The samples read since the last call; the next `read` overwrites them. */
  take(): SampleColumns {
    const more = this.#more
    if (more.size > 0) this.#more = new Map()
    const length = this.#length
    this.#length = 0
    return { length, point: this.#point, at: this.#at, value: this.#value, flag: this.#flag, more }
  }

  /** Reads a line of the usual shape; answers the place behind it, or −1 where it has another or its end is not there yet. */
  #fast(bytes: Buffer, from: number, to: number): number {
    if (bytes[from] !== OPEN) return -1
    const line = this.#line
    line.at = NaN
    line.point = -1
    line.flag = -1
    line.quality = 0
    let place = from + 1
    for (;;) {
      place = this.#member(bytes, spaceFrom(bytes, place), to)
      if (place < 0) return -1
      place = spaceFrom(bytes, place)
      if (bytes[place] !== COMMA) break
      place += 1
    }
    if (bytes[place] !== CLOSE || line.flag < 0 || line.point < 0) return -1
    place += 1
    while (bytes[place] === SPACE || bytes[place] === CR || bytes[place] === TAB) place += 1
    if (place >= to || bytes[place] !== LF || !(line.at >= 0) || !Number.isInteger(line.at)) return -1
    if (line.flag !== BAD_NONE) line.flag |= line.quality << 2
    return place + 1
  }

  /** Reads `"key": value`; answers the place behind it, or −1. */
  #member(bytes: Buffer, from: number, to: number): number {
    const key = keyAt(bytes, from)
    const name = KEYS[key]
    if (name === undefined) return -1
    let place = spaceFrom(bytes, from + name.length)
    if (bytes[place] !== COLON) return -1
    place = spaceFrom(bytes, place + 1)
    const line = this.#line
    if (key === AT) {
      if (!this.#numbers.read(bytes, place, to)) return -1
      line.at = this.#numbers.number
      return this.#numbers.place
    }
    if (key === POINT) {
      if (bytes[place] !== QUOTE) return -1
      line.point = this.#names.read(bytes, place + 1, to)
      return line.point < 0 ? -1 : this.#names.place
    }
    if (key === VALUE) return this.#valueAt(bytes, place, to)
    for (const { bytes: word, number } of QUALITIES) {
      if (!isAt(word, bytes, place)) continue
      line.quality = number
      return place + word.length
    }
    return -1
  }

  #valueAt(bytes: Buffer, place: number, to: number): number {
    const line = this.#line
    if ((bytes[place] ?? 0) <= NINE) {
      if (!this.#numbers.read(bytes, place, to)) return -1
      line.value = this.#numbers.number
      line.flag = GOOD_NUMBER
      return this.#numbers.place
    }
    for (const word of WORDS) {
      if (!isAt(word.bytes, bytes, place)) continue
      line.value = word.value
      line.flag = word.flag
      return place + word.bytes.length
    }
    return -1
  }

  #slow(text: string): void {
    const trimmed = text.replace(/^\uFEFF/, '').trim()
    if (trimmed !== '') {
      const line = slowLine(trimmed)
      if (line === null) this.#fail(trimmed)
      else this.#keep(line)
    }
    this.#lines += 1
  }

  #keep({ point, extra, ...line }: RecordedLine): void {
    if (extra !== null) this.#more.set(this.#length, extra)
    const kind = extra !== null && 'event' in extra ? extra.event.kind : undefined
    this.#push({ ...line, point: this.#numberOf(point, kind) })
  }

  #fail(text: string): void {
    this.#malformed += 1
    this.#first ??= { line: this.#lines + 1, text: text.slice(0, 80) }
  }

  #push({ at, point, value, flag }: { at: number; point: number; value: number; flag: number }): void {
    const place = this.#length++
    this.#at[place] = at
    this.#point[place] = point
    this.#value[place] = value
    this.#flag[place] = flag
  }
}

/** Which of KEYS stands here, told by its first letter; −1 for another. */
function keyAt(bytes: Buffer, place: number): number {
  const letter = bytes[place + 1]
  const key = letter === 97 ? AT : letter === 112 ? POINT : letter === 118 ? VALUE : letter === 113 ? QUALITY : -1
  const name = KEYS[key]
  return name !== undefined && isAt(name, bytes, place) ? key : -1
}

function spaceFrom(bytes: Buffer, from: number): number {
  let place = from
  while (bytes[place] === SPACE) place += 1
  return place
}

function isAt(word: Buffer, bytes: Buffer, from: number): boolean {
  for (let index = 0; index < word.length; index++) if (bytes[from + index] !== word[index]) return false
  return true
}
