import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Mutant, mutantsOf, oneLine, withMutant } from '../../../bench/invariants/mutate.ts'
import { EQUIVALENT } from '../../../bench/invariants/equivalent.ts'
import { faultOf, NAMED_FAULTS } from '../../../bench/invariants/named.ts'
import { doAll, type Ending } from '../../../bench/invariants/pool.ts'
import { mutableFiles, suitesOf } from '../../../bench/invariants/suites.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const textOf = (file: string) => readFileSync(join(ROOT, file), 'utf8')
const becomes = (text: string) => mutantsOf('a.ts', text).map((mutant) => oneLine(withMutant(text, mutant)))

describe('faults put into a program', () => {
  it('are those of its operators, boundaries, conditions, words and steps', () => {
    expect(becomes('const f = a < 1 && b')).toEqual([
      'const f = ((a < 1) || (b))',
      'const f = ((a) <= (1)) && b',
      'const f = ((a) >= (1)) && b',
      'const f = a < 2 && b',
    ])
    expect(becomes('function f() { if (a) g() }')).toEqual([
      'function f() {}',
      'function f() { if (true) g() }',
      'function f() { if (false) g() }',
      'function f() { if (a) ; }',
    ])
    expect(becomes("const f = { ...a, b: 'x y', c: true }")).toEqual([
      'const f = { ...a, ...{}, c: true }',
      "const f = { ...a, b: 'x y', ...{} }",
      "const f = { ...a, b: 'x y', c: false }",
    ])
    expect(becomes('const f = a?.b.filter(c)')).toEqual(['const f = a?.b', 'const f = a.b.filter(c)'])
  })

  it('leave alone what no program runs', () => {
    expect(
      becomes(
        "import { a } from 'a'\ntype B = 'x' | 1\ninterface C { d: 1 }\nconst e = z.object({ f: z.number().min(1) })",
      ),
    ).toEqual([])
  })

  it('are named by the words of their declaration: another declaration does not matter, an edit of their own does', () => {
    const keys = (text: string) => mutantsOf('a.ts', text).map(({ key }) => key)
    const one = 'const f = (a) => a < 1\n'
    expect(keys(`const g = 2\n${one}`).slice(1)).toEqual(keys(one))
    expect(keys('const f = (a) =>\n  a < 1\n')).toEqual(keys(one))
    expect(keys('const f = (a, b) => a < 1\n').some((key) => keys(one).includes(key))).toBe(false)
  })

  it('are found in every file of the life-cycle and the escalation, and each file has a suite', () => {
    const files = mutableFiles()
    expect(files.length).toBeGreaterThanOrEqual(20)
    for (const file of files) expect(mutantsOf(file, textOf(file)).length, file).toBeGreaterThan(0)
  })
})

describe('the lists of faults', () => {
  it('name what is in the code: those that systems in use have, and those that change nothing', () => {
    expect(NAMED_FAULTS.map((named) => faultOf(named).files.size > 0)).not.toContain(false)
    expect(new Set(NAMED_FAULTS.map(({ name }) => name)).size).toBe(NAMED_FAULTS.length)
    const keys = new Set(mutableFiles().flatMap((file) => mutantsOf(file, textOf(file)).map(({ key }) => key)))
    expect(Object.entries(EQUIVALENT).flatMap(([key, { at }]) => (keys.has(key) ? [] : [at]))).toEqual([])
  })
})

describe('a suite', () => {
  const file = 'core/alarms/storm.ts'
  const [text, path] = [textOf(file), file]
  const ask = async (mutants: readonly (Mutant | null)[]) => {
    const endings: Ending[] = []
    const jobs = mutants.map((mutant) => ({
      ...({ do: 'kill', file: path, files: null } as const),
      fault: mutant === null ? null : { key: mutant.key, files: new Map([[path, withMutant(text, mutant)]]) },
    }))
    await doAll(jobs, { threads: 1, withinMs: 20_000, ended: (_, ending) => void endings.push(ending) })
    return endings
  }

  it('has nothing to say of the code as it is, and names who notices a fault', async () => {
    const found = mutantsOf(file, text).find(({ was }) => was === 'raised > STORM_BEGINS_ABOVE')
    const [none, one] = await ask([null, found ?? null])
    expect(none).toEqual({ done: { killer: null } })
    expect(one).toMatchObject({ done: { killer: expect.stringContaining('a storm begins above 10') as unknown } })
    expect(suitesOf(file)).toHaveLength(1)
  })
})
