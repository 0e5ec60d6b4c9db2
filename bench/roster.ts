import { Worker } from 'node:worker_threads'
import { type Bench, rounded } from './bench.ts'
import { added, judge, NOTHING, type Verdict } from './roster/judge.ts'

const CALENDARS = 100_000
const QUICK = 2_000
const WORKERS = 4

/** Random rosters under random calendars: over every minute of three years exactly one answer, and no gap the forecast did not name. */
export const bench: Bench = {
  name: 'roster',
  about: 'minutes of three years of random rosters and calendars at which it is not clear who is on duty.',
  aim: [
    { figure: 'holes', atMost: 0 },
    { figure: 'overlaps', atMost: 0 },
    { figure: 'disagreements', atMost: 0 },
    { figure: 'unforecastGaps', atMost: 0 },
  ],
  run: async ({ quick }) => {
    const startedMs = performance.now()
    const verdict = quick ? inOne(QUICK) : await inMany(CALENDARS, WORKERS)
    const seconds = (performance.now() - startedMs) / 1_000
    return { ...verdict, perSecond: rounded(verdict.calendars / seconds), seconds: rounded(seconds) }
  },
}

function inOne(calendars: number): Verdict {
  let sum = NOTHING
  for (let seed = 0; seed < calendars; seed += 1) sum = added(sum, judge(seed))
  return sum
}

async function inMany(calendars: number, workers: number): Promise<Verdict> {
  const count = calendars / workers
  const parts = await Promise.all(Array.from({ length: workers }, (_, part) => inWorker(part * count, count)))
  return parts.reduce(added, NOTHING)
}

function inWorker(first: number, count: number): Promise<Verdict> {
  const worker = new Worker(new URL('./roster/worker.ts', import.meta.url), { workerData: { first, count } })
  return new Promise((settle, refuse) => {
    worker.once('message', (verdict: Verdict) => settle(verdict))
    worker.once('error', refuse)
  })
}
