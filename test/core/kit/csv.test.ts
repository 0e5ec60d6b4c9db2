import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvText, readCsv } from '../../../core/kit/csv.ts'

const cell = fc
  .array(fc.constantFrom('a', '中', '"', ',', ';', '\n', '\r\n', '=', '+', "'", '-', ' ', '7'))
  .map((parts) => parts.join(''))
const rowsRead = (text: string) => {
  const read = readCsv(text)
  return 'rows' in read ? read.rows.map(({ cells }) => cells) : read
}

describe('CSV', () => {
  it('is read as it was written, whatever is in its cells', () => {
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { minLength: 1 }), (rows) => {
        const written = rows.map((row) => ['x,', ...row])
        expect(rowsRead(csvText(written))).toEqual(written)
      }),
    )
  })

  it('begins with the mark by which spreadsheets know UTF-8, and ends its lines as RFC 4180 says', () => {
    expect(csvText([['井', 'a"b'], ['1,2']])).toBe('\ufeff井,"a""b"\r\n"1,2"\r\n')
  })

  it('writes nothing that a spreadsheet takes for a formula', () => {
    for (const sign of ['=', '+', '-', '@']) expect(csvText([[`${sign}1`]])).toBe(`\ufeff'${sign}1\r\n`)
  })

  it('tells the line of each row as a spreadsheet counts it, over cells with line ends in them', () => {
    const read = readCsv('a,b\n"1\n2",3\n\n4,5')
    expect(read).toEqual({
      rows: [
        { line: 1, cells: ['a', 'b'] },
        { line: 2, cells: ['1\n2', '3'] },
        { line: 5, cells: ['4', '5'] },
      ],
    })
  })

  it('reads semicolons and tabs where no comma stands in the head', () => {
    expect(rowsRead('a;b\n1,5;2')).toEqual([
      ['a', 'b'],
      ['1,5', '2'],
    ])
    expect(rowsRead('a\tb\r\n1\t2\r\n')).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ])
  })

  it('says where a quote is not closed', () => {
    expect(readCsv('a,b\n1,"2\n3,4')).toEqual({ openQuoteAt: 2 })
  })
})
