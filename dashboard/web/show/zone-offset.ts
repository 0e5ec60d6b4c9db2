const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const QUARTER_MS = 15 * MINUTE_MS

/** Offsets kept; asking for one takes the browser long, and a chart asks for many each time it is drawn. */
const MOST_KEPT = 2_000

/** How far a zone is ahead of UTC at an instant, ms; 0 for a zone nobody knows. Clocks are changed at whole quarters of an hour. */
export function zoneOffset(zone: string): (at: number) => number {
  const format = formatOf(zone)
  if (format === null) return () => 0
  const known = new Map<number, number>()
  return (at) => {
    const quarter = Math.floor(at / QUARTER_MS)
    const found = known.get(quarter) ?? offsetBy(format, quarter * QUARTER_MS)
    if (known.size > MOST_KEPT) known.clear()
    known.set(quarter, found)
    return found
  }
}

function formatOf(zone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'longOffset' })
  } catch {
    return null
  }
}

function offsetBy(format: Intl.DateTimeFormat, at: number): number {
  const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? ''
  const [, sign, hours = '0', minutes = '0'] = /([+-])(\d\d):?(\d\d)?/.exec(name) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS)
}

/** An instant in a zone's own time as a form field writes it, to the minute: 2026-01-12T03:07. */
export function fieldIn(zone: string, at: number): string {
  return new Date(at + zoneOffset(zone)(at)).toISOString().slice(0, 16)
}

/** The instant a form field means in a zone; NaN for what is none. */
export function instantIn(zone: string, field: string): number {
  // Browsers also make something of texts that are no time.
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(field)) return Number.NaN
  const local = Date.parse(`${field}:00Z`)
  const offset = zoneOffset(zone)
  return Number.isNaN(local) ? local : local - offset(local - offset(local))
}

/** An instant with the offset of a zone, ms: 2026-01-12T03:07:05.000+08:00. */
export function isoWithOffset(at: number, offsetMs: number): string {
  const minutes = Math.abs(offsetMs) / 60_000
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
  const sign = offsetMs < 0 ? '-' : '+'
  return `${new Date(at + offsetMs).toISOString().slice(0, -1)}${sign}${two(minutes / 60)}:${two(minutes % 60)}`
}
