import { parentPort } from 'node:worker_threads'
import { byProperties, killerOf, type Killer } from './killer.ts'
import { type Fault, openMutatedModules } from './mutated-modules.ts'
import type { Exercised, Property } from './property.ts'
import type { PropertyFile } from './suites.ts'

/** One piece of work for a thread. */
export type Job =
  /** Some runs of one property of a file. */
  | { readonly do: 'hold'; readonly path: string; readonly index: number; readonly seed: number; readonly runs: number }
  /** Who notices a fault in `file`: the properties of `files` are asked first, where they are named. */
  | {
      readonly do: 'kill'
      readonly fault: Fault | null
      readonly file: string
      readonly files: readonly PropertyFile[] | null
    }

export type Done =
  | { readonly failure: string | null; readonly exercised: Exercised; readonly visits: Map<string, number> }
  | { readonly killer: Killer }

const modules = openMutatedModules()
const loaded = new Map<string, readonly Property[]>()

async function done(job: Job): Promise<Done> {
  if (job.do === 'kill') {
    const { fault, file, files } = job
    const killer = files === null ? null : await byProperties(modules, fault, files)
    return { killer: killer ?? (await killerOf(modules, fault, file)) }
  }
  const { path, index, seed, runs } = job
  const known = loaded.get(path) ?? ((await modules.load(path, null)) as { properties: readonly Property[] }).properties
  loaded.set(path, known)
  const facts = { seed, runs, exercised: new Map<string, number>(), visits: new Map<string, number>() }
  try {
    known[index]?.run(facts)
    return { failure: null, exercised: facts.exercised, visits: facts.visits }
  } catch (cause) {
    return { failure: String(cause), exercised: facts.exercised, visits: facts.visits }
  }
}

parentPort?.on('message', (job: Job) => void done(job).then((answer) => parentPort?.postMessage(answer)))
