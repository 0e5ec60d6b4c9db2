import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonOf, lineCutter } from '../../../platform/watch-line/lines.ts'
import { LineMessage, LineRequest, MOST_LINE_BYTES } from '../../../platform/watch-line/messages.ts'

const text = (line: ReturnType<ReturnType<typeof lineCutter>>[number]) => (line.is === 'line' ? line.text : null)

describe('lines of a stream', () => {
  it('are the same however the stream is cut', () => {
    const lines = fc.array(
      fc.string({ unit: 'grapheme' }).map((line) => line.replaceAll('\n', ' ')),
      { maxLength: 20 },
    )
    fc.assert(
      fc.property(lines, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (all, sizes) => {
        const bytes = Buffer.from(all.map((line) => `${line}\n`).join(''))
        const cut = lineCutter()
        const found: (string | null)[] = []
        for (let at = 0, n = 0; at < bytes.length; n += 1) {
          const size = sizes[n % sizes.length] ?? 1
          found.push(...cut(bytes.subarray(at, at + size)).map(text))
          at += size
        }
        expect(found).toEqual(all.map((line) => Buffer.from(line).toString('utf8')))
      }),
      { numRuns: 2_000 },
    )
  })

  it('end with one that is too long, and nothing comes after it', () => {
    const cut = lineCutter()
    expect(cut(Buffer.from('a\n'))).toEqual([{ is: 'line', text: 'a' }])
    expect(cut(Buffer.alloc(MOST_LINE_BYTES, 'x'))).toEqual([])
    expect(cut(Buffer.from('xx\nb\n'))).toEqual([{ is: 'too-long' }])
    expect(cut(Buffer.from('c\n'))).toEqual([])
  })

  it('that are no requests and no messages are told apart from those that are, whatever they are', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (line) => {
        const value = jsonOf(line)
        for (const schema of [LineRequest, LineMessage]) {
          const parsed = schema.safeParse(value)
          if (parsed.success) expect(schema.parse(jsonOf(JSON.stringify(parsed.data)))).toEqual(parsed.data)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
