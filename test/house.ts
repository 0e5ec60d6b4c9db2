import { readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, posix } from 'node:path'
import ts from 'typescript'

export const ROOT = join(import.meta.dirname, '..')

const NOT_OURS = /^(node_modules|\.git|data|coverage|dashboard\/web\/dist)(\/|$)/

/** Every file of the repository that people write or generate, as a path from its root with `/`. */
export function filesOfTheHouse(folder = ''): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = posix.join(folder, entry.name)
      if (NOT_OURS.test(path)) return []
      return entry.isDirectory() ? filesOfTheHouse(path) : [path]
    })
    .sort()
}

export function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

/** The rooms, outermost path first matched; each file belongs to the first whose folder it lies in. */
const ROOMS = [
  'core/contract',
  'core/kit',
  'core/decode',
  'core/rules',
  'core/alarms',
  'platform',
  'gateway',
  'dashboard/server',
  'dashboard/watchman',
  'dashboard/web',
  'flows',
  'sim',
  'cli',
  'bench',
  'test',
] as const
export type Room = (typeof ROOMS)[number]

const CORE = ['core/contract', 'core/kit', 'core/decode', 'core/rules', 'core/alarms'] as const

/** Which other rooms a room may import. */
export const MAY_IMPORT: Readonly<Record<Room, readonly Room[]>> = {
  'core/contract': [],
  'core/kit': ['core/contract'],
  'core/decode': ['core/contract', 'core/kit'],
  'core/rules': ['core/contract', 'core/kit'],
  'core/alarms': ['core/contract', 'core/kit'],
  platform: CORE,
  gateway: [...CORE, 'platform'],
  'dashboard/server': [...CORE, 'platform'],
  'dashboard/watchman': [...CORE, 'platform', 'dashboard/server'],
  'dashboard/web': ['core/contract', 'core/kit', 'core/rules', 'core/alarms'],
  flows: ['core/contract'],
  sim: [...CORE, 'platform'],
  cli: [...CORE, 'platform', 'gateway', 'dashboard/server', 'dashboard/watchman', 'flows', 'sim'],
  bench: [...CORE, 'platform', 'gateway', 'dashboard/server', 'dashboard/web', 'flows', 'sim', 'cli', 'test'],
  test: ROOMS,
}

/** The room a file lies in, or null for files beside the rooms. */
export function roomOf(path: string): Room | null {
  return ROOMS.find((room) => path.startsWith(`${room}/`)) ?? null
}

/** One import, static or dynamic, of types or of values. */
export interface Import {
  readonly from: string
  /** A path from the root for a file of ours, else the package's name or `node:…`. */
  readonly to: string
  readonly kind: 'file' | 'package' | 'node'
}

/** Every import of a source file: static, re-exported, dynamic and required. */
export function importsOf(path: string): Import[] {
  const found = ts.preProcessFile(read(path), true, true).importedFiles.map((file) => file.fileName)
  return found.map((name): Import => {
    if (name.startsWith('.')) return { from: path, to: posix.join(dirname(path), name), kind: 'file' }
    if (name.startsWith('node:') || builtinModules.includes(name)) return { from: path, to: name, kind: 'node' }
    return { from: path, to: packageOf(name), kind: 'package' }
  })
}

function packageOf(name: string): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/')
}

/** A cycle in a graph as the names along it, or null. */
export function cycleIn(graph: ReadonlyMap<string, ReadonlySet<string>>): string[] | null {
  const done = new Set<string>()
  const walk = (node: string, way: readonly string[]): string[] | null => {
    if (way.includes(node)) return [...way.slice(way.indexOf(node)), node]
    if (done.has(node)) return null
    for (const next of graph.get(node) ?? []) {
      const cycle = walk(next, [...way, node])
      if (cycle !== null) return cycle
    }
    done.add(node)
    return null
  }
  for (const node of graph.keys()) {
    const cycle = walk(node, [])
    if (cycle !== null) return cycle
  }
  return null
}

const CHINESE = /[\u3400-\u9fff]/

/**
 * Chinese text in code that stands in no message table: `line: text`. A message table is a value under the key `zh-CN`
 * beside one under `en`; comments may quote the field's words.
 */
export function strayChinese(path: string): string[] {
  const source = ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest, true)
  const stray: string[] = []
  const visit = (node: ts.Node): void => {
    const isText = ts.isStringLiteralLike(node) || ts.isTemplateExpression(node) || ts.isJsxText(node)
    if (isText && CHINESE.test(node.getText()) && !standsInTable(node)) {
      stray.push(`${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}: ${node.getText().slice(0, 60)}`)
    } else ts.forEachChild(node, visit)
  }
  visit(source)
  return stray
}

function standsInTable(node: ts.Node): boolean {
  for (let at = node; !ts.isSourceFile(at); at = at.parent) {
    if (!ts.isPropertyAssignment(at) || nameOf(at) !== 'zh-CN') continue
    return at.parent.properties.some((sibling) => ts.isPropertyAssignment(sibling) && nameOf(sibling) === 'en')
  }
  return false
}

function nameOf(property: ts.PropertyAssignment): string | null {
  return ts.isIdentifier(property.name) || ts.isStringLiteral(property.name) ? property.name.text : null
}

/** Every key path of a nested object. */
export function keyPaths(value: unknown, prefix = ''): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [prefix]
  return Object.entries(value).flatMap(([key, child]) => keyPaths(child, `${prefix}/${key}`))
}

/** Every pair of message tables inside a value: what stands under `zh-CN` and under `en`. */
export function tablesIn(value: unknown): { readonly 'zh-CN': unknown; readonly en: unknown }[] {
  if (typeof value !== 'object' || value === null) return []
  const members = Object.entries(value)
  const chinese = members.find(([key]) => key === 'zh-CN')
  const english = members.find(([key]) => key === 'en')
  if (chinese !== undefined && english !== undefined) return [{ 'zh-CN': chinese[1], en: english[1] }]
  return members.flatMap(([, child]) => tablesIn(child))
}
