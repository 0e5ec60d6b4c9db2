import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { loadProfiles } from '../platform/site/profiles.ts'
import {
  cycleIn,
  filesOfTheHouse,
  importsOf,
  keyPaths,
  MAY_IMPORT,
  read,
  ROOT,
  roomOf,
  strayChinese,
  tablesIn,
  type Import,
} from './house.ts'

const files = filesOfTheHouse()
const sources = files.filter((path) => /\.(ts|tsx|js)$/.test(path))
const imports = sources.flatMap(importsOf)
const manifest = z
  .object({ dependencies: z.record(z.string(), z.string()), devDependencies: z.record(z.string(), z.string()) })
  .parse(JSON.parse(read('package.json')))

const say = ({ from, to }: Import) => `${from} → ${to}`
const isTest = (path: string) => path.startsWith('test/')
/** Programs people or parents start, and files tools ask for. */
const isProgram = (path: string) => basename(path) === 'main.ts' || path === 'flows/run.ts'
const isToolConfig = (path: string) => /(^|\/)[\w.-]+\.config\.(ts|js)$/.test(path)

describe('the rooms of the house', () => {
  it('import only what they may', () => {
    const wrong = imports.filter(({ from, to, kind }) => {
      const room = roomOf(from)
      const other = roomOf(to)
      return kind === 'file' && room !== null && other !== null && room !== other && !MAY_IMPORT[room].includes(other)
    })
    expect(wrong.map(say)).toEqual([])
  })

  it('import only files that are there, with their ending', () => {
    const wrong = imports.filter(({ to, kind }) => kind === 'file' && !files.includes(to))
    expect(wrong.map(say)).toEqual([])
  })

  it('stand in no circle', () => {
    const graph = new Map<string, Set<string>>()
    for (const { from, to, kind } of imports) {
      const room = roomOf(from)
      const other = roomOf(to)
      if (kind !== 'file' || room === null || other === null || room === other || isTest(from)) continue
      graph.set(room, (graph.get(room) ?? new Set()).add(other))
    }
    expect(cycleIn(graph)).toBe(null)
  })

  it('keep core pure: zod and nothing else, no node, no clock', () => {
    const wrong = imports.filter(({ from, to, kind }) => {
      return from.startsWith('core/') && (kind === 'node' || (kind === 'package' && to !== 'zod'))
    })
    expect(wrong.map(say)).toEqual([])
  })

  it('keep node out of the page', () => {
    const wrong = imports.filter(({ from, kind }) => roomOf(from) === 'dashboard/web' && kind === 'node')
    expect(wrong.filter(({ from }) => !isToolConfig(from)).map(say)).toEqual([])
  })

  it('keep drivers apart from one another', () => {
    const driver = (path: string) => /^gateway\/drivers\/([^/]+)\//.exec(path)?.[1]
    const wrong = imports.filter(({ from, to }) => {
      return driver(from) !== undefined && driver(to) !== undefined && driver(from) !== driver(to)
    })
    expect(wrong.map(say)).toEqual([])
  })

  it('write to a device in one place: nobody asks the bus to but the deterrents, behind their interlock', () => {
    const callers = sources.filter((path) => /\bbus\.write\(/i.test(read(path)))
    expect(callers.filter((path) => !/^(test|bench)\//.test(path))).toEqual(['gateway/deterrent/output.ts'])
    const askers = imports.filter(({ from, to }) => to === 'gateway/deterrent/output.ts' && !isTest(from))
    expect(askers.filter(({ from }) => !/^gateway\/(deterrent|runtime)\//.test(from)).map(say)).toEqual([])
  })

  it('leave programs to the command line: nobody else imports a main', () => {
    const wrong = imports.filter(({ from, to, kind }) => {
      return kind === 'file' && isProgram(to) && !['cli', 'test', 'bench'].includes(roomOf(from) ?? '')
    })
    expect(wrong.map(say)).toEqual([])
  })

  it('run on dependencies that are installed without the development tools', () => {
    const shipped = imports.filter(({ from, kind }) => {
      const room = roomOf(from)
      return kind === 'package' && room !== null && !['test', 'bench', 'dashboard/web'].includes(room)
    })
    expect(shipped.filter(({ to }) => !(to in manifest.dependencies)).map(say)).toEqual([])
    const all = { ...manifest.dependencies, ...manifest.devDependencies }
    expect(imports.filter(({ to, kind }) => kind === 'package' && !(to in all)).map(say)).toEqual([])
  })

  it('are all looked at by the linter, which takes them in parts: all at once they need more memory than it may have', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const linted = (scripts.lint ?? '').split(/\s+/)
    const folders = new Set(sources.flatMap((path) => (path.includes('/') ? [path.split('/')[0]] : [])))
    expect([...folders].filter((folder) => !linted.includes(folder ?? ''))).toEqual([])
  })

  it('use every library they have', () => {
    const used = new Set(imports.map(({ to }) => to))
    // Read by tools, by path or by name, never imported.
    const tools = [
      'eslint',
      '@types/node',
      '@types/nodemailer',
      '@types/smtp-server',
      '@types/web-push',
      '@types/ws',
      '@typescript/native',
      'prettier',
      'axe-core',
    ]
    const unused = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
      (name) => !used.has(name),
    )
    expect(unused.filter((name) => !tools.includes(name))).toEqual([])
  })
})

describe('every source file', () => {
  it('is named in kebab-case and is no barrel', () => {
    const wrong = sources.filter((path) => {
      return !/^[a-z0-9]+(-[a-z0-9]+)*(\.(test|property\.test|config|d))?\.(ts|tsx|js)$/.test(basename(path))
    })
    expect(wrong).toEqual([])
    expect(sources.filter((path) => /^index\.(ts|tsx|js)$/.test(basename(path)))).toEqual([])
  })

  it('names what it exports', () => {
    const wrong = sources.filter((path) => !isToolConfig(path) && /^export default\b/m.test(read(path)))
    expect(wrong).toEqual([])
  })

  it('promises nothing for later without the number of an issue', () => {
    const later = new RegExp(`\\b(${['TO', 'FIX'].join('DO|')}ME)\\b(?! ?\\(#\\d+\\))`)
    expect(sources.filter((path) => later.test(read(path)))).toEqual([])
  })

  it('keeps Chinese text in message tables', () => {
    // Whole files of texts in one language, words built up from parts, and made-up people and places.
    const texts =
      /^(sim|test|bench)\/|^core\/rules\/words\/|\/i18n\/|(^|\/)(messages|texts|wording)\.ts$|-messages\.ts$/
    const stray = sources
      .filter((path) => !texts.test(path))
      .flatMap((path) => strayChinese(path).map((at) => `${path}:${at}`))
    expect(stray).toEqual([])
  })
})

describe('texts for people', () => {
  it('exist in both languages, with the same keys', async () => {
    const tables = sources.filter((path) => /(^|\/)(messages|texts)\.ts$|-messages\.ts$/.test(path) && !isTest(path))
    expect(tables.length).toBeGreaterThan(0)
    for (const path of tables) {
      const exported: unknown = await import(join(ROOT, path))
      for (const table of tablesIn({ ...(exported as object) })) {
        expect(keyPaths(table['zh-CN']).sort(), path).toEqual(keyPaths(table.en).sort())
      }
    }
  })

  it('exist in both languages for the nodes of the flows', () => {
    const [zh, en] = ['zh-CN', 'en-US'].map((language) => {
      const folder = `flows/nodes/locales/${language}/`
      return files
        .filter((path) => path.startsWith(folder))
        .flatMap((path) => {
          const keys = path.endsWith('.json') ? keyPaths(JSON.parse(read(path))) : ['']
          return keys.map((key) => `${path.slice(folder.length)}${key}`)
        })
        .sort()
    })
    expect(zh).toEqual(en)
  })
})

describe('what is written down', () => {
  it('numbers its decisions without gaps or doubles', () => {
    const records = files.filter((path) => /^docs\/adr\/\d/.test(path)).map((path) => basename(path))
    expect(records.length).toBeGreaterThan(0)
    expect(records.filter((name) => !/^\d{4}-[a-z0-9]+(-[a-z0-9]+)*\.md$/.test(name))).toEqual([])
    expect(records.map((name) => Number(name.slice(0, 4)))).toEqual(records.map((_, index) => index + 1))
  })

  it('is up to date where it is generated: schemas, API, error codes, devices', () => {
    const checked = spawnSync(process.execPath, [join(ROOT, 'cli/gen.ts'), '--check'], { encoding: 'utf8' })
    expect(checked.stderr).toBe('')
    expect(checked.status).toBe(0)
  })

  it('links only to files that are there', () => {
    const wrong = files
      .filter((path) => path.endsWith('.md'))
      .flatMap((path) =>
        [...read(path).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
          .map(([, target]) => join(ROOT, path, '..', target ?? ''))
          .filter((target) => !existsSync(target))
          .map((target) => `${path} → ${target}`),
      )
    expect(wrong).toEqual([])
  })

  it('has a profile for each device file, under the name of its path', () => {
    const paths = files.filter((path) => /^devices\/.*\.yaml$/.test(path))
    const names = paths.map((path) => path.replace(/^devices\/|\.yaml$/g, ''))
    expect([...loadProfiles([join(ROOT, 'devices')]).keys()].sort()).toEqual(names.sort())
    expect(files.filter((path) => path.startsWith('devices/') && !path.endsWith('.yaml'))).toEqual([])
  })
})

describe('the house test itself', () => {
  it('sees static, type, dynamic, re-exporting and required imports', () => {
    expect(
      cycleIn(
        new Map([
          ['a', new Set(['b'])],
          ['b', new Set(['c'])],
          ['c', new Set(['b'])],
        ]),
      ),
    ).toEqual(['b', 'c', 'b'])
    expect(
      cycleIn(
        new Map([
          ['a', new Set(['b', 'c'])],
          ['b', new Set(['c'])],
        ]),
      ),
    ).toBe(null)
    const own = importsOf('test/house.test.ts').map(({ to }) => to)
    expect(own).toEqual(
      expect.arrayContaining(['node:path', 'vitest', 'zod', 'platform/site/profiles.ts', 'test/house.ts']),
    )
    expect(importsOf('flows/nodes/pitwatch-alarms.js').map(({ to }) => to)).toEqual(['flows/alarm-feed.ts'])
    expect(importsOf('cli/commands/gateway.ts').map(({ to }) => to)).toContain('gateway/main.ts')
  })
})
