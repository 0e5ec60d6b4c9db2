import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..', '..')

/** What is asked whether it notices a fault: the tests by example of some files, and their properties with few runs. */
export interface Suite {
  /** Files of core/alarms it stands for. */
  readonly files: RegExp
  readonly tests: readonly string[]
  readonly properties: readonly PropertyFile[]
}

/** Properties that one file exports, and how many runs of each a fault has to survive. */
export interface PropertyFile {
  readonly path: string
  readonly runs: number
}

const ALARMS = 'test/core/alarms'
export const LIFE: PropertyFile = { path: 'bench/invariants/life.ts', runs: 150 }
export const NIGHTS: PropertyFile = { path: 'bench/invariants/nights.ts', runs: 60 }
export const EVALUATOR: PropertyFile = { path: 'bench/invariants/evaluator.ts', runs: 300 }

export const SUITES: readonly Suite[] = [
  {
    files: /^core\/alarms\/(lifecycle[a-z-]*|suppression|chatter|merge-evidence|priority)\.ts$/,
    tests: [
      `${ALARMS}/lifecycle.test.ts`,
      `${ALARMS}/suppression.test.ts`,
      `${ALARMS}/lifecycle-take.test.ts`,
      `${ALARMS}/lifecycle-mutants.test.ts`,
      `${ALARMS}/lifecycle-ledger-mutants.test.ts`,
      `${ALARMS}/lifecycle-take-mutants.test.ts`,
    ],
    properties: [LIFE],
  },
  {
    files: /^core\/alarms\/(escalation[a-z-]*|dispatch-[a-z]+|digest|budget|storm|priority)\.ts$/,
    tests: [
      `${ALARMS}/dispatch.test.ts`,
      `${ALARMS}/escalation.test.ts`,
      `${ALARMS}/dispatch-mutants.test.ts`,
      `${ALARMS}/escalation-mutants.test.ts`,
    ],
    properties: [NIGHTS],
  },
]

/** The suites a file's faults must be noticed by. */
export function suitesOf(file: string): readonly Suite[] {
  return SUITES.filter(({ files }) => files.test(file))
}

/** Every file of the life-cycle and the escalation, from the root of the repository. */
export function mutableFiles(): readonly string[] {
  const files = readdirSync(join(ROOT, 'core/alarms')).map((name) => `core/alarms/${name}`)
  return files.filter((file) => suitesOf(file).length > 0).toSorted()
}
