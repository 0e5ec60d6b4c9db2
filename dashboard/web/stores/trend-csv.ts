import type { Quantity } from '../../../core/contract/quantity.ts'
import { inShownUnit, isSwitch, unitOf } from '../show/number.ts'
import { csvText } from '../kit/csv.ts'
import { isoWithOffset, zoneOffset } from '../show/zone-offset.ts'
import { align } from './trend-merge.ts'
import type { Trend } from './trend.ts'

/** A line as it is drawn, with what people call it. */
export interface CsvLine {
  readonly name: string
  readonly quantity: Quantity
  readonly trend: Trend
}

export interface CsvWords {
  readonly time: string
  readonly mean: string
  readonly min: string
  readonly max: string
  readonly quality: string
}

/**
 * The lines as drawn in [from, to]: a row for each instant, times of a zone with their offset, values in the shown unit with a point, and the
 * quality of each: `good`, `provisional`, `bad` (readings came, none was good), `gap`. A line that has no column at an instant leaves it empty.
 * UTF-8 with byte order mark, RFC 4180.
 */
export function trendCsv(
  lines: readonly CsvLine[],
  {
    from,
    to,
    zone,
    words,
  }: { readonly from: number; readonly to: number; readonly zone: string; readonly words: CsvWords },
): string {
  const { at, min, mean, max } = align(lines.map(({ trend }) => trend))
  const offset = zoneOffset(zone)
  const heads = lines.flatMap(({ name, quantity }) => {
    const unit = unitOf(quantity)
    const head = (word: string) => `${name} ${word}${unit === '' ? '' : ` (${unit})`}`
    return [head(words.mean), head(words.min), head(words.max), `${name} ${words.quality}`]
  })
  const rows = at.flatMap((instant, index) => {
    if (instant < from || instant > to) return []
    const cells = lines.flatMap(({ quantity, trend }, line) => {
      const middle = mean[line]?.[index]
      const shown = [middle, min[line]?.[index], max[line]?.[index]].map((value) => numberText(value, quantity))
      return [...shown, middle === undefined ? '' : qualityOf(trend, instant, middle)]
    })
    return [[isoWithOffset(instant, offset(instant)), ...cells]]
  })
  return csvText([[words.time, ...heads], ...rows])
}

/** A name for the file: what it is of, and its time. */
export function csvName(
  what: string,
  { from, to }: { readonly from: number; readonly to: number },
  zone: string,
): string {
  const offset = zoneOffset(zone)
  const text = (at: number) => isoWithOffset(at, offset(at)).slice(0, 16).replace(/[-:]/g, '').replace('T', '-')
  return `${what}-${text(from)}-${text(to)}.csv`
}

function qualityOf(trend: Trend, at: number, mean: number | null): string {
  if (mean === null) return trend.at.includes(at - 1) ? 'gap' : 'bad'
  return trend.provisional.some(({ from, to }) => from <= at && at < to) ? 'provisional' : 'good'
}

function numberText(value: number | null | undefined, quantity: Quantity): string {
  if (typeof value !== 'number') return ''
  return String(isSwitch(quantity) ? value : Number(inShownUnit(value, quantity).toPrecision(9)))
}
