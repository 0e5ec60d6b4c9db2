import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { EQUIVALENT } from './equivalent.ts'
import { type Mutant, mutantsOf, oneLine, withMutant } from './mutate.ts'
import type { Fault } from './mutated-modules.ts'
import { faultOf, NAMED_FAULTS } from './named.ts'
import { doAll, type Ending } from './pool.ts'
import { mutableFiles, suitesOf } from './suites.ts'
import type { Job } from './worker.ts'

const ROOT = join(import.meta.dirname, '..', '..')
/** A fault that makes something run for ever is noticed by that. */
const WITHIN_MS = 60_000

/** What became of the faults that were put into the life-cycle and the escalation. */
export interface Mutation {
  /** Faults that were tried and do change something. */
  readonly mutants: number
  readonly killed: number
  /** Faults listed as changing nothing. */
  readonly equivalent: number
  /** Entries of that list which are none: the code they spoke of is gone, or somebody does notice the fault. */
  readonly staleEquivalents: number
  readonly named: number
  readonly namedKilled: number
  /** Suites that fail without any fault: then nothing else of this says anything. */
  readonly brokenSuites: number
}

type Kill = Extract<Job, { do: 'kill' }> & { readonly about: string; readonly mutant: Mutant | null }

/** Puts faults in and asks who notices: all of them, or those `sample` whose keys come first, which is as good as by lot. */
export async function mutate({ sample, threads }: { sample: number | null; threads: number }): Promise<Mutation> {
  const all = mutableFiles().flatMap((file) => mutantsOf(file, textOf(file)))
  const tried = sample === null ? all : all.toSorted((a, b) => (a.key < b.key ? -1 : 1)).slice(0, sample)
  const keys = new Set(all.map(({ key }) => key))
  let staleEquivalents = 0
  for (const [key, { at }] of Object.entries(EQUIVALENT)) {
    if (keys.has(key)) continue
    staleEquivalents += 1
    console.error(`no fault has the key ${key} any more: ${at}`)
  }
  const counts = { killed: 0, survived: 0, equivalent: 0, namedKilled: 0, brokenSuites: 0 }
  const jobs = [...baselines(), ...NAMED_FAULTS.map(namedJob), ...tried.map(mutantJob)]
  const told = progressOf(jobs.length)
  await doAll(jobs, {
    threads,
    withinMs: WITHIN_MS,
    ended: (job, ending) => {
      const killer = killerOf(ending)
      const isEquivalent = job.mutant !== null && job.mutant.key in EQUIVALENT
      if (job.fault === null) counts.brokenSuites += killer === null ? 0 : 1
      else if (job.mutant === null) counts.namedKilled += killer === null ? 0 : 1
      else if (isEquivalent && killer === null) counts.equivalent += 1
      else if (killer === null) counts.survived += 1
      else counts.killed += 1
      if (isEquivalent && killer !== null) staleEquivalents += 1
      tell(job, killer, isEquivalent)
      told()
    },
  })
  const { killed, survived, equivalent, namedKilled, brokenSuites } = counts
  const named = NAMED_FAULTS.length
  return { mutants: killed + survived, killed, equivalent, staleEquivalents, named, namedKilled, brokenSuites }
}

function tell({ about, fault, mutant }: Kill, killer: string | null, isEquivalent: boolean): void {
  if (fault === null) {
    if (killer !== null) console.error(`fails without a fault: ${about}: ${killer}`)
  } else if (mutant === null) console.error(`${about}: ${killer === null ? 'SURVIVED' : `noticed by ${killer}`}`)
  else if (isEquivalent && killer !== null) console.error(`is not equivalent: ${about}: noticed by ${killer}`)
  else if (!isEquivalent && killer === null) console.error(`SURVIVED: ${about}`)
}

function killerOf(ending: Ending): string | null {
  if ('broke' in ending) return ending.broke
  return 'killer' in ending.done ? ending.done.killer : null
}

/** Each suite once without a fault. */
function baselines(): readonly Kill[] {
  const files = Map.groupBy(mutableFiles(), (file) =>
    suitesOf(file)
      .map(({ tests }) => tests.join())
      .join(),
  )
  return [...files.values()].flatMap(([file]) =>
    file === undefined ? [] : [{ do: 'kill', fault: null, mutant: null, file, files: null, about: `suite of ${file}` }],
  )
}

function namedJob(named: (typeof NAMED_FAULTS)[number]): Kill {
  const { name, forbiddenBy, asks, changes } = named
  const file = changes[0]?.file ?? ''
  return { do: 'kill', fault: faultOf(named), mutant: null, file, files: [asks], about: `“${name}” (${forbiddenBy})` }
}

function mutantJob(mutant: Mutant): Kill {
  const { key, file, line, within, was, becomes } = mutant
  const fault: Fault = { key, files: new Map([[file, withMutant(textOf(file), mutant)]]) }
  const about = `${key} ${file}:${line} ${within}: ${oneLine(was)} → ${oneLine(becomes)}`
  return { do: 'kill', fault, mutant, file, files: null, about }
}

function textOf(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8')
}

function progressOf(jobs: number): () => void {
  let [ended, toldMs] = [0, performance.now()]
  return () => {
    ended += 1
    if (performance.now() - toldMs < 5_000) return
    toldMs = performance.now()
    console.error(`mutation: ${ended} of ${jobs} faults`)
  }
}
