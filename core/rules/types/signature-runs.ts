import { z } from 'zod'
import { keepLast } from './observed.ts'
import type { Level, Plateau } from './plateaus.ts'
import type { Traits } from './signature-library.ts'

/** So many things are followed at once, and remembered after they went off. */
const AT_ONCE = 4

/** What goes off draws this much more or less than when it came on: a winch lowers at another power than it lifts. */
const ALIKE = 0.25

/** An inrush is over within a second or two; slower samples do not see it. */
const INRUSH_SEEN_MS = 1_500

/** A phase that changes by less than this share of the greatest is not part of it; by more than this, it is. */
const PHASE_OUT = 0.2
const PHASE_IN = 0.5

/** Something that came on: when, what it draws, its inrush, and what the side values were before. */
const Run = z
  .object({
    mono: z.number(),
    power: z.number(),
    inrush: z.number().nullable(),
    before: z.array(z.number().nullable()),
    isTold: z.boolean(),
  })
  .strict()

/** Means of reactive power and phase currents over a level. */
const Side = z.object({ sums: z.array(z.number()), counts: z.array(z.number()) }).strict()

export const Runs = z
  .object({
    on: z.array(Run),
    /** What went off last: what it drew, and when. */
    gone: z.array(z.object({ power: z.number(), mono: z.number() }).strict()),
    side: Side,
  })
  .strict()
export type Runs = z.infer<typeof Runs>

/** Nothing is on. `count` is the number of side values. */
export function noRuns(count = 0): Runs {
  return { on: [], gone: [], side: noSide(count) }
}

/** Adds a side value to its mean over the present level; NaN where it is not known. */
export function noteSide({ side }: Runs, index: number, value: number): void {
  if (Number.isNaN(value)) return
  side.sums[index] = (side.sums[index] ?? 0) + value
  side.counts[index] = (side.counts[index] ?? 0) + 1
}

/** A known load was switched: what the side values were before tells nothing of what is on. */
export function forgetSides(runs: Runs): void {
  runs.side = noSide(runs.side.sums.length)
  for (const run of runs.on) run.before = run.before.map(() => null)
}

/** Takes an edge from `was` to the level now. Answers what is known of the thing that went off with it; null where none did. */
export function takeEdge(
  runs: Runs,
  edge: { readonly level: Level; readonly was: Plateau; readonly everyMs: number },
): Traits | null {
  const { level, was, everyMs } = edge
  const sides = meansOf(runs)
  runs.side = noSide(runs.side.sums.length)
  const step = level.mean - was.mean
  if (step > 0) {
    const inrush = everyMs <= INRUSH_SEEN_MS ? Math.max(1, (level.peak - was.mean) / step) : null
    keepLast(runs.on, { mono: level.from, power: step, inrush, before: sides, isTold: false }, AT_ONCE)
    return null
  }
  const index = runs.on.findLastIndex(({ power }) => Math.abs(power + step) <= ALIKE * power)
  const [run] = index < 0 ? [] : runs.on.splice(index, 1)
  if (run === undefined) return null
  const traits = traitsOf(runs, { run, until: level.from, sides, isOver: true })
  keepLast(runs.gone, { power: run.power, mono: level.from }, AT_ONCE)
  return run.isTold ? null : traits
}

/** What is known of the first thing that has been on for longer than `ms` and was not told yet; it counts as told then. */
export function lastingRun(runs: Runs, mono: number, ms: number): Traits | null {
  for (const run of runs.on) {
    if (run.isTold || mono - run.mono < ms) continue
    run.isTold = true
    return traitsOf(runs, { run, until: mono, sides: meansOf(runs), isOver: false })
  }
  return null
}

function traitsOf(
  runs: Runs,
  of: {
    readonly run: z.infer<typeof Run>
    readonly until: number
    readonly sides: readonly (number | null)[]
    readonly isOver: boolean
  },
): Traits {
  const { run, until, sides, isOver } = of
  const last = runs.gone.findLast(
    ({ power, mono }) => mono <= run.mono && Math.abs(power - run.power) <= ALIKE * run.power,
  )
  const steps = sides.map((after, index) => {
    const before = run.before[index] ?? null
    return after === null || before === null ? null : after - before
  })
  const reactive = steps[0] ?? null
  return {
    power: run.power,
    factor: reactive === null ? null : run.power / Math.hypot(run.power, reactive),
    inrush: run.inrush,
    onS: (until - run.mono) / 1_000,
    isOver,
    offS: last === undefined ? null : (run.mono - last.mono) / 1_000,
    phases: phasesOf(steps.slice(1)),
  }
}

function phasesOf(steps: readonly (number | null)[]): 1 | 3 | null {
  const known = steps.filter((step) => step !== null)
  if (known.length < 3) return null
  const [least = 0, middle = 0, most = 0] = known.toSorted((a, b) => a - b)
  if (least >= PHASE_IN * most) return 3
  return middle <= PHASE_OUT * most ? 1 : null
}

function meansOf({ side }: Runs): (number | null)[] {
  return side.sums.map((sum, index) => {
    const count = side.counts[index] ?? 0
    return count === 0 ? null : sum / count
  })
}

function noSide(count: number): z.infer<typeof Side> {
  return { sums: new Array<number>(count).fill(0), counts: new Array<number>(count).fill(0) }
}
