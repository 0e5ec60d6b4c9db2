import { describe, expect, it } from 'vitest'
import { contentDiff, contentOf } from '../../dashboard/web/stores/config-files.ts'

const SITE = { name: 'site.yaml', text: 'group: demo\nsite: {}\n' }
const profile = (name: string, more = '') => ({ name: 'any.yaml', text: `profile: ${name}\n${more}` })
const present = { site: 'group: demo\n', profiles: [{ name: 'demo/a', yaml: 'profile: demo/a\n' }] }

describe('files chosen for a configuration', () => {
  it('are one site and its profiles, known by their first key and not by their names', () => {
    expect(contentOf([profile('demo/b'), SITE, profile("'demo/c'")], null)).toEqual({
      is: 'content',
      content: {
        site: SITE.text,
        profiles: [
          { name: 'demo/b', yaml: 'profile: demo/b\n' },
          { name: 'demo/c', yaml: "profile: 'demo/c'\n" },
        ],
      },
    })
  })

  it('leave profiles that were not chosen as they are', () => {
    const chosen = contentOf([SITE, profile('demo/b')], present)
    expect(chosen).toMatchObject({ content: { profiles: [{ name: 'demo/a' }, { name: 'demo/b' }] } })
    const replaced = contentOf([SITE, profile('demo/a', 'vendor: new\n')], present)
    expect(replaced).toMatchObject({
      content: { profiles: [{ name: 'demo/a', yaml: 'profile: demo/a\nvendor: new\n' }] },
    })
  })

  it('are refused without a site, and with two', () => {
    expect(contentOf([profile('demo/a')], null)).toEqual({ is: 'unfit', why: 'none' })
    expect(contentOf([SITE, SITE], null)).toEqual({ is: 'unfit', why: 'several' })
  })
})

describe('what is different in a configuration', () => {
  it('is told file by file, with files that come and go', () => {
    const to = { site: 'group: demo\nsite: {}\n', profiles: [{ name: 'demo/b', yaml: 'profile: demo/b\n' }] }
    const told = contentDiff(present, to).map(({ name, hunks }) => [
      name,
      hunks.flatMap(({ lines }) => lines.map(({ kind }) => kind)),
    ])
    expect(told).toEqual([
      ['site.yaml', ['same', 'added']],
      ['demo/a.yaml', ['removed']],
      ['demo/b.yaml', ['added']],
    ])
    expect(contentDiff(to, to)).toEqual([])
    expect(contentDiff(null, to)).toHaveLength(2)
  })
})
