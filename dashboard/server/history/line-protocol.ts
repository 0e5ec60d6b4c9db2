import { QUANTITIES, type Quantity } from '../../../core/contract/quantity.ts'
import { type HistoryBatch, type HistoryReading, storedValue } from './store.ts'

/** Commas and spaces end a measurement, so they are escaped. (InfluxDB line protocol, special characters) */
export function escapeMeasurement(text: string): string {
  return tidy(text).replace(/[, ]/g, '\\$&')
}

/** Commas, equals signs and spaces end a tag or field key or a tag value, so they are escaped. */
export function escapeTag(text: string): string {
  return tidy(text).replace(/[,= ]/g, '\\$&')
}

/** A string field: in quotes, with quotes and backslashes escaped. */
export function quoteString(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}

/** A line break ends a line whatever stands before it, and a last backslash would escape the separator behind it: neither can be written. */
function tidy(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').replace(/\\+$/, '')
}

export interface LineOptions {
  /** Tag `group` of every line. */
  readonly group: string
  /**
   * VictoriaMetrics keeps no text, so quality is lost on it: there a value that is not good is the field `uncertain`, and
   * `value` and `state` are good ones alone.
   */
  readonly isNumbersOnly: boolean
}

/** Readings as lines of line protocol. */
export interface LineWriter {
  /**
   * One reading as a line with its end, time in milliseconds: measurement = quantity; tags group, site, device, point; field `value`
   * (float) or `state` (integer), left out when there is no value; field `quality`.
   */
  lineOf(batch: Pick<HistoryBatch, 'site' | 'device'>, reading: HistoryReading): string
}

/** What stands before the value in the lines of one point, for a good value and for none. */
interface Head {
  readonly quantity: Quantity
  readonly tags: string
  readonly good: string
  readonly isState: boolean
}

export function openLineWriter({ group, isNumbersOnly }: LineOptions): LineWriter {
  const heads = new Map<string, Map<string, Head>>()
  // Batches of the same device often follow one another, and its readings have the same time.
  let last: { readonly site: string; readonly device: string; readonly heads: Map<string, Head> } | null = null
  let time = { at: -1, end: '' }
  const headsOf = (site: string, device: string): Map<string, Head> => {
    if (last?.device === device && last.site === site) return last.heads
    const key = `${site}/${device}`
    const known = heads.get(key) ?? new Map<string, Head>()
    heads.set(key, known)
    last = { site, device, heads: known }
    return known
  }
  const headIn = (
    known: Map<string, Head>,
    site: string,
    device: string,
    { point, quantity }: HistoryReading,
  ): Head => {
    const found = known.get(point)
    if (found?.quantity === quantity) return found
    const made = headOf(quantity, { device, group, point, site })
    known.set(point, made)
    return made
  }
  return {
    lineOf: ({ site, device }, reading) => {
      const { value, quality, at } = reading
      const { tags, good, isState } = headIn(headsOf(site, device), site, device, reading)
      if (time.at !== at) time = { at, end: ` ${at}\n` }
      const stored = storedValue(value)
      if (stored === null) return `${tags} quality="${quality}"${time.end}`
      const shown = isState ? (stored === 0 ? '0i' : '1i') : String(stored)
      if (quality === 'good') return good + shown + GOOD_END + time.end
      return `${isNumbersOnly ? `${tags} uncertain=` : good}${isNumbersOnly ? String(stored) : shown},quality="${quality}"${time.end}`
    },
  }
}

const GOOD_END = ',quality="good"'

function headOf(quantity: Quantity, tags: Readonly<Record<string, string>>): Head {
  const tagged = Object.entries(tags).map(([key, value]) => `,${key}=${escapeTag(value)}`)
  const text = `${escapeMeasurement(quantity)}${tagged.join('')}`
  const isState = QUANTITIES[quantity].kind === 'boolean'
  return { quantity, tags: text, good: `${text} ${isState ? 'state' : 'value'}=`, isState }
}
