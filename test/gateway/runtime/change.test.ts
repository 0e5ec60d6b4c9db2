import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { changed, changeOf, fatesOf, type Piece } from '../../../gateway/runtime/change.ts'

const pieces = fc
  .uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), fc.constantFrom('1', '2', '3')), {
    selector: ([id]) => id,
  })
  .map((list) => list.map(([id, key]): Piece => ({ id, key })))

describe('a change of pieces', () => {
  it('leaves exactly what is wanted, in its order', () => {
    fc.assert(
      fc.property(pieces, pieces, (from, to) => {
        expect(changed(changeOf(from, to))).toEqual(to)
      }),
    )
  })

  it('keeps the very objects that run where they are the same, and no others', () => {
    fc.assert(
      fc.property(pieces, pieces, (from, to) => {
        for (const piece of changed(changeOf(from, to))) {
          const ran = from.find(({ id }) => id === piece.id)
          expect(piece === ran).toBe(ran?.key === piece.key)
        }
      }),
    )
  })

  it('stops and starts nothing that is the same, and each piece at most once', () => {
    fc.assert(
      fc.property(pieces, pieces, (from, to) => {
        const { kept, stopped, started } = changeOf(from, to)
        expect([...kept, ...stopped].map(({ id }) => id).sort()).toEqual(from.map(({ id }) => id).sort())
        expect([...kept, ...started].map(({ id }) => id).sort()).toEqual(to.map(({ id }) => id).sort())
      }),
    )
  })

  it('leads back by the way it came', () => {
    fc.assert(
      fc.property(pieces, pieces, (from, to) => {
        expect(changed(changeOf(changed(changeOf(from, to)), from))).toEqual(from)
      }),
    )
  })

  it('is told by what became of each', () => {
    const from = [
      { id: 'same', key: '1' },
      { id: 'other', key: '1' },
      { id: 'old', key: '1' },
    ]
    const to = [
      { id: 'new', key: '1' },
      { id: 'other', key: '2' },
      { id: 'same', key: '1' },
    ]
    const told = { kept: ['same'], restarted: ['other'], added: ['new'], removed: ['old'] }
    expect(fatesOf(changeOf(from, to))).toEqual(told)
  })
})
