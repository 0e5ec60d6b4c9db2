import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { en } from '../../dashboard/web/i18n/en.ts'
import { zhCN } from '../../dashboard/web/i18n/zh-cn.ts'

const web = new URL('../../dashboard/web/', import.meta.url).pathname
const CHINESE = /[\u3400-\u9fff]/

function leaves(value: unknown, path = ''): [string, unknown][] {
  if (typeof value !== 'object' || value === null) return [[path, value]]
  return Object.entries(value).flatMap(([key, member]) => leaves(member, `${path}/${key}`))
}

const said = (value: unknown) =>
  typeof value === 'function' ? String((value as (...values: unknown[]) => unknown)(1, 2, 3)) : String(value)

describe('the texts of the page', () => {
  it('exist in both languages, place by place', () => {
    expect(leaves(en).map(([path]) => path)).toEqual(leaves(zhCN).map(([path]) => path))
    for (const [path, text] of [...leaves(en), ...leaves(zhCN)]) expect(said(text), path).not.toBe('')
  })

  it('hold no Chinese in English, but for the name of the other language', () => {
    const mixed = leaves(en).filter(([, text]) => CHINESE.test(said(text)))
    expect(mixed.map(([path]) => path)).toEqual(['/header/language'])
  })

  it('stand nowhere but in the tables', () => {
    const files = globSync('**/*.{ts,tsx,html}', { cwd: web, exclude: ['dist/**', 'i18n/**'] })
    expect(files.length).toBeGreaterThan(30)
    expect(files.filter((file) => CHINESE.test(readFileSync(`${web}${file}`, 'utf8')))).toEqual([])
  })

  it('count one in the singular', () => {
    expect(en.site.points(1)).toBe('1 point')
    expect(en.site.points(2)).toBe('2 points')
  })
})
