import { properties as evaluator } from './evaluator.ts'
import { properties as life } from './life.ts'
import { properties as nights } from './nights.ts'
import { doAll } from './pool.ts'
import { EVALUATOR, LIFE, NIGHTS } from './suites.ts'
import type { Job } from './worker.ts'

/** Files of properties, and how many runs of one are a job. */
const FILES = [
  { path: NIGHTS.path, properties: nights, runsAJob: 250 },
  { path: LIFE.path, properties: life, runsAJob: 500 },
  { path: EVALUATOR.path, properties: evaluator, runsAJob: 1_000 },
] as const

const WITHIN_MS = 600_000

export interface CampaignOptions {
  readonly runs: number
  readonly threads: number
  /** Seeds are counted up from here; the same one makes the same runs. */
  readonly seed: number
}

/** What many runs of every invariant came to. */
export interface Campaign {
  /** Runs of each property. */
  readonly runs: number
  readonly failures: number
  /** In how many runs each invariant had something to say. */
  readonly exercised: ReadonlyMap<string, number>
  /** How often each transition of the life-cycle was made in those runs. */
  readonly visits: ReadonlyMap<string, number>
}

type Hold = Extract<Job, { do: 'hold' }>

/** Runs every property; what does not hold is printed with the seed that shows it again. */
export async function hold({ runs, threads, seed }: CampaignOptions): Promise<Campaign> {
  const jobs = jobsOf(runs, seed)
  const exercised = new Map<string, number>()
  const visits = new Map<string, number>()
  let [failures, ended, toldMs] = [0, 0, performance.now()]
  await doAll(jobs, {
    threads,
    withinMs: WITHIN_MS,
    ended: (job, ending) => {
      ended += 1
      const failure = 'broke' in ending ? ending.broke : 'failure' in ending.done ? ending.done.failure : null
      if (failure !== null) {
        failures += 1
        console.error(`FAILED, --seed ${job.seed} shows it again: ${job.path}\n${failure}`)
      }
      if ('done' in ending && 'visits' in ending.done) {
        addTo(exercised, ending.done.exercised)
        addTo(visits, ending.done.visits)
      }
      if (performance.now() - toldMs < 5_000) return
      toldMs = performance.now()
      console.error(`invariants: ${ended} of ${jobs.length} jobs, ${failures} failures`)
    },
  })
  return { runs, failures, exercised, visits }
}

/** In turns of all properties, so that what is broken shows early. */
function jobsOf(runs: number, seed: number): readonly Hold[] {
  const jobs = FILES.flatMap(({ path, properties, runsAJob }) =>
    properties.flatMap((_, index) =>
      Array.from({ length: Math.ceil(runs / runsAJob) }, (__, part): Hold & { readonly part: number } => ({
        ...{ do: 'hold', path, index, part },
        runs: Math.min(runsAJob, runs - part * runsAJob),
        seed: seed + part * runsAJob,
      })),
    ),
  )
  return jobs.toSorted((a, b) => a.part - b.part)
}

function addTo(sum: Map<string, number>, more: ReadonlyMap<string, number>): void {
  for (const [name, times] of more) sum.set(name, (sum.get(name) ?? 0) + times)
}
