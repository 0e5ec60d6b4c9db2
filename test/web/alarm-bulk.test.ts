import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Alarm } from '../../core/contract/alarm.ts'
import { rowOf } from '../../core/alarms/alarm-row.ts'
import { HouseError } from '../../core/kit/errors.ts'
import { bulkPlan, HOLD_MS, MOST_AT_ONCE, openBulkDesk } from '../../dashboard/web/stores/alarm-bulk.ts'
import { alarmWith } from './support/alarms.ts'
import { handClock } from './support/hand-clock.ts'
import { someRows } from './support/rows.ts'

const settle = () => new Promise((resolve) => setImmediate(resolve))

function bulkDesk({ fails = 0, changed = new Set<string>() } = {}) {
  const clock = handClock(0)
  const sent: (readonly string[])[] = []
  const learnt: Alarm[] = []
  let left = fails
  const bulk = openBulkDesk({
    clock,
    learn: (alarm) => learnt.push(alarm),
    mayStill: (id) => !changed.has(id),
    send: (ids) => {
      if (left-- > 0) return Promise.reject(new HouseError('link/down', 'gone'))
      sent.push(ids)
      return Promise.resolve(ids.map((id) => alarmWith({ id, site: 'a', state: 'acked', version: 2 })))
    },
  })
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 250) {
      clock.advance(250)
      await settle()
    }
  }
  return { bulk, sent, learnt, pass }
}

describe('acknowledging many', () => {
  it('takes at most 200 open ones that nobody has acknowledged, none of them red, and says why the rest stay', () => {
    fc.assert(
      fc.property(someRows, (rows) => {
        const { ids, red, done, over } = bulkPlan(rows)
        expect(ids.length + red + done + over).toBe(rows.length)
        const chosen = rows.filter(({ id }) => ids.includes(id))
        expect(chosen.every(({ priority, state }) => priority !== 'red' && state !== 'closed')).toBe(true)
      }),
    )
    const many = Array.from({ length: 250 }, (_, n) => rowOf(alarmWith({ id: `a.b.${n}`, site: 'a' })))
    expect(bulkPlan(many)).toMatchObject({ over: 50, red: 0 })
    expect(bulkPlan(many).ids.length).toBe(MOST_AT_ONCE)
  })

  it('is held for ten seconds, counts down, and is sent once', async () => {
    const { bulk, sent, learnt, pass } = bulkDesk()
    bulk.mark(['a.b.1', 'a.b.2'])
    bulk.hold(['a.b.1', 'a.b.2'], ' 检修 ')
    expect([bulk.marked.value.size, bulk.held.value?.note]).toEqual([0, '检修'])
    await pass(HOLD_MS - 250)
    expect(sent).toEqual([])
    expect(bulk.held.value?.leftMs).toBe(250)
    await pass(500)
    expect(sent).toEqual([['a.b.1', 'a.b.2']])
    expect(learnt.map(({ state }) => state)).toEqual(['acked', 'acked'])
    expect(bulk.outcome.value).toEqual({ is: 'sent', count: 2, left: 0 })
    await pass(HOLD_MS)
    expect(sent.length).toBe(1)
  })

  it('has not happened when it is undone', async () => {
    const { bulk, sent, pass } = bulkDesk()
    bulk.hold(['a.b.1'], '检修')
    await pass(9_000)
    expect(bulk.undo()).toBe(true)
    await pass(60_000)
    expect([sent, bulk.outcome.value]).toEqual([[], { is: 'undone', count: 1 }])
    expect(bulk.undo()).toBe(false)
  })

  it('has its own ten seconds when another was undone before', async () => {
    const { bulk, sent, pass } = bulkDesk()
    bulk.hold(['a.b.1'], '检修')
    await pass(6_000)
    bulk.undo()
    bulk.hold(['a.b.2'], '检修')
    await pass(HOLD_MS - 250)
    expect(sent).toEqual([])
    await pass(500)
    expect(sent).toEqual([['a.b.2']])
  })

  it('goes out at once when the page is left, and when another one begins', async () => {
    const { bulk, sent, pass } = bulkDesk()
    bulk.hold(['a.b.1'], '检修')
    bulk.hold(['a.b.2'], '已派人')
    await settle()
    expect(sent).toEqual([['a.b.1']])
    bulk.flush()
    await pass(HOLD_MS * 2)
    expect(sent).toEqual([['a.b.1'], ['a.b.2']])
  })

  it('leaves out what has changed meanwhile, and says so', async () => {
    const { bulk, sent, pass } = bulkDesk({ changed: new Set(['a.b.1']) })
    bulk.hold(['a.b.1', 'a.b.2'], '检修')
    await pass(HOLD_MS + 250)
    expect([sent, bulk.outcome.value]).toEqual([[['a.b.2']], { is: 'sent', count: 1, left: 1 }])
  })

  it('says when it did not go through, and can be sent again', async () => {
    const { bulk, sent, pass } = bulkDesk({ fails: 1 })
    bulk.hold(['a.b.1'], '检修')
    await pass(HOLD_MS + 250)
    expect(bulk.outcome.value?.is).toBe('failed')
    bulk.retry()
    await settle()
    expect([sent.length, bulk.outcome.value?.is]).toEqual([1, 'sent'])
    bulk.dismiss()
    expect(bulk.outcome.value).toBeNull()
  })

  it('sends each thing it was given exactly once or not at all, whatever is done in whatever order', async () => {
    const step = fc.oneof(
      fc.constant('undo' as const),
      fc.constant('flush' as const),
      fc.integer({ min: 1, max: 50 }).map((n) => ({ hold: n })),
      fc.integer({ min: 1, max: 48 }).map((n) => ({ pass: n * 250 })),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
        const { bulk, sent, pass } = bulkDesk()
        const undone: string[] = []
        const given: string[] = []
        for (const [place, one] of steps.entries()) {
          const held = bulk.held.value?.ids[0]
          if (one === 'undo' && bulk.undo() && held !== undefined) undone.push(held)
          else if (one === 'flush') bulk.flush()
          else if (typeof one === 'object' && 'hold' in one) {
            const id = `a.b.${place}x${one.hold}`
            given.push(id)
            bulk.hold([id], '检修')
          } else if (typeof one === 'object') await pass(one.pass)
        }
        await pass(HOLD_MS + 500)
        const all = sent.flat()
        expect(new Set(all).size).toBe(all.length)
        expect([...all, ...undone].sort()).toEqual([...given].sort())
      }),
      { numRuns: 40 },
    )
  })
})
