import { describe, expect, it } from 'vitest'
import { repeat } from '../../platform/repeat.ts'
import { quietLog } from '../support/quiet-log.ts'

/** Runs `turns` turns, of which those that `fails` names throw, and answers what was logged and how long was paused. */
async function run(turns: number, fails: (turn: number) => boolean) {
  const stop = new AbortController()
  const log = quietLog()
  const pauses: number[] = []
  let turn = 0
  const work = (): Promise<void> => {
    turn += 1
    if (turn >= turns) stop.abort()
    return fails(turn) ? Promise.reject(new Error(`turn ${turn}`)) : Promise.resolve()
  }
  const clock = { sleep: (ms: number) => Promise.resolve(void pauses.push(ms)) }
  const said = { code: 'store/failed', failing: 'it cannot be kept', again: 'it is kept again' }
  await repeat(work, { everyMs: 1_000, clock, log, ...said }, stop.signal)
  return { turn, pauses, lines: log.lines }
}

describe('work done again and again', () => {
  it('is done until it is told to end, with a pause after each turn', async () => {
    const { turn, pauses, lines } = await run(3, () => false)
    expect([turn, pauses, lines]).toEqual([3, [1_000, 1_000, 1_000], []])
  })

  it('says once that it fails, with the first reason, and once that it goes again', async () => {
    const { lines } = await run(6, (turn) => turn === 2 || turn === 3 || turn === 5)
    expect(lines.map(({ level, message, facts }) => [level, message, facts.why])).toEqual([
      ['warn', 'it cannot be kept', 'turn 2'],
      ['info', 'it is kept again', undefined],
      ['warn', 'it cannot be kept', 'turn 5'],
      ['info', 'it is kept again', undefined],
    ])
  })
})
