import { setImmediate as settled } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { MOST_SPARKLINES, type Sparkline } from '../../core/contract/register.ts'
import { utcMs } from '../../core/contract/time.ts'
import { openSparkBook } from '../../dashboard/web/stores/spark-book.ts'
import { handClock } from './support/hand-clock.ts'

const lineOf = (site: string): Sparkline => ({
  ...{ site, point: null, quantity: null, from: utcMs(0), to: utcMs(1), mean: [], picture: null },
})

function opened() {
  const clock = handClock(0)
  const asked: string[][] = []
  const fails = { now: false }
  const book = openSparkBook((sites) => {
    asked.push([...sites])
    return fails.now ? Promise.reject(new Error('away')) : Promise.resolve(sites.map(lineOf))
  }, clock)
  const pass = async (ms: number) => {
    clock.advance(ms)
    await settled()
  }
  return { pass, asked, fails, book }
}

describe('the last days of the rows that are seen', () => {
  it('are asked for together, and not for rows that only flew past', async () => {
    const { pass, asked, book } = opened()
    book.want('a')
    book.want('flown-by')()
    book.want('b')
    await pass(300)
    expect(asked).toEqual([['a', 'b']])
    expect([...book.known.value.keys()]).toEqual(['a', 'b'])
  })

  it('are asked for 200 at a time', async () => {
    const { pass, asked, book } = opened()
    for (let n = 0; n < 450; n += 1) book.want(`s-${n}`)
    for (let n = 0; n < 4; n += 1) await pass(300)
    expect(asked.map(({ length }) => length)).toEqual([MOST_SPARKLINES, MOST_SPARKLINES, 50])
  })

  it('are asked for again after five minutes while they are seen, and not after', async () => {
    const { pass, asked, book } = opened()
    book.want('a')
    const leave = book.want('b')
    await pass(300)
    leave()
    for (let n = 0; n < 320; n += 1) await pass(1_000)
    expect(asked).toEqual([['a', 'b'], ['a']])
  })

  it('are asked for again soon when that failed', async () => {
    const { pass, asked, fails, book } = opened()
    fails.now = true
    book.want('a')
    await pass(300)
    fails.now = false
    expect(book.known.value.size).toBe(0)
    for (let n = 0; n < 12; n += 1) await pass(1_000)
    expect(asked.length).toBe(2)
    expect([...book.known.value.keys()]).toEqual(['a'])
  })
})
