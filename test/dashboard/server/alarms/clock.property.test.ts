import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openClockWatch } from '../../../../dashboard/server/alarms/clock-watch.ts'
import { steadyTime } from '../../../../dashboard/server/alarms/steady-time.ts'
import { manualClock, openWorld, transition } from './world.ts'

const moves = fc.array(
  fc.oneof(
    fc.record({ move: fc.constant('advance' as const), ms: fc.integer({ min: 0, max: 100_000 }) }),
    fc.record({ move: fc.constant('setBack' as const), ms: fc.integer({ min: -100_000, max: 10_000_000 }) }),
  ),
  { minLength: 1, maxLength: 40 },
)

describe('the desk’s logical time', () => {
  it('never runs back and loses no time that has passed, whatever is done to the wall clock (I9)', () => {
    fc.assert(
      fc.property(moves, (all) => {
        const clock = manualClock()
        const time = steadyTime(clock)
        let last = time.now()
        for (const { move, ms } of all) {
          clock[move](ms)
          const now = time.now()
          expect(now).toBeGreaterThanOrEqual(last + (move === 'advance' ? ms : 0))
          expect(now).toBeGreaterThanOrEqual(clock.now())
          last = now
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it('has every set-back of a second or more written down once, with how much it was', () => {
    fc.assert(
      fc.property(moves, (all) => {
        const clock = manualClock()
        const time = steadyTime(clock)
        const watch = openClockWatch(time)
        let behind = 0
        for (const { move, ms } of all) {
          const before = time.now() - clock.now()
          clock[move](ms)
          const after = time.now() - clock.now()
          const { entry, setBackMs } = watch.look()
          expect(setBackMs).toBe(after >= 1_000 ? after : 0)
          const by = after - Math.min(behind, before)
          expect(entry === null).toBe(after - behind < 1_000)
          if (entry !== null) expect(entry.detail?.byMs).toBe(by)
          behind = entry === null ? Math.min(behind, after) : after
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it('leaves a ledger that is dense and in order, and deadlines that hold (I8, I9)', async () => {
    const world = openWorld()
    await world.desk.receive(transition())
    for (const [index, ms] of [5_000, 3_600_000, 1, 86_400_000].entries()) {
      world.clock.setBack(ms)
      world.clock.advance(10_000)
      await world.desk.runDue()
      await world.desk.addNote(transition().occurrence, { by: 'lin', text: `note ${index}` })
      await world.restart()
    }
    const { entries } = await world.desk.ledger({ after: 0, limit: 1_000 })
    expect(entries.map(({ n }) => n)).toEqual(entries.map((_, index) => index + 1))
    expect(entries.every(({ at }, index) => at >= (entries[index - 1]?.at ?? 0))).toBe(true)
    expect(entries.filter(({ act }) => act === 'clock-set-back').length).toBeGreaterThanOrEqual(3)
    await world.end()
  })
})
