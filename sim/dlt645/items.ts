import type { Dlt645Point, Dlt645Profile } from '../../core/contract/device-profile.ts'
import { QUANTITIES, UNITS } from '../../core/contract/quantity.ts'
import type { PointValues } from '../modbus/image.ts'

/**
 * The bytes of `item` in a meter of `profile` that shows `values`, which are in each quantity's own unit; null when the
 * meter has no such item. A point without a value has only FF, counters roll over, and bytes of no point are 0.
 */
export function itemBytes(profile: Dlt645Profile, item: string, values: PointValues): Uint8Array | null {
  const held = profile.points.flatMap((point) => {
    if (point.derive !== undefined) return []
    if (point.item === item) return [{ point, offset: point.offset }]
    return point.block?.item === item ? [{ point, offset: point.block.offset }] : []
  })
  if (held.length === 0) return null
  const bytes = new Uint8Array(Math.max(...held.map(({ point, offset }) => offset + point.bytes)))
  for (const { point, offset } of held) {
    const value = values[point.point]
    if (value !== undefined) bytes.set(pointBytes(point, value), offset)
  }
  return bytes
}

/** Wall time on a meter's dial: weekday, day, month, year; and second, minute, hour. */
export function clockBytes(utcMs: number): { readonly date: Uint8Array; readonly time: Uint8Array } {
  const china = new Date(utcMs + 8 * 3_600_000)
  const twoDigits = (value: number) => ((Math.floor(value / 10) % 10) << 4) | (value % 10)
  const date = [china.getUTCDay(), china.getUTCDate(), china.getUTCMonth() + 1, china.getUTCFullYear() % 100]
  const time = [china.getUTCSeconds(), china.getUTCMinutes(), china.getUTCHours()]
  return { date: Uint8Array.from(date, twoDigits), time: Uint8Array.from(time, twoDigits) }
}

/** Twelve digits as six bytes, the last two digits first. */
export function digitBytes(digits: string): Uint8Array {
  return Uint8Array.from((digits.match(/../g) ?? []).reverse(), (pair) => Number.parseInt(pair, 16))
}

function pointBytes(point: Dlt645Point, value: number | boolean | null): Uint8Array {
  if (value === null) return new Uint8Array(point.bytes).fill(0xff)
  const inUnit = (Number(value) * UNITS[QUANTITIES[point.quantity].unit].factor) / UNITS[point.unit].factor
  const whole = Math.round(Math.abs(inUnit) * 10 ** point.decimals)
  const digits = String(whole)
    .padStart(2 * point.bytes, '0')
    .slice(-2 * point.bytes)
  const bytes = digitBytes(digits)
  const last = point.bytes - 1
  if (point.signed) bytes[last] = ((bytes[last] ?? 0) & 0x7f) | (inUnit < 0 && whole > 0 ? 0x80 : 0)
  return bytes
}
