import { QUANTITIES } from '../../../core/contract/quantity.ts'
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

/**
 * One reading as a line, time in milliseconds: measurement = quantity; tags group, site, device, point; field `value`
 * (float) or `state` (integer), left out when there is no value; field `quality`.
 */
export function lineOf(group: string, batch: HistoryBatch, reading: HistoryReading): string {
  const tags = { device: batch.device, group, point: reading.point, site: batch.site }
  const tagged = Object.entries(tags).map(([key, value]) => `,${key}=${escapeTag(value)}`)
  const value = storedValue(reading.value)
  const isState = QUANTITIES[reading.quantity].kind === 'boolean'
  const field = value === null ? '' : isState ? `state=${value === 0 ? 0 : 1}i,` : `value=${value},`
  return `${escapeMeasurement(reading.quantity)}${tagged.join('')} ${field}quality=${quoteString(reading.quality)} ${reading.at}`
}
