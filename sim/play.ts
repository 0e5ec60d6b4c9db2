import { HouseError } from '../core/kit/errors.ts'
import type { Series } from './models/series.ts'

export interface PlayOptions {
  /** Step between values of a file without times, in ms; a file with times has its own. */
  readonly stepMs: number
  /** What one unit in the file is in W: 1 for W, 1000 for kW. */
  readonly wattsPerUnit: number
}

/** Faults of a file that are listed before the rest is only counted. */
const MOST_FAULTS = 10

interface Row {
  readonly at: number | null
  readonly value: number
}

/**
 * A recorded series from text: one value a line, or `time,value` with times as ISO 8601 or `YYYY-MM-DD HH:MM[:SS]`.
 * A first line that holds no number is a heading. Times lie on a grid of the first step; where one is missing the last
 * value is held. Throws `config/invalid` naming each bad line.
 */
export function parseSeries(text: string, path: string, options: PlayOptions): Series {
  const { rows, faults } = rowsOf(text)
  if (faults.length === 0 && rows.length < 2) faults.push(`expected at least 2 values, came ${rows.length}`)
  if (faults.length > 0) {
    const more = faults.length - MOST_FAULTS
    const shown = faults.slice(0, MOST_FAULTS).concat(more > 0 ? [`… and ${more} more`] : [])
    const report = shown.map((fault) => `${path}:${fault}`).join('\n')
    throw new HouseError('config/invalid', report, { path, faults: faults.length })
  }
  const [first, second] = rows
  if (first === undefined || second === undefined || first.at === null || second.at === null) {
    const watts = Float64Array.from(rows, ({ value }) => value * options.wattsPerUnit)
    return { stepMs: options.stepMs, watts, recordedFrom: null }
  }
  const stepMs = second.at - first.at
  return { stepMs, watts: onGrid(rows, first.at, stepMs, options.wattsPerUnit), recordedFrom: first.at }
}

function rowsOf(text: string): { rows: readonly Row[]; faults: string[] } {
  const rows: Row[] = []
  const faults: string[] = []
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue
    const cells = line.split(/[,;\t]/).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'))
    const value = numberOf(cells.at(-1))
    const at = cells.length > 1 ? timeOf(cells[0] ?? '') : null
    const last = rows.at(-1)
    if (value === null || (cells.length > 1 && at === null)) {
      if (index > 0) faults.push(`${index + 1}: expected a number, or a time and a number, came ${line.slice(0, 60)}`)
    } else if (last !== undefined && (last.at === null) !== (at === null)) {
      faults.push(`${index + 1}: expected ${last.at === null ? 'no time' : 'a time'} as in the lines before`)
    } else if (at !== null && at <= (last?.at ?? -Infinity)) {
      faults.push(`${index + 1}: expected a time after the one before, came ${cells[0] ?? ''}`)
    } else rows.push({ at, value })
  }
  return { rows, faults }
}

function numberOf(cell: string | undefined): number | null {
  if (cell === undefined || cell === '') return null
  const value = Number(cell)
  return Number.isFinite(value) ? value : null
}

function timeOf(cell: string): number | null {
  const iso = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/.exec(cell)
  if (iso === null) return null
  const at = Date.parse(`${iso[1] ?? ''}T${iso[2] ?? ''}${iso[3] ?? ':00'}${iso[4] ?? 'Z'}`)
  return Number.isFinite(at) ? at : null
}

function onGrid(rows: readonly Row[], from: number, stepMs: number, wattsPerUnit: number): Float64Array {
  const last = rows.at(-1)?.at ?? from
  const watts = new Float64Array(Math.round((last - from) / stepMs) + 1)
  let row = 0
  for (const index of watts.keys()) {
    const at = from + index * stepMs
    while ((rows[row + 1]?.at ?? Infinity) <= at) row++
    watts[index] = (rows[row]?.value ?? 0) * wattsPerUnit
  }
  return watts
}
