import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The Numenta Anomaly Benchmark's data, which lies beside the repository. */
const FOLDER = join(import.meta.dirname, '../../../shared/data/nab')

/** One file of the corpus. */
export interface Series {
  /** Such as realKnownCause/rogue_agent_key_hold.csv. */
  readonly name: string
  /** Local time as UTC, ms. */
  readonly at: Float64Array
  readonly value: Float64Array
  /** Rows, first and last, of each labelled window. */
  readonly windows: readonly (readonly [number, number])[]
}

/** Every labelled file that is there. Throws where the data are not. */
export function nabCorpus(): readonly Series[] {
  const labels = join(FOLDER, 'labels/combined_windows.json')
  if (!existsSync(labels))
    throw new Error(`${FOLDER}: expected the data of the Numenta Anomaly Benchmark beside the repository, came none`)
  const windows = JSON.parse(readFileSync(labels, 'utf8')) as Record<string, [string, string][]>
  return Object.entries(windows).map(([name, spans]) => seriesOf(name, spans))
}

function seriesOf(name: string, spans: readonly (readonly [string, string])[]): Series {
  const rows = readFileSync(join(FOLDER, 'data', name), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
  const at = Float64Array.from(rows, (row) => timeOf(row.slice(0, row.indexOf(','))))
  const value = Float64Array.from(rows, (row) => Number(row.slice(row.indexOf(',') + 1)))
  const windows = spans.map(([from, to]) => [at.indexOf(timeOf(from)), at.lastIndexOf(timeOf(to))] as const)
  if (windows.some((window) => window.includes(-1))) throw new Error(`${name}: expected a row at each end of a window`)
  return { name, at, value, windows }
}

function timeOf(text: string): number {
  return Date.parse(`${text.slice(0, 19).replace(' ', 'T')}Z`)
}
