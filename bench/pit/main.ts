import { parseArgs } from 'node:util'
import { figuresOf } from './figures.ts'
import { rehearseAll } from './fleet.ts'
import type { Result } from './rehearsal.ts'
import { falseTable, familyTable, methodTable } from './table.ts'

/** Rehearses some seeds for whoever writes rules, and lists what was missed and what was false. */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1-8' },
    days: { type: 'string', default: '42' },
    learn: { type: 'string', default: '14' },
    threads: { type: 'string', default: '2' },
    'held-out': { type: 'boolean', default: false },
    'without-pump': { type: 'boolean', default: false },
    operator: { type: 'boolean', default: false },
    cheats: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
})
const [first = 1, last = first] = values.seeds.split('-').map(Number)
const tasks = Array.from({ length: last - first + 1 }, (_, index) => ({
  seed: first + index,
  days: Number(values.days),
  learnDays: Number(values.learn),
  families: values['held-out'] ? ('held-out' as const) : ('open' as const),
  knowsPumps: !values['without-pump'],
  hasOperator: values.operator,
  withCheats: values.cheats,
}))
const results = await rehearseAll(tasks, Number(values.threads))
if (values.list) for (const result of results) list(result)
const figures = figuresOf(results.map(({ score }) => score))
const names = Object.keys(results[0]?.cheats ?? {})
const cheats = names.map((name) => [name, figuresOf(results.flatMap((one) => one.cheats[name] ?? []))] as const)
console.log(methodTable({ engine: figures, ...Object.fromEntries(cheats) }))
console.log(`\n${familyTable(figures)}\n\n${falseTable(figures)}`)
const readings = results.reduce((sum, one) => sum + one.readings, 0)
const seconds = results.reduce((sum, one) => sum + one.seconds, 0)
console.log(`\n${Math.round(readings / seconds)} readings a second and core, generator included`)

function list({ task, score }: Result): void {
  for (const { incident, ttdS, isNamed } of score.outcomes) {
    const what = `${incident.family} ${incident.kW} kW${incident.isBig ? ' big' : ''}${incident.isInSchedule ? ' in-schedule' : ''}`
    const how = ttdS === Infinity ? 'MISSED' : `found after ${ttdS} s${isNamed ? '' : ' by another rule'}`
    console.log(`seed ${task.seed} ${when(incident.from)}–${when(incident.to)} ${what}: ${how}`)
  }
  for (const { notice, fate } of score.fates) {
    if (fate !== 'false' && fate !== 'late-permit') continue
    console.log(`seed ${task.seed} ${when(notice.t)} ${fate.toUpperCase()} ${notice.kind} ${notice.types.join('+')}`)
  }
}

function when(t: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
  return `day ${Math.floor(t / 86_400)} ${two((t % 86_400) / 3_600)}:${two((t % 3_600) / 60)}:${two(t % 60)}`
}
