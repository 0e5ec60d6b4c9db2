import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { utcMs } from '../../../core/contract/time.ts'
import { Awaited } from '../../../platform/modem/awaited.ts'
import { handClock } from '../../support/hand-clock.ts'

const at = utcMs(1_790_000_000_000)
const sent = (id: string, to: string, refs: readonly number[]) => ({ id, to, refs, at })
const report = (reference: number, to: string, status = 0) => ({ is: 'report' as const, reference, to, status, at })
const awaited = (texts: Parameters<Awaited['add']>[0][] = []) => new Awaited(handClock(), texts)

describe('reports of deliveries', () => {
  it('decide each text once, whatever their order and wherever the count of references stands', () => {
    const texts = fc.integer({ min: 0, max: 255 }).chain((first) =>
      fc
        .array(fc.record({ phone: fc.nat(3), parts: fc.integer({ min: 1, max: 4 }) }), { minLength: 1, maxLength: 60 })
        .map((all) => {
          let next = first
          return all.map(({ phone, parts }, index) => {
            const refs = Array.from({ length: parts }, () => next++ % 256)
            return sent(`t${index}`, `+861390000000${phone}`, refs)
          })
        }),
    )
    const shuffledReports = texts.chain((texts) => {
      const reports = texts.flatMap(({ to, refs }) => refs.map((reference) => report(reference, to.slice(3))))
      return fc.shuffledSubarray(reports, { minLength: reports.length }).map((reports) => ({ texts, reports }))
    })
    fc.assert(
      fc.property(shuffledReports, ({ texts, reports }) => {
        const waiting = awaited(texts)
        const decided = reports.flatMap((one) => waiting.take(one) ?? [])
        expect(decided.map(({ id }) => id).sort()).toEqual(texts.map(({ id }) => id).sort())
        for (const { outcome } of decided) expect(outcome).toBe('delivered')
        expect(reports.flatMap((one) => waiting.take(one) ?? [])).toEqual([])
      }),
    )
  })

  it('of another phone or of another reference decide nothing', () => {
    const waiting = awaited([sent('a', '13900000001', [5])])
    expect(waiting.take(report(6, '+8613900000001'))).toBeNull()
    expect(waiting.take(report(5, '+8613900000002'))).toBeNull()
    expect(waiting.take(report(5, '+8613900000001', 0x30))).toBeNull()
    expect(waiting.take(report(5, '+8613900000001'))).toMatchObject({
      id: 'a',
      to: '13900000001',
      outcome: 'delivered',
    })
  })

  it('may come before the text is known to be sent', () => {
    const waiting = awaited()
    expect(waiting.take(report(5, '+8613900000001'))).toBeNull()
    expect(waiting.add(sent('a', '+8613900000001', [5]))).toMatchObject([{ id: 'a', outcome: 'delivered' }])
    expect(waiting.add(sent('b', '+8613900000001', [5]))).toEqual([])
  })

  it('mean the newest text when a reference came round again', () => {
    const waiting = awaited([sent('old', '+8613900000001', [5]), sent('new', '+8613900000001', [5])])
    expect(waiting.take(report(5, '+8613900000001'))?.id).toBe('new')
    expect(waiting.take(report(5, '+8613900000001'))?.id).toBe('old')
  })

  it('of one part that failed decide the text', () => {
    const waiting = awaited([sent('a', '+8613900000001', [1, 2, 3])])
    expect(waiting.take(report(2, '+8613900000001', 0x41))).toMatchObject({ id: 'a', outcome: 'failed', status: 0x41 })
    expect(waiting.take(report(1, '+8613900000001'))).toBeNull()
    expect(waiting.take(report(3, '+8613900000001'))).toBeNull()
  })

  it('without proof end the waiting and are not told', () => {
    const waiting = awaited([sent('a', '+8613900000001', [1])])
    expect(waiting.take(report(1, '+8613900000001', 0x01))).toBeNull()
    expect(waiting.take(report(1, '+8613900000001', 0x00))).toBeNull()
  })
})
