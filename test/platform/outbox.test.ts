import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MonoMs } from '../../core/contract/time.ts'
import { OutboxLane } from '../../platform/outbox.ts'

const options = { resendMs: 100, window: 3 }
const at = (ms: number) => MonoMs.parse(ms)

describe('an outbox lane', () => {
  it('sends each row once until its receipt is overdue', () => {
    const lane = new OutboxLane(options)
    lane.add({ key: 'a', group: 'a' })
    expect(lane.take(at(0))).toEqual(['a'])
    expect(lane.take(at(99))).toEqual([])
    expect(lane.take(at(100))).toEqual(['a'])
    expect(lane.receipted('a')).toBe(true)
    expect(lane.receipted('a')).toBe(false)
    expect(lane.take(at(1_000))).toEqual([])
  })

  it('keeps no more than its window on the way, and lets what was never sent go before what is sent again', () => {
    const lane = new OutboxLane(options)
    for (const key of ['a', 'b', 'c', 'd', 'e']) lane.add({ key, group: key })
    expect(lane.take(at(0))).toEqual(['a', 'b', 'c'])
    expect(lane.take(at(50))).toEqual([])
    expect(lane.take(at(100))).toEqual(['d', 'e', 'a'])
  })

  it('gives as many as are asked for, and waits for a receipt from when a row has gone out as a whole', () => {
    const lane = new OutboxLane(options)
    for (const key of ['a', 'b']) lane.add({ key, group: key })
    expect(lane.take(at(0), 1)).toEqual(['a'])
    lane.gone('a', at(80))
    lane.gone('never taken', at(80))
    expect(lane.take(at(100))).toEqual(['b'])
    expect(lane.take(at(179))).toEqual([])
    expect(lane.take(at(180))).toEqual(['a'])
  })

  it('sends everything again after a new connection', () => {
    const lane = new OutboxLane(options)
    lane.add({ key: 'a', group: 'a' })
    lane.take(at(0))
    lane.restart()
    expect(lane.take(at(1))).toEqual(['a'])
  })

  it('brings every row over, in order in its group, whatever is lost, doubled or cut on the way', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('add' as const), group: fc.constantFrom('x', 'y', 'z') }),
      fc.record({ kind: fc.constant('send' as const), arrives: fc.boolean(), receipt: fc.boolean() }),
      fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 150 }) }),
      fc.record({ kind: fc.constant('restart' as const) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const lane = new OutboxLane(options)
        const added: string[] = []
        const arrived: string[] = []
        let now = 0
        const send = (arrives: boolean, receipt: boolean) => {
          for (const key of lane.take(at(now))) {
            if (arrives && !arrived.includes(key)) arrived.push(key)
            if (arrives && receipt) lane.receipted(key)
          }
        }
        for (const one of steps) {
          if (one.kind === 'add') {
            const key = `${one.group}${added.length}`
            added.push(key)
            lane.add({ key, group: one.group })
          } else if (one.kind === 'send') send(one.arrives, one.receipt)
          else if (one.kind === 'wait') now += one.ms
          else lane.restart()
        }
        for (let round = 0; lane.size > 0 && round <= added.length; round += 1) {
          now += 100
          send(true, true)
        }
        expect(lane.size).toBe(0)
        expect(new Set(arrived)).toEqual(new Set(added))
        for (const group of ['x', 'y', 'z']) {
          const order = arrived.filter((key) => key.startsWith(group))
          expect(order).toEqual(added.filter((key) => key.startsWith(group)))
        }
      }),
    )
  })
})
