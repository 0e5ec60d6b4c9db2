import { type Bench, rounded } from './bench.ts'
import { dayOf } from './rules/day.ts'
import { Site } from './rules/ours.ts'
import { handLoop, jsonRules } from './rules/peers.ts'
import { fewPlan, POINTS, sitePlan } from './rules/site.ts'

const YEAR_DAYS = 365
const QUICK_DAYS = 10
/** Days no two of which are alike; a year has them again and again. */
const DAYS = 7
/** Samples of which each is timed by itself. */
const TIMED_S = 20_000

/**
 * Judges one-second data of a site with its load, the fusion of its signals, and the standard set of rules, in one thread. Beside it:
 * json-rules-engine and a loop written by hand, both with five plain limits; `sameRulesSamplesPerSecond` is this engine with no more than
 * those. The year is judged whole unless `quick`, which judges 10 days of it and says what a year would take.
 */
export const bench: Bench = {
  name: 'rules',
  about: 'samples of a whole site a second and core, and a site-year of one-second data.',
  aim: [
    { figure: 'samplesPerSecond', atLeast: 1_000_000 },
    { figure: 'p99Ms', atMost: 5 },
    { figure: 'stateBytesPerChannel', atMost: 4_096 },
    { figure: 'siteYearSeconds', atMost: 300 },
  ],
  run: async ({ quick }) => {
    const days = Array.from({ length: DAYS }, (_, seed) => dayOf(seed))
    const day = (n: number) => days[n % DAYS] ?? dayOf(0)
    const plan = sitePlan()
    const site = new Site(plan)
    const most = quick ? QUICK_DAYS : YEAR_DAYS
    let samples = 0
    const before = performance.now()
    for (let n = 0; n < most; n += 1) {
      samples += site.judge(day(n))
      if (n % 30 === 29) console.error(`${n + 1} of ${most} days, ${site.alarms} alarms`)
    }
    const seconds = (performance.now() - before) / 1_000
    const times = new Float64Array(TIMED_S * POINTS.length)
    let timed = 0
    site.judge(day(most), TIMED_S, (ms) => (times[timed++] = ms))
    times.sort()
    const few = new Site(fewPlan())
    few.judge(day(0))
    const fewBefore = performance.now()
    const fewSamples = few.judge(day(1))
    const fewPerSecond = fewSamples / ((performance.now() - fewBefore) / 1_000)
    handLoop(day(0), 40_000)
    return {
      samplesPerSecond: Math.round(samples / seconds),
      sameRulesSamplesPerSecond: Math.round(fewPerSecond),
      peerSamplesPerSecond: Math.round(await jsonRules(day(0), quick ? 3_000 : 20_000)),
      handLoopSamplesPerSecond: Math.round(handLoop(day(1), 86_400)),
      p99Ms: rounded(times[Math.floor(0.99 * times.length)] ?? NaN, 4),
      maxMs: rounded(times.at(-1) ?? NaN, 3),
      stateBytesPerChannel: Math.round(JSON.stringify(site.engine.save()).length / POINTS.length),
      siteYearSeconds: rounded((seconds * YEAR_DAYS) / most),
      judgedDays: most,
      points: POINTS.length,
      rules: plan.rules.length,
      alarms: site.alarms,
    }
  },
}
