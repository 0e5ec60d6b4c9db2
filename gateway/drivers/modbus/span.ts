import type { ModbusPoint, ModbusTable } from '../../../core/contract/device-profile.ts'
import { cellsOf } from '../../../core/decode/readings.ts'

/** Neighbouring cells of one table. Addresses count from 0. */
export interface Span {
  readonly table: ModbusTable
  readonly address: number
  readonly quantity: number
}

/** The cells of a point. */
export function spanOf(point: ModbusPoint): Span {
  return { table: point.table, address: point.address, quantity: cellsOf(point) }
}

/** True when every cell of `inner` is one of `outer`. */
export function contains(outer: Span, inner: Span): boolean {
  return (
    outer.table === inner.table &&
    outer.address <= inner.address &&
    inner.address + inner.quantity <= outer.address + outer.quantity
  )
}

/** Table, first cell and length as one word, to tell spans apart. */
export function spanKey({ table, address, quantity }: Span): string {
  return `${table}/${address}/${quantity}`
}
