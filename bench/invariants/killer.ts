import fc from 'fast-check'
import type { Collected } from './collector.ts'
import type { Fault, MutatedModules } from './mutated-modules.ts'
import type { Property } from './property.ts'
import { type PropertyFile, suitesOf } from './suites.ts'

/** Faults are judged by the same stories every time, so that a run can be repeated. */
const SEED = 20_260_112

/** Who noticed a fault first: a test's name or an invariant's; null = nobody. */
export type Killer = string | null

/** Asks tests and properties in turn whether they notice a fault, the quick ones first. Null as fault asks whether all is well without. */
export async function killerOf(modules: MutatedModules, fault: Fault | null, file: string): Promise<Killer> {
  fc.configureGlobal({ seed: SEED })
  const suites = suitesOf(file)
  const tests = suites.flatMap((suite) => suite.tests)
  const byExample = await byTests(modules, fault, tests)
  if (byExample !== null) return byExample
  return byProperties(
    modules,
    fault,
    suites.flatMap((suite) => suite.properties),
  )
}

/** Asks properties only, each by its name. */
export async function byProperties(
  modules: MutatedModules,
  fault: Fault | null,
  files: readonly PropertyFile[],
): Promise<Killer> {
  for (const { path, runs } of files) {
    const loaded = await attempt(async () => (await modules.load(path, fault)) as { properties: readonly Property[] })
    if ('failure' in loaded) return `${path} ${loaded.failure}`
    for (const property of loaded.value.properties) {
      const facts = { seed: SEED, runs, exercised: new Map<string, number>(), visits: new Map<string, number>() }
      const ran = await attempt(() => property.run(facts))
      if ('failure' in ran) return reasonOf(ran.failure)
    }
  }
  return null
}

async function byTests(modules: MutatedModules, fault: Fault | null, paths: readonly string[]): Promise<Killer> {
  const loaded = await attempt(async () => {
    for (const path of paths) await modules.load(path, fault)
    const { collected } = (await modules.load('bench/invariants/collector.ts', fault)) as { collected: Collected[] }
    return collected
  })
  if ('failure' in loaded) return `loading: ${loaded.failure}`
  for (const { name, body } of loaded.value) {
    const ran = await attempt(body)
    if ('failure' in ran) return `${name}: ${reasonOf(ran.failure)}`
  }
  return null
}

async function attempt<T>(act: () => T | Promise<T>): Promise<{ readonly value: T } | { readonly failure: string }> {
  try {
    return { value: await act() }
  } catch (cause) {
    if (!(cause instanceof Error)) return { failure: String(cause) }
    return { failure: cause.cause instanceof Error ? `${cause.message}\n${cause.cause.message}` : cause.message }
  }
}

/** Of what fast-check says the line that names what did not hold. */
function reasonOf(failure: string): string {
  const lines = failure.split('\n').map((line) => line.replace(/^\s*(Error: )?/, ''))
  return (lines.find((line) => /\b[IE]\d+\b/.test(line)) ?? lines[0] ?? '').slice(0, 160)
}
