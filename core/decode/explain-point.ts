import type { ModbusPoint, RegisterType, WordOrder } from '../contract/device-profile.ts'
import { QUANTITIES, UNITS } from '../contract/quantity.ts'
import {
  bad,
  decodeBit,
  type Decoded,
  inOwnUnit,
  outsideRange,
  rawOf,
  scaled,
  type Sentinel,
  sentinelOf,
  type Span,
} from './point.ts'
import { numberOf } from './registers.ts'

/** A unit of the point, or of its quantity. */
type Unit = keyof typeof UNITS

/**
 * One step from the cells to the value, in the order they are taken; steps that change nothing are left out, but `words`
 * or `bit`, `raw`, `range` and `result` always stand where they are reached.
 */
export type Step =
  /** Registers as they came. */
  | { readonly key: 'words'; readonly words: readonly number[] }
  /** A cell of a bit table as it came. */
  | { readonly key: 'bit'; readonly bit: boolean }
  /** The registers put high word first. */
  | { readonly key: 'ordered'; readonly from: WordOrder; readonly words: readonly number[] }
  /** The number that the type makes of them; NaN and the infinities for floats that are none. */
  | { readonly key: 'raw'; readonly type: RegisterType; readonly raw: number }
  /** The part of it that the point takes, lowest and highest bit. */
  | { readonly key: 'bits'; readonly low: number; readonly high: number; readonly raw: number }
  /** What the device gives when it has no value, and gave now. */
  | {
      readonly key: 'sentinel'
      readonly raw: number
      readonly said: Sentinel['raw']
      readonly reason: Sentinel['reason']
    }
  | {
      readonly key: 'scaled'
      readonly scale: number
      readonly offset: number
      readonly value: number
      readonly unit: Unit
    }
  | {
      readonly key: 'range'
      readonly value: number
      readonly low: number
      readonly high: number
      readonly unit: Unit
      readonly inside: boolean
    }
  /** Converted to the unit of the quantity. */
  | {
      readonly key: 'converted'
      readonly from: Unit
      readonly factor: number
      readonly value: number
      readonly unit: Unit
    }
  /** What the site says it means: a straight line from the point's unit to the quantity's. */
  | {
      readonly key: 'span'
      readonly from: Span['from']
      readonly to: Span['to']
      readonly value: number
      readonly unit: Unit
    }
  /** A contact wired the other way round. */
  | { readonly key: 'inverted'; readonly value: boolean }
  /** The value as it is published. Always the last step, and there once. */
  | ({ readonly key: 'result'; readonly unit: Unit } & Decoded)

/**
 * Every step from a point's cells (its registers, or its bit) to its value, so that a person can check them by hand. The last
 * step is what `decodeRegisters` or `decodeBit` says. Throws RangeError when the count of words is not that of the type.
 */
export function explainPoint(
  point: ModbusPoint,
  cells: readonly number[] | boolean,
  span: Span | null,
): readonly Step[] {
  if (typeof cells === 'boolean') return [{ key: 'bit', bit: cells }, ...contactSteps(point, cells)]
  const came: Step = { key: 'words', words: cells }
  if (point.type === 'bit') return [came, resultOf(point, bad('malformed'))]
  const held = numberOf(cells, point.type, point.words)
  const raw = rawOf(held, point)
  return [
    came,
    ...(cells.length > 1 && point.words === 'low-first'
      ? [{ key: 'ordered', from: point.words, words: cells.toReversed() } as const]
      : []),
    { key: 'raw', type: point.type, raw: held },
    ...(point.bits === undefined ? [] : [{ key: 'bits', low: point.bits[0], high: point.bits[1], raw } as const]),
    ...numberSteps(point, raw, span),
  ]
}

function numberSteps(point: ModbusPoint, raw: number, span: Span | null): Step[] {
  const { scale, offset, unit, range } = point
  if (!Number.isFinite(raw)) return [resultOf(point, bad('not-a-number'))]
  const sentinel = sentinelOf(raw, point)
  if (sentinel !== undefined) {
    const { raw: said, reason } = sentinel
    return [{ key: 'sentinel', raw, said, reason }, resultOf(point, bad(reason))]
  }
  const value = scaled(raw, point)
  const [low, high] = range
  const inside = value >= low && value <= high
  return [
    ...(scale === 1 && offset === 0 ? [] : [{ key: 'scaled', scale, offset, value, unit } as const]),
    { key: 'range', value, low, high, unit, inside },
    ...(inside ? believedSteps(point, value, span) : [resultOf(point, bad(outsideRange(point)))]),
  ]
}

function believedSteps(point: ModbusPoint, measured: number, span: Span | null): Step[] {
  if (QUANTITIES[point.quantity].kind === 'boolean') return contactSteps(point, measured !== 0)
  const value = inOwnUnit(point, measured, span)
  const result = resultOf(point, { value, quality: 'good', reason: null })
  const { unit } = QUANTITIES[point.quantity]
  if (span !== null) return [{ key: 'span', from: span.from, to: span.to, value, unit }, result]
  const { factor } = UNITS[point.unit]
  return factor === 1 ? [result] : [{ key: 'converted', from: point.unit, factor, value, unit }, result]
}

function contactSteps(point: ModbusPoint, bit: boolean): Step[] {
  const result = resultOf(point, decodeBit(point, bit))
  return point.inverted ? [{ key: 'inverted', value: !bit }, result] : [result]
}

function resultOf({ quantity }: ModbusPoint, decoded: Decoded): Step {
  return { key: 'result', unit: QUANTITIES[quantity].unit, ...decoded }
}
