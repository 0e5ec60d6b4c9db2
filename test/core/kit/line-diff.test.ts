import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diffHunks, type DiffLine, diffLines } from '../../../core/kit/line-diff.ts'

const text = fc
  .array(fc.constantFrom('a', 'b', 'c', 'd', ''), { maxLength: 14 })
  .map((lines) => lines.map((one) => `${one}\n`).join(''))
const side = (lines: readonly DiffLine[], without: DiffLine['kind']) =>
  lines
    .filter(({ kind }) => kind !== without)
    .map(({ text: line }) => `${line}\n`)
    .join('')

describe('the difference of two texts', () => {
  it('leads from the one to the other', () => {
    fc.assert(
      fc.property(text, text, (from, to) => {
        const lines = diffLines(from, to)
        expect(side(lines, 'added')).toBe(from)
        expect(side(lines, 'removed')).toBe(to)
      }),
    )
  })

  it('is as short as that of GNU diff', () => {
    const folder = mkdtempSync(join(tmpdir(), 'pitwatch-diff-'))
    const [a, b] = [join(folder, 'a'), join(folder, 'b')]
    const gnu = (from: string, to: string): number => {
      writeFileSync(a, from)
      writeFileSync(b, to)
      const program = `diff --minimal ${a} ${b} | grep -c '^[<>]' || true`
      return Number(execFileSync('sh', ['-c', program], { encoding: 'utf8' }))
    }
    fc.assert(
      fc.property(text, text, (from, to) => {
        expect(diffLines(from, to).filter(({ kind }) => kind !== 'same')).toHaveLength(gnu(from, to))
      }),
      { numRuns: 60 },
    )
    rmSync(folder, { recursive: true })
  })

  it('has what is removed before what is added in its place', () => {
    const lines = diffLines('one\ntwo\nthree\n', 'one\nzwei\ndrei\nthree\n')
    expect(lines.map(({ kind, text: line }) => `${kind[0] ?? ''} ${line}`)).toEqual([
      's one',
      'r two',
      'a zwei',
      'a drei',
      's three',
    ])
  })

  it('is shown in hunks that say where they begin', () => {
    const from = Array.from({ length: 30 }, (_, n) => `line ${n + 1}\n`).join('')
    const to = from.replace('line 5\n', 'LINE 5\nline 5.5\n').replace('line 25\n', '')
    const hunks = diffHunks(diffLines(from, to), 2)
    expect(hunks.map(({ from: old, to: now, lines }) => [old, now, lines.length])).toEqual([
      [3, 3, 7],
      [23, 24, 5],
    ])
    expect(diffHunks(diffLines(from, from))).toEqual([])
  })
})
