import { z } from 'zod'
import type { LoadStart } from './view.ts'

/** A change is a step when it has held for so long. */
const HELD_MS = 10_000

/** Within so long, more in the same direction belongs to the same start: a motor that runs up, a star that becomes a delta. */
const ONE_START_MS = 30_000

/** Starts of so much are told and remembered, W. */
const LEAST_W = 900

/** From so much on a start is a machine's, not that of a heater and a kettle together, W. */
const MACHINE_W = 5_000

export const CYCLE_MS = 25 * 60_000
const CYCLE_STARTS = 3
const STARTS = 16

/** The same appliance starts with about the same step; something small may be switched along with it, W, on, or off beside one several times as strong. */
const SAME = 0.12
const ALONG_W = 2_000
const STRONG = 4
const KINDS = 12

/** What starts at so many different hours of the day asks nobody what time it is: a pump. */
const ANY_HOUR = 8
const RUNNING = 6

/** A start as it was seen to happen here: how strong, on how many days, on which day last, and at which hours, a bit for each. */
const Kind = z
  .object({ power: z.number(), days: z.number().int(), day: z.number().int(), hours: z.number().int() })
  .strict()

/** Steps of what is not explained by known loads. Times are monotonic ms of this boot. */
export const Steps = z
  .object({
    /** Where it stands when nothing is switched, once that is known. */
    isKnown: z.boolean(),
    level: z.number(),
    /** Where it may have gone, and for how long it has been there. */
    next: z.number(),
    nextMs: z.number(),
    starts: z.array(z.object({ mono: z.number(), power: z.number() }).strict()).max(STARTS),
    /** A start of a kind never seen, and the level from which it went up. */
    stranger: z.number(),
    from: z.number(),
    kinds: z.array(Kind).max(KINDS),
    /** What starts at any hour and now runs, by its steps, W. */
    running: z.array(z.number()).max(RUNNING),
  })
  .strict()
export type Steps = z.infer<typeof Steps>

export function startSteps(): Steps {
  return { isKnown: false, level: 0, next: 0, nextMs: 0, starts: [], stranger: 0, from: 0, kinds: [], running: [] }
}

/** What was just switched is known: the level begins anew, and a start that was this switching is taken back. */
export function resetSteps(steps: Steps, since: number): void {
  steps.isKnown = false
  steps.nextMs = 0
  while ((steps.starts.at(-1)?.mono ?? NaN) >= since) {
    steps.starts.pop()
    steps.stranger = 0
  }
}

/** Nobody looked, or the power was gone: what runs is not known any more. */
export function loseSteps(steps: Steps): void {
  steps.running = []
  steps.isKnown = false
}

/** Monotonic times of another boot are void. */
export function restartSteps(steps: Steps): void {
  loseSteps(steps)
  resetSteps(steps, -Infinity)
}

/** A sample of what known loads do not explain. */
export interface Drawn {
  readonly power: number
  readonly mono: number
  /** For how long it is known to have been so. */
  readonly ms: number
  readonly stepMs: number
  readonly noise: number
  /** The least that is ever drawn here: whatever comes up to it from below was no start. */
  readonly low: number
}

/** The unexplained power was `power` for `ms`, up to `mono`. Answers whether something was found to have started, or to draw more. */
export function takeStep(steps: Steps, sample: Drawn): 'none' | 'start' | 'more' {
  const { power } = sample
  if (steps.stranger > 0 && power < steps.from + 0.5 * steps.stranger) steps.stranger = 0
  if (!steps.isKnown) {
    steps.isKnown = true
    steps.level = power
    steps.nextMs = 0
    return 'none'
  }
  const change = power - steps.level
  if (Math.abs(change) < Math.max(600, 6 * sample.noise, 0.05 * Math.abs(steps.level))) {
    steps.level += change * Math.min(1, sample.ms / 60_000)
    steps.nextMs = 0
    return 'none'
  }
  const isOther = steps.nextMs > 0 && steps.next > steps.level !== power > steps.level
  if (steps.nextMs === 0 || isOther) {
    steps.next = power
    steps.nextMs = Math.max(1, isOther ? 0 : sample.ms)
    return 'none'
  }
  // The last two, so that what a motor draws while it runs up is left out.
  const next = (steps.next + power) / 2
  steps.next = power
  steps.nextMs += sample.ms
  if (steps.nextMs < HELD_MS + sample.stepMs) return 'none'
  const from = Math.max(steps.level, sample.low)
  const step = next - from
  steps.level = next
  steps.nextMs = 0
  if (step < 0) noteStop(steps, -step)
  return step <= 0 ? 'none' : addStart(steps, { step, from, mono: sample.mono })
}

function addStart(
  steps: Steps,
  { step, from, mono }: { step: number; from: number; mono: number },
): 'none' | 'start' | 'more' {
  const last = steps.starts.at(-1)
  if (last !== undefined && mono - last.mono < ONE_START_MS) {
    last.power += step
    if (steps.stranger > 0) steps.stranger += step
    else noteStranger(steps, last.power, from + step - last.power)
    return 'more'
  }
  if (step < LEAST_W) return 'none'
  steps.starts.push({ mono, power: step })
  while (steps.starts.length > STARTS || (steps.starts[0]?.mono ?? mono) < mono - CYCLE_MS) steps.starts.shift()
  noteStranger(steps, step, from)
  return 'start'
}

function noteStranger(steps: Steps, power: number, from: number): void {
  if (power < MACHINE_W) return
  const kind = kindOf(steps, power)
  if (kind !== undefined) {
    if (bitsOf(kind.hours) >= ANY_HOUR && steps.running.length < RUNNING) steps.running.push(power)
    return
  }
  steps.stranger = power
  steps.from = from
}

function kindOf({ kinds }: Steps, power: number) {
  return kinds.find(({ days, power: usual }) => {
    const off = usual >= STRONG * ALONG_W ? ALONG_W : 0
    return days >= 2 && power >= usual * (1 - SAME) - off && power <= usual * (1 + SAME) + ALONG_W
  })
}

function noteStop(steps: Steps, power: number): void {
  const { running } = steps
  const nearest = running.findIndex((one) => Math.abs(one - power) <= 2 * SAME * one + ALONG_W)
  if (nearest >= 0) running.splice(nearest, 1)
}

/** What runs by its steps, W; no more than is drawn. */
export function runningBySteps({ running }: Steps): number {
  let sum = 0
  for (const power of running) sum += power
  return sum
}

function bitsOf(bits: number): number {
  let count = 0
  for (let rest = bits; rest !== 0; rest &= rest - 1) count += 1
  return count
}

/** The power that at least three starts within 25 min had; 0 where there were fewer. */
export function cycleOf(starts: readonly LoadStart[]): number {
  if (starts.length < CYCLE_STARTS) return 0
  const powers = starts.map(({ power }) => power).sort((a, b) => b - a)
  return powers[CYCLE_STARTS - 1] ?? 0
}

/** Remembers that something started so, on a day on which nothing was wrong. */
export function learnStart(
  steps: Steps,
  power: number,
  { day, hour }: { readonly day: number; readonly hour: number },
): void {
  const { kinds } = steps
  const same = kinds.find((kind) => Math.abs(kind.power - power) <= SAME * kind.power)
  if (same !== undefined) {
    same.power += (power - same.power) / (same.days + 5)
    if (same.day !== day) same.days += 1
    same.day = day
    same.hours |= 1 << hour
    return
  }
  kinds.push({ power, days: 1, day, hours: 1 << hour })
  if (kinds.length <= KINDS) return
  const rarest = kinds.reduce((a, b) => (b.days < a.days || (b.days === a.days && b.day < a.day) ? b : a))
  kinds.splice(kinds.indexOf(rarest), 1)
}
