import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { LawFile } from '../../core/contract/law.ts'
import { isHouseError } from '../../core/kit/errors.ts'
import { lawFaults, type LawLibrary, overlayLaw } from '../../core/rules/law.ts'
import { checkYaml, type Fault, faultReport, invalidConfig, readConfig } from '../config.ts'

/** The limits that come with Pitwatch. */
const SHIPPED = join(import.meta.dirname, '..', '..', 'law')

/** The threshold library that comes with Pitwatch. Throws as `loadLaw` does. */
export function shippedLaw(): LawLibrary {
  return loadLaw(SHIPPED)
}

/**
 * The threshold library, with the files of a folder of the site's `own` on top: a record there stands in place of the shipped one with its
 * id. Throws as `loadLaw` does.
 */
export function allLaw(own: string | null = null, shipped: LawLibrary = shippedLaw()): LawLibrary {
  return own === null ? shipped : new Map([...shipped, ...loadLaw(own, shipped)])
}

/** The threshold library of a site, read when a rule first asks for it: most sites have none that does, and reading it takes its time. */
export interface LawOnDemand {
  ask(): LawLibrary
  /** What was read; null where nobody asked. */
  known(): LawLibrary | null
}

/** The library with a site's `own` folder; `below` is the same where it has been read before. What is wrong with it goes to `reports`. */
export function lawOnDemand(
  own: string | null,
  { below, reports }: { readonly below: LawLibrary | null; readonly reports: string[] },
): LawOnDemand {
  let known = below
  return {
    ask: () => {
      if (known !== null) return known
      try {
        known = allLaw(own)
      } catch (error) {
        if (!isHouseError(error, 'config/invalid', 'config/unreadable')) throw error
        reports.push(error.message)
        known = new Map()
      }
      return known
    },
    known: () => known,
  }
}

/**
 * Every file of a folder of the threshold library, by name, each on top of the one with its name `below`. A folder that does not exist holds
 * none. Throws `config/invalid` with every fault of every file, `config/unreadable`.
 */
export function loadLaw(folder: string, below: LawLibrary = new Map()): LawLibrary {
  const files = new Map<string, LawFile>()
  const reports: string[] = []
  for (const name of yamlNames(folder)) {
    const path = join(folder, `${name}.yaml`)
    const text = readConfig(path)
    const { value, faults } = checkYaml(text, LawFile)
    const base = below.get(name)
    const all = value === null ? faults : [...misnamed(value, name), ...lawFaults(value, base)]
    if (all.length > 0) reports.push(faultReport(path, text, all))
    else if (value !== null) files.set(name, base === undefined ? value : overlayLaw(base, value))
  }
  if (reports.length > 0) throw invalidConfig(reports)
  return files
}

function yamlNames(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => name.replace(/\.yaml$/, ''))
}

function misnamed(file: LawFile, name: string): Fault[] {
  if (file.library === name) return []
  return [{ path: ['library'], message: `expected ${name}, the name of this file, came ${file.library}` }]
}
