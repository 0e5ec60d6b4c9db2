import { parentPort } from 'node:worker_threads'
import { byProperties, killerOf, type Killer } from './killer.ts'
import type { Mutant } from './mutate.ts'
import { openMutatedModules } from './mutated-modules.ts'
import type { Exercised, Property } from './property.ts'
import type { PropertyFile } from './suites.ts'

/** One piece of work for a thread. */
export type Job =
  /** Some runs of one property of a file. */
  | { readonly do: 'hold'; readonly path: string; readonly index: number; readonly seed: number; readonly runs: number }
  /** Who notices a fault; of `files` only, where they are named. */
  | {
      readonly do: 'kill'
      readonly mutant: Mutant | null
      readonly file: string
      readonly files: readonly PropertyFile[] | null
    }

export type Done =
  | { readonly failure: string | null; readonly exercised: Exercised; readonly visits: Map<string, number> }
  | { readonly killer: Killer }

const modules = openMutatedModules()
const loaded = new Map<string, readonly Property[]>()

async function done(job: Job): Promise<Done> {
  if (job.do === 'kill')
    return {
      killer:
        job.files === null
          ? await killerOf(modules, job.mutant, job.file)
          : await byProperties(modules, job.mutant, job.files),
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
