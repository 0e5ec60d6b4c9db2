import { z } from 'zod'

/** By what a joint drainage test is judged; shares of 1, times in ms, levels in m. */
export interface DrainageLimits {
  /** All pumps together for at least so long, */
  readonly leastMs: number
  /** each for at least this share of the time, */
  readonly share: number
  /** at a current between these shares of its rated one, */
  readonly currentMin: number
  readonly currentMax: number
  /** and the greatest inflow of 24 h is lifted in at most this, ms. */
  readonly inflowMs: number
}

export interface DrainageTest {
  readonly pumps: readonly { readonly name: string; /** A */ readonly rated: number }[]
  /** The greatest inflow, m³/h. */
  readonly maxInflow: number
  readonly limits: DrainageLimits
}

const PumpRecord = z
  .object({
    runMs: z.number(),
    /** The mean current of the minute that runs, and the least and the greatest of the minutes before, A. */
    minute: z.object({ no: z.number(), mean: z.number(), count: z.number() }).strict(),
    least: z.number().nullable(),
    greatest: z.number().nullable(),
  })
  .strict()

/** What is recorded of a test: means and extremes, never samples. Plain JSON, changed in place. */
export const DrainageRecord = z
  .object({
    isBegun: z.boolean(),
    /** From the first to the last moment in which all pumps ran together. */
    ms: z.number(),
    pumps: z.array(PumpRecord),
    /** Since that last moment. */
    pending: z.object({ ms: z.number(), runMs: z.array(z.number()) }).strict(),
    flowMs: z.number(),
    /** m³/h · ms */
    flowSum: z.number(),
    level: z
      .object({
        no: z.number(),
        mean: z.number(),
        count: z.number(),
        first: z.number(),
        lowest: z.number(),
        rise: z.number(),
      })
      .strict()
      .nullable(),
  })
  .strict()
export type DrainageRecord = z.infer<typeof DrainageRecord>

/** What is known at one moment; NaN where nothing is. */
export interface DrainageMoment {
  /** Since the moment before, no longer than what was known then may be held, ms. */
  readonly passedMs: number
  /** The rest of the time since then, in which nothing was known and nothing counts as running, ms. */
  readonly blindMs: number
  readonly runs: readonly boolean[]
  readonly currents: readonly number[]
  readonly level: number
  readonly flow: number
}

/** One criterion of a test. `unknown`: it was not measured, which is no pass. */
export interface DrainageVerdict {
  readonly criterion: 'time' | 'share' | 'current' | 'level' | 'flow'
  /** null where it is about all of them. */
  readonly pump: string | null
  readonly verdict: 'pass' | 'fail' | 'unknown'
  /** What was found, in the unit of the criterion: ms, a share of 1, a share of the rated current, m of rise, m³/h. */
  readonly found: number | null
  readonly wanted: number
}

/** The outcome of a test, whole. */
export interface DrainageCertificate {
  readonly isPassed: boolean
  readonly verdicts: readonly DrainageVerdict[]
}

const MINUTE_MS = 60_000
const DAY_HOURS = 24
/** A level that rises by no more than this from one minute to the next is a wave, m. */
const WAVE_M = 0.01

/** Nothing is recorded yet. */
export function startDrainage(pumps: number): DrainageRecord {
  const none = () => ({ runMs: 0, minute: { no: -1, mean: 0, count: 0 }, least: null, greatest: null })
  return {
    isBegun: false,
    ms: 0,
    pumps: Array.from({ length: pumps }, none),
    pending: { ms: 0, runMs: Array.from({ length: pumps }, () => 0) },
    flowMs: 0,
    flowSum: 0,
    level: null,
  }
}

/** Records the time up to a moment. A test begins when all pumps run together; what comes before is not of it. */
export function recordDrainage(record: DrainageRecord, moment: DrainageMoment): void {
  const { passedMs, blindMs, runs, currents, level, flow } = moment
  const isTogether = runs.every((one) => one)
  const { pending, isBegun } = record
  if (!isBegun && !isTogether) return
  record.isBegun = true
  if (isBegun) {
    pending.ms += passedMs + blindMs
    for (const [index, isOn] of runs.entries()) if (isOn) pending.runMs[index] = (pending.runMs[index] ?? 0) + passedMs
  }
  if (!isTogether) return
  record.ms += pending.ms
  for (const [index, pump] of record.pumps.entries()) {
    pump.runMs += pending.runMs[index] ?? 0
    pending.runMs[index] = 0
    noteCurrent(pump, record.ms, currents[index] ?? NaN)
  }
  pending.ms = 0
  noteLevel(record, level)
  if (Number.isNaN(flow)) return
  record.flowMs += passedMs
  record.flowSum += passedMs * flow
}

/** The test as it was recorded, criterion by criterion. */
export function drainageCertificate(
  { pumps, maxInflow, limits }: DrainageTest,
  record: DrainageRecord,
): DrainageCertificate {
  const verdicts: DrainageVerdict[] = [
    verdictOf('time', null, { found: record.ms, wanted: limits.leastMs, isMet: record.ms >= limits.leastMs }),
  ]
  for (const [index, { name, rated }] of pumps.entries()) {
    const pump = record.pumps[index]
    const share = record.ms === 0 || pump === undefined ? null : pump.runMs / record.ms
    verdicts.push(verdictOf('share', name, { found: share, wanted: limits.share, isMet: (share ?? 0) >= limits.share }))
    const [least, greatest] = currentsOf(pump)
    const isLow = least !== null && least / rated < limits.currentMin
    const worst = isLow ? least : greatest
    const found = worst === null ? null : worst / rated
    const isMet = !isLow && greatest !== null && greatest / rated <= limits.currentMax
    verdicts.push(verdictOf('current', name, { found, wanted: isLow ? limits.currentMin : limits.currentMax, isMet }))
  }
  const level = levelOf(record)
  const isFalling = level !== null && level.rise <= WAVE_M && level.last < level.first
  verdicts.push(
    verdictOf('level', null, { found: level === null ? null : level.last - level.first, wanted: 0, isMet: isFalling }),
  )
  const flow = record.flowMs === 0 ? null : record.flowSum / record.flowMs
  const wanted = (DAY_HOURS * MINUTE_MS * 60 * maxInflow) / limits.inflowMs
  verdicts.push(verdictOf('flow', null, { found: flow, wanted, isMet: (flow ?? 0) >= wanted }))
  return { isPassed: verdicts.every(({ verdict }) => verdict === 'pass'), verdicts }
}

function verdictOf(
  criterion: DrainageVerdict['criterion'],
  pump: string | null,
  { found, wanted, isMet }: { readonly found: number | null; readonly wanted: number; readonly isMet: boolean },
): DrainageVerdict {
  return { criterion, pump, verdict: found === null ? 'unknown' : isMet ? 'pass' : 'fail', found, wanted }
}

/** One minute after another, so that one odd sample decides nothing; the first minute is that of the start. */
function noteCurrent(pump: z.infer<typeof PumpRecord>, ms: number, current: number): void {
  if (Number.isNaN(current)) return
  const no = Math.floor(ms / MINUTE_MS)
  const { minute } = pump
  if (no !== minute.no) {
    closeMinute(pump)
    Object.assign(minute, { no, mean: 0, count: 0 })
  }
  minute.count += 1
  minute.mean += (current - minute.mean) / minute.count
}

function closeMinute(pump: z.infer<typeof PumpRecord>): void {
  const { no, mean, count } = pump.minute
  if (no < 1 || count === 0) return
  pump.least = Math.min(pump.least ?? Infinity, mean)
  pump.greatest = Math.max(pump.greatest ?? -Infinity, mean)
}

function currentsOf(pump: z.infer<typeof PumpRecord> | undefined): readonly [number | null, number | null] {
  if (pump === undefined) return [null, null]
  const whole = { ...pump }
  closeMinute(whole)
  return [whole.least, whole.greatest]
}

function noteLevel(record: DrainageRecord, level: number): void {
  if (Number.isNaN(level)) return
  const no = Math.floor(record.ms / MINUTE_MS)
  const { level: known } = record
  if (known === null) {
    record.level = { no, mean: level, count: 1, first: level, lowest: Infinity, rise: 0 }
    return
  }
  if (no !== known.no) {
    known.rise = Math.max(known.rise, known.mean - known.lowest)
    known.lowest = Math.min(known.lowest, known.mean)
    Object.assign(known, { no, mean: 0, count: 0 })
  }
  known.count += 1
  known.mean += (level - known.mean) / known.count
}

/** The first and the last level, and the most by which a minute was above one before it. */
function levelOf({
  level,
}: DrainageRecord): { readonly first: number; readonly last: number; readonly rise: number } | null {
  if (level === null) return null
  return { first: level.first, last: level.mean, rise: Math.max(level.rise, level.mean - level.lowest) }
}

/** A reading of a recording: a pump's `current` or `running`, by its name, or `level` or `flow`. Times in ms, oldest first. */
export type DrainageSample = { readonly at: number; readonly value: number } & (
  { readonly what: 'current' | 'running'; readonly pump: string } | { readonly what: 'level' | 'flow' }
)

/** A recorded value counts for so long at most. */
const HOLD_MS = 60_000
/** Without a contact, a pump runs above this share of its rated current. */
const RUNS_FROM = 0.1

/** Judges a recording of a joint drainage test, from the first to the last moment in which all pumps ran together. */
export function judgeDrainage(test: DrainageTest, samples: Iterable<DrainageSample>): DrainageCertificate {
  const record = startDrainage(test.pumps.length)
  const known = new Map<string, { readonly at: number; readonly value: number }>()
  let last = NaN
  for (const sample of samples) {
    const { at } = sample
    const valueOf = (key: string) => {
      const one = known.get(key)
      return one !== undefined && at - one.at <= HOLD_MS ? one.value : NaN
    }
    known.set('pump' in sample ? `${sample.what} ${sample.pump}` : sample.what, sample)
    const currents = test.pumps.map(({ name }) => valueOf(`current ${name}`))
    const runs = test.pumps.map(({ name, rated }, index) =>
      known.has(`running ${name}`) ? valueOf(`running ${name}`) === 1 : pumpRuns(currents[index] ?? NaN, rated),
    )
    const gap = Number.isNaN(last) ? 0 : Math.max(0, at - last)
    const passedMs = Math.min(gap, HOLD_MS)
    recordDrainage(record, {
      passedMs,
      blindMs: gap - passedMs,
      runs,
      currents,
      level: valueOf('level'),
      flow: valueOf('flow'),
    })
    last = at
  }
  return drainageCertificate(test, record)
}

/** Whether a pump without a contact runs, by its current. */
export function pumpRuns(current: number, rated: number): boolean {
  return current > RUNS_FROM * rated
}
