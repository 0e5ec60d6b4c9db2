import { Worker } from 'node:worker_threads'
import type { Result, Task } from './rehearsal.ts'

/** Rehearses tasks on so many threads; the results come in the order of the tasks. */
export async function rehearseAll(tasks: readonly Task[], threads: number): Promise<readonly Result[]> {
  const results = new Map<number, Result>()
  let next = 0
  const one = async () => {
    for (let index = next++; index < tasks.length; index = next++) {
      const task = tasks[index]
      if (task !== undefined) results.set(index, { ...(await inThread(task)), task })
      console.error(`${results.size} of ${tasks.length} sites`)
    }
  }
  await Promise.all(Array.from({ length: Math.min(threads, tasks.length) }, one))
  return tasks.map((_, index) => results.get(index)).filter((result) => result !== undefined)
}

/** A thread for each site, so that none has the memory of another. */
async function inThread(task: Task): Promise<Result> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: task })
  return new Promise((resolve, reject) => {
    worker.once('message', (result: Result) => resolve(result))
    worker.once('error', reject)
  })
}
