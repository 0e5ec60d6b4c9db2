import { describe, expect, it } from 'vitest'
import { keepDesk } from '../../../../dashboard/server/alarms/keep-desk.ts'
import type { OwnTrouble } from '../../../../dashboard/server/alarms/own-alarms.ts'
import { scaledClock } from '../../../../platform/clock.ts'
import { NIGHT, recordingLog } from './world.ts'

/** Lets the loop go round as often as `looks` has answers. */
async function kept(looks: readonly (number | Error)[]) {
  const stop = new AbortController()
  const told: [string, OwnTrouble | null][] = []
  const log = recordingLog()
  let turn = 0
  const desk = {
    runDue: () => {
      const look = looks[turn++]
      if (turn >= looks.length) stop.abort()
      return look instanceof Error ? Promise.reject(look) : Promise.resolve({ setBackMs: look ?? 0 })
    },
  }
  const own = {
    set: (rule: string, trouble: OwnTrouble | null) => {
      told.push([rule, trouble])
      return Promise.resolve()
    },
  }
  await keepDesk({ desk, own, clock: scaledClock(Date.now(), NIGHT, 1_000), log }, stop.signal)
  return { told, levels: log.lines.map(({ level }) => level) }
}

describe('whoever keeps the desk going', () => {
  it('tells of a clock that was set back by more than 5 s, and when it is right again', async () => {
    const { told } = await kept([5_000, 5_001, 0])
    expect(told.map(([rule, trouble]) => [rule, trouble?.priority ?? null])).toEqual([
      ['clock-back', null],
      ['clock-back', 'orange'],
      ['clock-back', null],
    ])
    expect(told[1]?.[1]?.explanation).toEqual({ key: 'control-room.clock-back', values: { setBackS: 60 } })
  })

  it('says once that the store fails, tries again, and says when it is well', async () => {
    const down = new Error('disk full')
    const { told, levels } = await kept([down, down, 0, 0])
    expect(levels).toEqual(['error', 'info'])
    expect(told.length).toBe(2)
  })
})
