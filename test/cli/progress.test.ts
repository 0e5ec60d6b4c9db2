import { describe, expect, it } from 'vitest'
import { progressOn } from '../../cli/progress.ts'
import { textTable } from '../../cli/text-table.ts'
import { handClock } from '../support/hand-clock.ts'

function sink(isTTY: boolean, columns = 60) {
  const written: string[] = []
  return { isTTY, columns, written, write: (text: string) => written.push(text) }
}

describe('progress', () => {
  it('redraws its own line in a terminal, never wider than it, and takes it away', async () => {
    const clock = handClock()
    const terminal = sink(true)
    const progress = progressOn(terminal, clock)
    progress.update(0, '扫描'.repeat(40))
    await clock.advance(10)
    progress.update(0.1, 'too soon to be drawn')
    await clock.advance(200)
    progress.update(0.5, 'half')
    progress.clear()
    expect(terminal.written).toHaveLength(3)
    expect(terminal.written[1]).toMatch(/█{12}░{12} {2}50 % half/)
    expect(terminal.written[2]).toBe('\r\u001b[2K')
    expect(terminal.written.join('')).not.toContain('\n')
  })

  it('writes a plain line every ten seconds where there is no terminal', async () => {
    const clock = handClock()
    const log = sink(false)
    const progress = progressOn(log, clock)
    for (let second = 0; second < 25; second += 1) {
      progress.update(second / 25, `at ${second}`)
      await clock.advance(1_000)
    }
    progress.clear()
    expect(log.written).toEqual(['  0 % at 0\n', ' 40 % at 10\n', ' 80 % at 20\n'])
  })
})

describe('a table', () => {
  it('keeps its columns under one another when cells are Chinese', () => {
    const lines = textTable(
      ['测点', 'v'],
      [
        ['a', '10'],
        ['电压', '9'],
      ],
      [1],
    )
    expect(lines).toEqual(['测点   v', '────  ──', 'a     10', '电压   9'])
  })
})
