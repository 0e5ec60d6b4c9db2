import type { ModbusPoint } from '../contract/device-profile.ts'
import { QUANTITIES, UNITS } from '../contract/quantity.ts'
import type { ReasonCode } from '../contract/reading.ts'
import type { BusDevice } from '../contract/site.ts'
import { bitsOf, numberOf, tidy } from './registers.ts'

/**
 * What the site says an analogue point means: `from` in the point's unit (mA), `to` in the quantity's own unit (m, m/s).
 * It is a straight line, so it also carries a transformer ratio: from [0, 1] to [0, 40].
 */
export type Span = BusDevice['spans'][string]

/** A point's value and how far it may be believed. `value` is null when and only when `quality` is bad. */
export type Decoded =
  | { readonly value: number | boolean; readonly quality: 'good'; readonly reason: null }
  | { readonly value: null; readonly quality: 'bad'; readonly reason: ReasonCode }

/** A raw number, or numbers with both ends, that a device gives in place of a value. */
export type Sentinel = ModbusPoint['sentinels'][number]

/** A reading that is not there, and why. */
export function bad(reason: ReasonCode): Decoded {
  return { value: null, quality: 'bad', reason }
}

/**
 * A point's value from its registers: type, word order, bits, sentinels, scale, range, then span or unit conversion, in the
 * quantity's own unit. Numbers come without float noise. Anything that cannot be believed is null with a reason; a loop
 * current outside its range is a broken loop (NAMUR NE 43).
 */
export function decodeRegisters(point: ModbusPoint, words: readonly number[], span: Span | null): Decoded {
  if (point.type === 'bit') return bad('malformed')
  const raw = rawOf(numberOf(words, point.type, point.words), point)
  if (!Number.isFinite(raw)) return bad('not-a-number')
  const sentinel = sentinelOf(raw, point)
  if (sentinel !== undefined) return bad(sentinel.reason)
  const measured = scaled(raw, point)
  const [low, high] = point.range
  if (measured < low || measured > high) return bad(outsideRange(point))
  if (QUANTITIES[point.quantity].kind === 'boolean') return decodeBit(point, measured !== 0)
  return { value: inOwnUnit(point, measured, span), quality: 'good', reason: null }
}

/** A contact's value; `inverted` ones read true when all is in order. */
export function decodeBit(point: ModbusPoint, bit: boolean): Decoded {
  return { value: bit !== point.inverted, quality: 'good', reason: null }
}

/** What the point can physically be on this site, ends included, in the quantity's own unit, low end first. */
export function rangeOf(point: ModbusPoint, span: Span | null): readonly [number, number] {
  const [a, b] = point.range.map((end) => inOwnUnit(point, end, span))
  if (a === undefined || b === undefined || (a === point.range[0] && b === point.range[1])) return point.range
  return a <= b ? [a, b] : [b, a]
}

/** True for a point whose unit is not one of its quantity's, such as a level given in mA: the site must give its span. */
export function needsSpan({ unit, quantity }: Pick<ModbusPoint, 'unit' | 'quantity'>): boolean {
  return UNITS[unit].own !== QUANTITIES[quantity].unit
}

/** The raw number of a point from the number in its registers: all of it, or the bits it takes. */
export function rawOf(held: number, { bits }: Pick<ModbusPoint, 'bits'>): number {
  return bits === undefined ? held : bitsOf(held, bits)
}

/** The entry by which a raw number is no value, undefined when it is one. */
export function sentinelOf(raw: number, { sentinels }: Pick<ModbusPoint, 'sentinels'>): Sentinel | undefined {
  return sentinels.find(({ raw: said }) => (typeof said === 'number' ? said === raw : said[0] <= raw && raw <= said[1]))
}

/** raw · scale + offset, in the point's unit. */
export function scaled(raw: number, { scale, offset }: Pick<ModbusPoint, 'scale' | 'offset'>): number {
  if (scale === 1 && offset === 0) return raw
  const product = raw * scale
  return tidy(product + offset, Math.max(Math.abs(product), Math.abs(offset)))
}

/** What a number outside the point's range means. */
export function outsideRange({ unit }: Pick<ModbusPoint, 'unit'>): ReasonCode {
  return unit === 'mA' ? 'open-loop' : 'out-of-range'
}

/** A number of the point's unit in the quantity's own unit: by its span where the site gave one, else by the unit's factor. */
export function inOwnUnit(point: Pick<ModbusPoint, 'unit'>, measured: number, span: Span | null): number {
  if (span !== null) {
    const [from, until] = span.from
    const [low, high] = span.to
    const value = low + ((measured - from) / (until - from)) * (high - low)
    // A digit less than elsewhere: three operations, each with an error of its own.
    return tidy(value, 10 * Math.max(Math.abs(low), Math.abs(high), Math.abs(value)))
  }
  const { factor } = UNITS[point.unit]
  return factor === 1 ? measured : tidy(measured * factor)
}
