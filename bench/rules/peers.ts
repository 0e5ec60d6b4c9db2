import { Engine } from 'json-rules-engine'
import type { Day } from './day.ts'
import { POINTS } from './site.ts'

interface Limit {
  readonly index: number
  readonly above?: number
  readonly below?: number
  readonly onDelayMs: number
}

/** The limits of `fewPlan`. */
const LIMITS: readonly Limit[] = [
  { index: 1, above: 80, onDelayMs: 10_000 },
  { index: 2, above: 80, onDelayMs: 10_000 },
  { index: 3, above: 80, onDelayMs: 10_000 },
  { index: 6, above: 4.5, onDelayMs: 30_000 },
  { index: 6, below: 0.3, onDelayMs: 30_000 },
]

/** json-rules-engine with a rule a limit, asked at each second with what all points say; it knows neither delay nor validity. Answers samples a second. */
export async function jsonRules(day: Day, seconds: number): Promise<number> {
  const engine = new Engine([], { allowUndefinedFacts: true })
  for (const { index, above, below } of LIMITS) {
    const operator = above === undefined ? 'lessThanInclusive' : 'greaterThanInclusive'
    const condition = { fact: POINTS[index]?.[0] ?? '', operator, value: above ?? below ?? 0 }
    engine.addRule({ conditions: { all: [condition] }, event: { type: `limit-${index}` } })
  }
  let events = 0
  engine.on('success', () => (events += 1))
  const before = performance.now()
  for (let s = 0; s < seconds; s += 1) {
    const facts = Object.fromEntries(POINTS.map(([point], index) => [point, day.columns[index]?.[s] ?? 0]))
    await engine.run(facts)
  }
  return (seconds * POINTS.length) / ((performance.now() - before) / 1_000)
}

/** The same limits with their delays as somebody would write them by hand, without quality, validity or explanation. Answers samples a second. */
export function handLoop(day: Day, seconds: number): number {
  const since = LIMITS.map(() => NaN)
  const active = LIMITS.map(() => false)
  let alarms = 0
  const before = performance.now()
  for (let s = 0; s < seconds; s += 1) {
    const now = s * 1_000
    for (let index = 0; index < POINTS.length; index += 1) {
      const value = day.columns[index]?.[s] ?? 0
      for (let n = 0; n < LIMITS.length; n += 1) {
        const limit = LIMITS[n]
        if (limit?.index !== index) continue
        const isBeyond = value >= (limit.above ?? Infinity) || value <= (limit.below ?? -Infinity)
        if (!isBeyond) {
          since[n] = NaN
          active[n] = false
        } else if (Number.isNaN(since[n])) since[n] = now
        else if (active[n] !== true && now - (since[n] ?? now) >= limit.onDelayMs) {
          active[n] = true
          alarms += 1
        }
      }
    }
  }
  const perSecond = (seconds * POINTS.length) / ((performance.now() - before) / 1_000)
  return alarms < 0 ? NaN : perSecond
}
