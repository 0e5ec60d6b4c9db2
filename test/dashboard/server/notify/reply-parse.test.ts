import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseReply } from '../../../../dashboard/server/notify/reply-parse.ts'

const acknowledges = (code: string, result: string | null = null, note = '') => ({
  is: 'acknowledge',
  code,
  result,
  note,
})

describe('an answer by SMS', () => {
  it.each([
    ['Q7', acknowledges('0007')],
    ['q 4821', acknowledges('4821')],
    ['Ｑ４８２１', acknowledges('4821')],
    ['4821', acknowledges('4821')],
    ['  4821。', acknowledges('4821')],
    ['签收 4821', acknowledges('4821')],
    ['签收4821', acknowledges('4821')],
    ['4821 2', acknowledges('4821', 'authorised')],
    ['Q4821，５', acknowledges('4821', 'nothing-found')],
    ['Q7 2', acknowledges('0007', 'authorised')],
    ['4821 1 已派人去看', acknowledges('4821', 'confirmed', '已派人去看')],
    ['4821 已派人去看', acknowledges('4821', null, '已派人去看')],
    ['4821 12 men there', acknowledges('4821', null, '12 men there')],
    ['4821 6', acknowledges('4821', null, '6')],
    ['ok 4821 on my way', acknowledges('4821', null, 'on my way')],
    ['到', { is: 'arrived', code: null, note: '' }],
    ['到 4821', { is: 'arrived', code: '4821', note: '' }],
    ['已到场4821 门是开的', { is: 'arrived', code: '4821', note: '门是开的' }],
    ['ARRIVED 4821', { is: 'arrived', code: '4821', note: '' }],
    ['arrived q7 gate open', { is: 'arrived', code: '0007', note: 'gate open' }],
    ['签到', { is: 'check-in', note: '' }],
    ['签到 在岗', { is: 'check-in', note: '在岗' }],
    ['check in', { is: 'check-in', note: '' }],
    ['好的', { is: 'unclear' }],
    ['Q', { is: 'unclear' }],
    ['Q48210', { is: 'unclear' }],
    ['13900000001', { is: 'unclear' }],
    ['', { is: 'unclear' }],
  ])('%j is read as %j', (text, parsed) => {
    expect(parseReply(text)).toEqual(parsed)
  })

  it('is read whatever it says, and gives a code of 4 digits or none', () => {
    const piece = fc.constantFrom('Q', 'q', '到', '签到', '签收', '4821', '7', '２', ' ', '，', 'arrived', '\n', 'x')
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'grapheme' }),
          fc.array(piece).map((parts) => parts.join('')),
        ),
        (text) => {
          const parsed = parseReply(text)
          if (parsed.is === 'acknowledge') expect(parsed.code).toMatch(/^\d{4}$/)
          if (parsed.is !== 'unclear') expect(parsed.note.length).toBeLessThanOrEqual(500)
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('finds code, result and note again in every way they are written', () => {
    const written = fc.record({
      code: fc.integer({ min: 0, max: 9_999 }).map((code) => String(code).padStart(4, '0')),
      before: fc.constantFrom('', 'Q', 'q', 'Q ', 'Ｑ', '签收', '签收 ', '收到：'),
      result: fc.constantFrom(null, 1, 2, 3, 4, 5),
      between: fc.constantFrom(' ', '，', ', ', '  '),
      note: fc.constantFrom('', '已派人', 'on my way'),
    })
    const results = ['confirmed', 'authorised', 'known-appliance', 'sensor-fault', 'nothing-found']
    fc.assert(
      fc.property(written, ({ code, before, result, between, note }) => {
        const text = `${before}${code}${result === null ? '' : `${between}${result}`}${note === '' ? '' : between}${note}`
        expect(parseReply(text)).toEqual(
          acknowledges(code, result === null ? null : (results[result - 1] ?? null), note),
        )
      }),
      { numRuns: 2_000 },
    )
  })
})
