import { COUNTY_OFFSET_MS } from '../../../core/contract/roster.ts'

const local = (at: number) => new Date(at + COUNTY_OFFSET_MS).toISOString()

/** `2026-01-12 02:14:05` by the county's clock. */
export function dateTime(at: number): string {
  return local(at).slice(0, 19).replace('T', ' ')
}

/** `01-12 02:14:05`. */
export function shortTime(at: number): string {
  return local(at).slice(5, 19).replace('T', ' ')
}

/** `02:14:05.120`. */
export function exactTime(at: number): string {
  return local(at).slice(11, 23)
}

/** `01-12`. */
export function monthDay(at: number): string {
  return local(at).slice(5, 10)
}
