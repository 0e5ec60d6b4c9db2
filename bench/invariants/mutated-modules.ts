import { readFileSync } from 'node:fs'
import { registerHooks, stripTypeScriptTypes } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { join, relative } from 'node:path'

const ROOT = join(import.meta.dirname, '..', '..')
/** Files that are loaded anew for each fault: what may have one, and whoever asks it. */
const ANEW = /^(core\/(alarms|rules)\/|dashboard\/server\/alarms\/steady-time|test\/|bench\/invariants\/)/
/** Its expectations work without its runner. */
const VITEST = pathToFileURL(join(ROOT, 'node_modules/vitest/dist/index.js')).href
const COLLECTOR = new URL('collector.ts', import.meta.url).href

/** Files as they are with a fault in them, by their paths from the root of the repository; `key` names the fault. */
export interface Fault {
  readonly key: string
  readonly files: ReadonlyMap<string, string>
}

/** Modules of the project as they would be with a fault in them. */
export interface MutatedModules {
  /** The module at a path from the root of the repository, and all it asks for, with `fault` in it; null = as they are. */
  load(path: string, fault: Fault | null): Promise<unknown>
}

/** Hooks into how this thread loads modules; once a thread. What was loaded is never let go, so a thread should end after some hundred. */
export function openMutatedModules(): MutatedModules {
  const faults = new Map<string, Fault | null>()
  const plain = new Map<string, string>()
  const sourceOf = (url: URL): string => {
    const path = fileURLToPath(url)
    const faulty = faults.get(url.searchParams.get('m') ?? '')?.files.get(relative(ROOT, path))
    if (faulty !== undefined) return stripTypeScriptTypes(faulty)
    const source = plain.get(path) ?? stripTypeScriptTypes(readFileSync(path, 'utf8'))
    plain.set(path, source)
    return source
  }
  registerHooks({
    resolve: (specifier, context, next) => {
      const mark = markOf(context.parentURL)
      if (mark === null) return next(specifier, context)
      if (specifier === 'vitest') {
        const isCollector = context.parentURL?.startsWith(COLLECTOR) === true
        return { url: isCollector ? VITEST : `${COLLECTOR}?m=${mark}`, shortCircuit: true }
      }
      const resolved = next(specifier, context)
      const isAnew = resolved.url.startsWith('file:') && ANEW.test(relative(ROOT, fileURLToPath(resolved.url)))
      return isAnew ? { ...resolved, url: `${resolved.url}?m=${mark}` } : resolved
    },
    load: (url, context, next) =>
      markOf(url) === null
        ? next(url, context)
        : { format: 'module', source: sourceOf(new URL(url)), shortCircuit: true },
  })
  return {
    load: (path, fault) => {
      const mark = fault?.key ?? 'none'
      faults.set(mark, fault)
      return import(`${pathToFileURL(join(ROOT, path)).href}?m=${mark}`)
    },
  }
}

function markOf(url: string | undefined): string | null {
  return url?.startsWith('file:') === true ? new URL(url).searchParams.get('m') : null
}
