import { type Bench, rounded } from './bench.ts'
import { hold } from './invariants/campaign.ts'
import { mutate } from './invariants/mutation.ts'
import { TRANSITION_NAMES } from '../test/core/alarms/invariants.ts'

const RUNS = 100_000
const QUICK_RUNS = 2_000
const THREADS = 4
/** Faults that are tried when it is to be quick. */
const SAMPLE = 200
/** Runs that a seed shows again. */
const REPLAYED = 1_000

/**
 * Runs every invariant of alarms and of telling people over stories and nights nobody has seen before, and puts faults into the life-cycle
 * and the escalation to see whether somebody notices. `exercised` counts the runs in which an invariant had something to say. A seed plays
 * the runs of one job again, of every property, and no fault is put in.
 */
export const bench: Bench = {
  name: 'invariants',
  about: 'promises about alarms that break in random stories and nights, and the share of faults that are noticed.',
  aim: [
    { figure: 'failures', atMost: 0 },
    { figure: 'transitionsVisited', atLeast: 18 },
    { figure: 'leastPer5000', atLeast: 10 },
    { figure: 'mutantsKilled', atLeast: 0.95 },
    { figure: 'namedKilled', atLeast: 1 },
    { figure: 'staleEquivalents', atMost: 0 },
  ],
  run: async ({ quick, seed }) => {
    const startedMs = performance.now()
    const threads = quick ? 1 : THREADS
    const runs = seed !== undefined ? REPLAYED : quick ? QUICK_RUNS : RUNS
    // Seeds of different days do not meet.
    const first = seed ?? (Date.now() % 1_000_000_000) * 2
    console.error(`${runs} runs of each, seeds from ${first}`)
    const { failures, exercised, visits } = await hold({ runs, threads, seed: first })
    const perTransition = TRANSITION_NAMES.map((name) => visits.get(name) ?? 0)
    const names = [...exercised.keys()].toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    const mutation = await mutate({ sample: seed !== undefined ? 0 : quick ? SAMPLE : null, threads })
    return {
      runs,
      seed: first,
      failures: failures + mutation.brokenSuites,
      transitionsVisited: perTransition.filter((times) => times > 0).length,
      leastPer5000: rounded((Math.min(...perTransition) / runs) * 5_000),
      invariants: Object.fromEntries(names.map((name) => [name, exercised.get(name) ?? 0])),
      leastExercised: Math.min(...exercised.values()),
      mutants: mutation.mutants,
      mutantsKilled: mutation.mutants === 0 ? null : rounded(mutation.killed / mutation.mutants, 4),
      equivalent: mutation.equivalent,
      staleEquivalents: mutation.staleEquivalents,
      named: mutation.named,
      namedKilled: rounded(mutation.namedKilled / mutation.named, 4),
      seconds: rounded((performance.now() - startedMs) / 1_000),
    }
  },
}
