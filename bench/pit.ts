import { availableParallelism } from 'node:os'
import type { Bench } from './bench.ts'
import { figuresOf, type MethodFigures } from './pit/figures.ts'
import { rehearseAll } from './pit/fleet.ts'
import type { Result, Task } from './pit/rehearsal.ts'
import { falseTable, familyTable, methodTable } from './pit/table.ts'

const DAYS = 42
const LEARN_DAYS = 14

/**
 * Simulated closed pits of six weeks, the first two to learn in, with lawful life, faults and ten unlawful families; the standard rules
 * arm themselves from the site file, with one set of parameters for all. Counted as detection.md §4c and §4d ask for.
 */
export const bench: Bench = {
  name: 'pit',
  about: 'simulated pits: what is found of unlawful work, how soon, and how many alarms are false.',
  aim: [
    { figure: 'bigLoads', atLeast: 0.99 },
    { figure: 'bigWithin60s', atLeast: 0.9 },
    { figure: 'found', atLeast: 0.8 },
    { figure: 'falsePerSiteWeek', atMost: 0.15 },
  ],
  run: async ({ quick }) => {
    const some = quick ? 3 : 20
    const runs = {
      engine: tasks(quick ? 8 : 60, { withCheats: true }),
      withoutPumpContact: tasks(some, { knowsPumps: false }),
      withOperator: tasks(some, { hasOperator: true }),
      heldOut: tasks(some, { families: 'held-out' }),
    }
    const results = await rehearseAll(Object.values(runs).flat(), availableParallelism())
    const of = (which: keyof typeof runs) => summary(results.filter(({ task }) => runs[which].includes(task)))
    const engine = of('engine')
    const parts = {
      withoutPumpContact: of('withoutPumpContact'),
      withOperator: of('withOperator'),
      heldOut: of('heldOut'),
    }
    const cheats = cheatFigures(results.slice(0, runs.engine.length))
    console.error(`\n${methodTable({ engine, ...parts, ...cheats })}`)
    console.error(`\n${familyTable(engine)}\n\n${familyTable(parts.heldOut)}\n\n${falseTable(engine)}\n`)
    return { ...engine, ...parts, cheats }
  },
}

function tasks(sites: number, wish: Partial<Task>): Task[] {
  return Array.from({ length: sites }, (_, index) => ({
    seed: index + 1,
    days: DAYS,
    learnDays: LEARN_DAYS,
    families: 'open',
    knowsPumps: true,
    hasOperator: false,
    withCheats: false,
    ...wish,
  }))
}

function summary(results: readonly Result[]): MethodFigures {
  return figuresOf(results.map(({ score }) => score))
}

function cheatFigures(results: readonly Result[]): Record<string, MethodFigures> {
  const names = Object.keys(results[0]?.cheats ?? {})
  return Object.fromEntries(names.map((name) => [name, figuresOf(results.flatMap((one) => one.cheats[name] ?? []))]))
}
