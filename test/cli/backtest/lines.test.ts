import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LineParser } from '../../../cli/backtest/line-parser.ts'
import { NumberReader } from '../../../cli/backtest/number-reader.ts'
import { slowLine } from '../../../cli/backtest/slow-line.ts'
import { SAMPLE_KINDS, SAMPLE_QUALITIES } from '../../../core/rules/sample-columns.ts'

interface Read {
  readonly point: string
  readonly at: number
  readonly value: number
  readonly kind: string
  readonly quality: string
  readonly extra: unknown
}

/** Everything a text comes to, through columns of `room` samples. */
function read(text: string, room = 1_000) {
  const names: string[] = []
  const parser = new LineParser(room, (ref) => (names.includes(ref) ? names.indexOf(ref) : names.push(ref) - 1))
  const bytes = Buffer.from(text)
  const rows: Read[] = []
  for (let place = 0; place < bytes.length;) {
    const next = parser.read(bytes, place, bytes.length)
    const { length, point, at, value, flag, more } = parser.take()
    for (let row = 0; row < length; row++) {
      rows.push({
        point: names[point[row]!]!,
        at: at[row]!,
        value: value[row]!,
        kind: SAMPLE_KINDS[flag[row]! & 3]!,
        quality: SAMPLE_QUALITIES[flag[row]! >> 2]!,
        extra: more.get(row) ?? null,
      })
    }
    if (next === place) break
    place = next
  }
  return { rows, malformed: parser.malformed }
}

/** What JSON.parse and the schema alone make of a line. */
function slow(line: string): Read | null {
  const found = slowLine(line)
  if (found === null) return null
  const { flag, extra, ...rest } = found
  return { ...rest, kind: SAMPLE_KINDS[flag & 3]!, quality: SAMPLE_QUALITIES[flag >> 2]!, extra }
}

const numberText = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.integer().map(String),
  fc.tuple(fc.integer(), fc.nat(999_999)).map(([whole, part]) => `${whole}.${part}`),
  fc.constantFrom('-0', '0.0', '1e3', '-1.5E-7', '12345678901234567890', '0.1234567890123456789', '1E+2'),
)
const value = fc.oneof(
  numberText,
  fc.constantFrom('true', 'false', 'null', '"open"', '"a\\"b"', 'NaN', '01', '1.', '-', '[]', '{}'),
)
const point = fc.constantFrom('"meter/power"', '"pump/running"', '"a/b"', '"\\u0061/b"', '"gate"', '""')
const quality = fc.constantFrom('"good"', '"uncertain"', '"bad"', '"fine"', 'null')
const gap = fc.constantFrom('', ' ', '  ')
const member = fc.oneof(
  fc.record({
    key: fc.constant('at'),
    text: fc.oneof(
      fc.nat(2 ** 31).map((n) => String(1.7e12 + n)),
      fc.constantFrom('1.5', '-1', '"x"', '1e12'),
    ),
  }),
  fc.record({ key: fc.constant('point'), text: point }),
  fc.record({ key: fc.constant('value'), text: value }),
  fc.record({ key: fc.constant('quality'), text: quality }),
  fc.record({ key: fc.constantFrom('unit', 'a', 'p'), text: fc.constantFrom('1', '"W"', '{"x":1}') }),
)
const usual = fc
  .tuple(fc.nat(2 ** 31), point, value, fc.option(quality))
  .map(([at, name, text, how]) => [
    { key: 'at', text: String(1.7e12 + at) },
    { key: 'point', text: name },
    { key: 'value', text },
    ...(how === null ? [] : [{ key: 'quality', text: how }]),
  ])
const line = fc
  .tuple(
    fc.oneof({ weight: 3, arbitrary: usual }, { weight: 1, arbitrary: fc.array(member, { maxLength: 6 }) }),
    gap,
    gap,
    fc.constantFrom('', '\r', ' '),
  )
  .map(
    ([members, a, b, end]) =>
      `{${a}${members.map(({ key, text }) => `"${key}"${b}:${a}${text}`).join(`${b},${a}`)}${b}}${end}`,
  )

describe('reading lines of a recording', () => {
  it('reads every line as JSON.parse would, and counts those that are none', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), fc.integer({ min: 1, max: 7 }), (lines, room) => {
        const expected = lines.map(slow)
        const { rows, malformed } = read(lines.map((text) => `${text}\n`).join(''), room)
        expect(rows).toEqual(expected.filter((row) => row !== null))
        expect(malformed.count).toBe(expected.filter((row) => row === null).length)
        expect(malformed.first?.line).toBe(malformed.count === 0 ? undefined : expected.indexOf(null) + 1)
      }),
      { numRuns: 400 },
    )
  })

  it('reads any number to the last bit', () => {
    fc.assert(
      fc.property(numberText, (text) => {
        const numbers = new NumberReader()
        const bytes = Buffer.from(`${text},`)
        expect(numbers.read(bytes, 0, bytes.length)).toBe(true)
        expect(Object.is(numbers.number, JSON.parse(text))).toBe(true)
        expect(numbers.place).toBe(text.length)
      }),
      { numRuns: 2_000 },
    )
  })

  it('takes events for states with what they tell, and text for text', () => {
    const text = [
      '{"at": 1, "point": "gate-camera/human", "event": {"kind": "person", "phase": "pulse", "conf": 0.8}}',
      '{"at": 2, "point": "gate/door", "event": {"kind": "door", "phase": "end"}}',
      '{"at": 3, "point": "meter/id", "value": "A7"}',
    ].join('\n')
    const { rows } = read(`${text}\n`)
    expect(rows.map(({ at, value: one, kind, extra }) => [at, one, kind, extra])).toEqual([
      [1, 1, 'state', { event: { kind: 'person', phase: 'pulse', confidence: 0.8 } }],
      [2, 0, 'state', { event: { kind: 'door', phase: 'end', confidence: null } }],
      [3, NaN, 'text', { text: 'A7' }],
    ])
  })

  it('goes on behind rubbish, and tells where the first of it is', () => {
    const good = '{"at": 5, "point": "a/b", "value": 1}'
    const { rows, malformed } = read(`\uFEFF${good}\n\nnonsense\n${good}\r\n{"at": 5\n${good}\n`)
    expect(rows).toHaveLength(3)
    expect(malformed).toEqual({ count: 2, first: { line: 3, text: 'nonsense' } })
  })
})
