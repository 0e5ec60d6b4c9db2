import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'

/** Where simulated counters stood when they were last read, by name. */
export interface Counters {
  last(name: string): number | null
  keep(name: string, value: number): void
}

/**
 * Counters kept in a file, so that those of a simulated meter go on where they were when the simulator is started again, as
 * those of a real one do. A file that is missing or damaged holds none; where it cannot be written they only last until the
 * simulator ends.
 */
export function keptCounters(path: string): Counters {
  const values = new Map(Object.entries(valuesIn(path)))
  return {
    last: (name) => values.get(name) ?? null,
    keep: (name, value) => {
      values.set(name, value)
      try {
        writeFileSync(`${path}.new`, `${JSON.stringify(Object.fromEntries(values))}\n`)
        renameSync(`${path}.new`, path)
      } catch {
        // A meter does not stop answering because the disk of its simulator is full.
      }
    },
  }
}

function valuesIn(path: string): Readonly<Record<string, number>> {
  try {
    return z.record(z.string(), z.number()).parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    return {}
  }
}
