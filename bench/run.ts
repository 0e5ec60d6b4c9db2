import { readdir } from 'node:fs/promises'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { aimsOf, aimText, type Bench, isMet } from './bench.ts'

const NOT_BENCHES = new Set(['run.ts', 'bench.ts'])

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean' }, seed: { type: 'string' } },
})
const [wanted] = positionals
const benches = await allBenches()

if (wanted === undefined) {
  for (const bench of benches) {
    console.log(`${bench.name.padEnd(12)} ${bench.about} Aim: ${aimsOf(bench).map(aimText).join(', ')}.`)
  }
} else {
  const bench = benches.find(({ name }) => name === wanted)
  if (bench === undefined) {
    console.error(`expected one of ${benches.map(({ name }) => name).join(', ')}, came ${wanted}`)
    process.exit(2)
  }
  const seed = values.seed === undefined ? {} : { seed: Number(values.seed) }
  const figures = await bench.run({ quick: values.quick ?? false, ...seed })
  const aims = aimsOf(bench)
  const met = aims.every((aim) => isMet(aim, figures))
  console.log(JSON.stringify({ bench: bench.name, ...figures, aim: aims.map(aimText).join(', '), met }))
  process.exit(0)
}

async function allBenches(): Promise<readonly Bench[]> {
  const files = (await readdir(import.meta.dirname)).filter((file) => file.endsWith('.ts') && !NOT_BENCHES.has(file))
  const modules = files.toSorted().map(async (file) => {
    const module = (await import(`./${basename(file)}`)) as { bench: Bench }
    return module.bench
  })
  return Promise.all(modules)
}
