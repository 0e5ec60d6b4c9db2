import { Worker } from 'node:worker_threads'
import type { Done, Job } from './worker.ts'

/** After so many jobs a thread is replaced: modules that were loaded are never let go. */
const JOBS_A_THREAD = 150
const HEAP_MB = 1_024

/** What became of a job: its answer, or how its thread ended. */
export type Ending = { readonly done: Done } | { readonly broke: string }

/**
 * Does jobs in threads, each in its turn, and hands over what became of them. A job that lasts longer than `withinMs`, or takes all memory,
 * ends its thread; the others go on.
 */
export async function doAll<T extends Job>(
  jobs: readonly T[],
  { threads, withinMs, ended }: { threads: number; withinMs: number; ended: (job: T, ending: Ending) => void },
): Promise<void> {
  const waiting = [...jobs]
  const lane = async () => {
    let thread: Worker | null = null
    for (let used = 0, job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      thread ??= opened()
      used += 1
      const ending = await ask(thread, job, withinMs)
      ended(job, ending)
      if ('done' in ending && used < JOBS_A_THREAD) continue
      await thread.terminate()
      thread = null
      used = 0
    }
    await thread?.terminate()
  }
  await Promise.all(Array.from({ length: threads }, lane))
}

function opened(): Worker {
  const thread = new Worker(new URL('worker.ts', import.meta.url), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  })
  return thread
}

async function ask(thread: Worker, job: Job, withinMs: number): Promise<Ending> {
  const { promise, resolve } = Promise.withResolvers<Ending>()
  const answered = (done: Done) => resolve({ done })
  const broken = (cause: Error) => resolve({ broke: cause.message })
  const timer = setTimeout(() => resolve({ broke: `no end within ${withinMs} ms` }), withinMs)
  thread.once('message', answered)
  thread.once('error', broken)
  thread.postMessage(job)
  const ending = await promise
  clearTimeout(timer)
  thread.off('message', answered)
  thread.off('error', broken)
  return ending
}
