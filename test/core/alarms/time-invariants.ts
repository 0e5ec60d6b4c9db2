/** The invariants of the time alarms live in: the desk's logical time with its chain, and the shifts of a day. */
import fc from 'fast-check'
import type { LedgerEntry } from '../../../core/contract/ledger.ts'
import { MonoMs, UtcMs } from '../../../core/contract/time.ts'
import { countyDay, dayStart } from '../../../core/alarms/roster/county-day.ts'
import { shiftFaults, shiftTimes } from '../../../core/alarms/roster/shifts.ts'
import { steadyTime } from '../../../dashboard/server/alarms/steady-time.ts'
import { checkChain, rowOf, sealEntry } from '../../../platform/ledger.ts'
import { NIGHT } from '../rules/world.ts'
import { count, type EvaluatorProperty, must } from './evaluator-invariants.ts'

/** Time passes on both clocks, or somebody sets the wall clock. */
const moves = fc.array(
  fc.oneof(
    fc.record({ is: fc.constant('pass' as const), ms: fc.nat(100_000) }),
    fc.record({ is: fc.constant('set' as const), ms: fc.integer({ min: -10_000_000, max: 10_000_000 }) }),
    fc.record({ is: fc.constant('restart' as const), ms: fc.nat(100_000) }),
  ),
  { minLength: 1, maxLength: 30 },
)

const logical: EvaluatorProperty = {
  ids: ['I9'],
  run: (options) =>
    fc.assert(
      fc.property(moves, (all) => {
        let [wall, mono] = [NIGHT, 0]
        const clock = {
          now: () => UtcMs.parse(wall),
          mono: () => MonoMs.parse(mono),
          sleep: () => Promise.reject(new Error('nothing waits here')),
        }
        let time = steadyTime(clock)
        const entries: LedgerEntry[] = []
        for (const { is, ms } of all) {
          wall += ms
          if (is !== 'set') mono += ms
          if (is === 'restart') {
            time = steadyTime(clock)
            time.atLeast(entries.at(-1)?.at ?? UtcMs.parse(0))
          }
          const actor = { kind: 'system', name: 'desk' } as const
          entries.push(
            sealEntry(entries.at(-1) ?? null, {
              at: time.now(),
              actor,
              act: 'alarm-noted',
              subject: 'a',
              detail: { is },
            }),
          )
        }
        const chain = checkChain()
        for (const entry of entries) chain.take(rowOf(entry))
        must(
          chain.fault() === null && chain.fitting === entries.length,
          'I9 the journal is not dense, or its time ran back',
        )
        if (all.some(({ is, ms }) => is === 'set' && ms < 0)) count(options, 'I9')
      }),
      { numRuns: options.runs, seed: options.seed },
    ),
}

const HOUR = 3_600_000
/** Eight hours east, without summer time. */
const countyDayOf = (at: number) => Math.floor((at + 8 * HOUR) / (24 * HOUR))
const minutes = fc.uniqueArray(fc.nat(1_439), { minLength: 1, maxLength: 5 })
const instants = fc.integer({ min: Date.UTC(1938, 0), max: Date.UTC(2034, 0) - 1 })

const shifts: EvaluatorProperty = {
  ids: ['E8'],
  run: (options) =>
    fc.assert(
      fc.property(minutes, instants, (begins, when) => {
        const text = (minute: number) =>
          `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
        const starts = begins.toSorted((a, b) => a - b)
        const table = starts.map((from, n) => ({
          ...{ id: `s${n}`, name: { 'zh-CN': `${n}`, en: `${n}` }, from: text(from) },
          to: text(starts[(n + 1) % starts.length] ?? from),
        }))
        must(shiftFaults(table).length === 0, 'E8 a partition has faults')
        const today = countyDay(when)
        const spans = [-2, -1, 0, 1, 2].flatMap((day) =>
          shiftTimes(table).map(({ fromMs, lengthMs }) => {
            const from = dayStart(today + day) + fromMs
            return { day: today + day, from, to: from + lengthMs }
          }),
        )
        const holding = spans.filter(({ from, to }) => from <= when && when < to)
        must(holding.length === 1, `E8 ${holding.length} shifts at ${when}`)
        const ends = spans.every(({ to }, index) => index === spans.length - 1 || spans[index + 1]?.from === to)
        must(ends, 'E8 the end of a shift is not the beginning of the next')
        for (const { day, from, to } of holding) {
          must(countyDayOf(from) === day, 'E8 a shift belongs to another day than the one it starts')
          if (countyDayOf(to - 1) !== day) count(options, 'E8')
        }
      }),
      { numRuns: options.runs, seed: options.seed },
    ),
}

export const TIME_PROPERTIES: readonly EvaluatorProperty[] = [logical, shifts]
