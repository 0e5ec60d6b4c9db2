import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Turns } from '../../../gateway/link/turns.ts'

const never = new AbortController().signal

describe('turns on a bus', () => {
  it('are held by one at a time, whoever asks how often', async () => {
    const units = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 16 })
    await fc.assert(
      fc.asyncProperty(units, async (asking) => {
        const turns = new Turns(() => 1)
        let holders = 0
        let most = 0
        await Promise.all(
          asking.map(async (unit) => {
            using _turn = await turns.take(String(unit), 'poll', never)
            holders += 1
            most = Math.max(most, holders)
            await Promise.resolve()
            holders -= 1
          }),
        )
        expect(most).toBeLessThanOrEqual(1)
      }),
      { numRuns: 50 },
    )
  })

  it('go round the units, so that one that asks a lot does not crowd out the others', async () => {
    const turns = new Turns(() => 1)
    const served: number[] = []
    const first = await turns.take('9', 'poll', never)
    const asked = [1, 1, 1, 2, 3].map(async (unit) => {
      using _turn = await turns.take(String(unit), 'poll', never)
      served.push(unit)
    })
    first[Symbol.dispose]()
    await Promise.all(asked)
    expect(served).toEqual([1, 2, 3, 1, 1])
  })

  it('are not given to one who has stopped waiting', async () => {
    const turns = new Turns(() => 1)
    const giveUp = new AbortController()
    const first = await turns.take('1', 'poll', never)
    const refused = turns.take('2', 'poll', giveUp.signal)
    const next = turns.take('3', 'poll', never)
    giveUp.abort(new Error('no longer'))
    await expect(refused).rejects.toThrow('no longer')
    first[Symbol.dispose]()
    await expect(next).resolves.toBeDefined()
  })

  it('pass on once, however often one is given back', async () => {
    const turns = new Turns(() => 1)
    const first = await turns.take('1', 'poll', never)
    const second = turns.take('1', 'poll', never)
    const third = turns.take('1', 'poll', never)
    first[Symbol.dispose]()
    first[Symbol.dispose]()
    let thirdHas = false
    void third.then(() => (thirdHas = true))
    await second
    await Promise.resolve()
    expect(thirdHas).toBe(false)
  })

  it('end for all who wait when the bus is closed', async () => {
    const turns = new Turns(() => 1)
    await turns.take('1', 'poll', never)
    const waiting = turns.take('2', 'poll', never)
    turns.close(new Error('closed'))
    await expect(waiting).rejects.toThrow('closed')
    await expect(turns.take('3', 'poll', never)).rejects.toThrow('closed')
  })

  it('are refused to a unit for which too many wait already', async () => {
    const turns = new Turns(() => 1)
    await turns.take('1', 'poll', never)
    const waiting = Array.from({ length: 16 }, () => turns.take('2', 'poll', never))
    await expect(turns.take('2', 'poll', never)).rejects.toMatchObject({ code: 'link/busy' })
    const another = turns.take('3', 'poll', never)
    turns.close(new Error('over'))
    const outcomes = await Promise.allSettled([...waiting, another])
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true)
  })
})
