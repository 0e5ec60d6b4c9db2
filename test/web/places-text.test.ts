import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesText } from '../../dashboard/web/show/bytes.ts'
import { scopeOfText, textOfScope } from '../../dashboard/web/stores/places-text.ts'

const name = fc.stringMatching(/^[a-z试验乡]{1,6}$/)

describe('the places somebody may see', () => {
  it('are read as they were written', () => {
    const villages = fc.array(fc.record({ town: name, village: name }))
    fc.assert(
      fc.property(fc.array(name), villages, (towns, within) => {
        const isAll = towns.length + within.length === 0
        const scope = isAll ? ({ of: 'county' } as const) : ({ of: 'places', towns, villages: within } as const)
        expect(scopeOfText(textOfScope(scope as never))).toEqual(scope)
      }),
    )
  })

  it('are the whole county where nothing is named', () => {
    expect(scopeOfText(' \n ')).toEqual({ of: 'county' })
    expect(scopeOfText(' 云栖乡 \n\n石坡镇/ 北沟村')).toEqual({
      of: 'places',
      towns: ['云栖乡'],
      villages: [{ town: '石坡镇', village: '北沟村' }],
    })
  })
})

describe('an amount of bytes', () => {
  it.each([
    [0, '0 B'],
    [1_023, '1023 B'],
    [1_024, '1.0 KB'],
    [1_536, '1.5 KB'],
    [157_286_400, '150 MB'],
    [5_368_709_120, '5.0 GB'],
  ])('%s is %s', (bytes, text) => {
    expect(bytesText(bytes)).toBe(text)
  })
})
