import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Duration } from '../../core/contract/time.ts'
import { HouseError } from '../../core/kit/errors.ts'
import { faultReport, loadYaml, nearest, parseYaml } from '../../platform/config.ts'

const Schema = z
  .object({
    name: z.string(),
    port: z.number().int().min(1).max(65_535),
    wait: Duration.default(1_000),
    stops: z.union([z.literal(1), z.literal(2)]).default(1),
    mode: z.enum(['fast', 'slow']).default('fast'),
    list: z
      .array(
        z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('a'), size: z.number() }).strict(),
          z.object({ kind: z.literal('b') }).strict(),
        ]),
      )
      .default([]),
  })
  .strict()

function report(text: string): string[] {
  try {
    parseYaml(text, 'x.yaml', Schema)
    return []
  } catch (error) {
    if (!(error instanceof HouseError)) throw error
    expect(error.code).toBe('config/invalid')
    return error.message.split('\n')
  }
}

describe('a YAML configuration', () => {
  it('comes with its defaults and parsed durations', () => {
    expect(parseYaml('name: x\nport: 80\nwait: 2min', 'x.yaml', Schema)).toEqual({
      name: 'x',
      port: 80,
      wait: 120_000,
      stops: 1,
      mode: 'fast',
      list: [],
    })
  })

  it('reports each fault on a line of its own: where, what was expected, what came', () => {
    const text =
      'nmae: x\nport: 70000\nwait: 5 seconds\nstops: 3\nmode: quick\nlist:\n  - kind: c\n  - kind: a\n    size: big\n    other: 1\n'
    expect(report(text)).toEqual([
      'x.yaml:1:1: name: expected a text, came nothing',
      'x.yaml:1:1: nmae: unknown key; did you mean name?',
      'x.yaml:2:1: port: expected at most 65535, came 70000',
      'x.yaml:3:1: wait: expected a duration such as 500ms, 10s, 5min, 2h or 30d, came "5 seconds"',
      'x.yaml:4:1: stops: expected 1 or 2, came 3',
      'x.yaml:5:1: mode: expected fast or slow, came "quick"',
      'x.yaml:7:5: list[0].kind: expected a or b, came "c"',
      'x.yaml:9:5: list[1].size: expected a number, came "big"',
      'x.yaml:10:5: list[1].other: unknown key; expected one of kind, size',
    ])
  })

  it('says where it is no YAML, and refuses one key twice', () => {
    expect(report('name: [1\nport: 2')[0]).toMatch(/^x\.yaml:2:\d+: no YAML: /)
    expect(report('name: a\nname: b\nport: 1')[0]).toMatch(/^x\.yaml:2:1: no YAML: .*unique/)
  })

  it('refuses an alias bomb instead of growing', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]']
    for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg'])
      bomb.push(`${to}: &${to} [${Array.from({ length: 9 }, () => `*${from}`).join(', ')}]`)
    expect(report(bomb.join('\n'))[0]).toContain('no YAML')
  })

  it('gives faults found by others their lines too', () => {
    const text = 'list:\n  - kind: a\n    size: 1\n'
    const faults = [
      { path: ['list', 0, 'size'], message: 'expected 2, came 1' },
      { path: ['nowhere'], message: 'missing' },
    ]
    expect(faultReport('x.yaml', text, faults)).toBe(
      'x.yaml:1:1: nowhere: missing\nx.yaml:3:5: list[0].size: expected 2, came 1',
    )
  })

  it('says config/unreadable for a file that is not there', () => {
    expect(() => loadYaml('/nowhere/x.yaml', Schema)).toThrow(expect.objectContaining({ code: 'config/unreadable' }))
  })

  it('finds the word that was meant, and none when nothing is near', () => {
    expect(nearest('mian', ['main', 'other'])).toBe('main')
    expect(nearest('high-limt', ['low-limit', 'high-limit'])).toBe('high-limit')
    expect(nearest('zebra', ['main', 'other'])).toBeNull()
    expect(nearest('x', [])).toBeNull()
  })
})
