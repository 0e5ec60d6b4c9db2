import { type ModbusPoint, REGISTERS_OF } from '../contract/device-profile.ts'
import type { Reading, ReasonCode } from '../contract/reading.ts'
import type { MonoMs, UtcMs } from '../contract/time.ts'
import { isGatewayException, type ReadAnswer, type ReadRequest } from './modbus-pdu.ts'
import { bad, type Decoded, decodeBit, decodeRegisters, type Span } from './point.ts'

/** When and for which device readings were taken. */
export interface Stamp {
  readonly device: string
  /** When the answer came, by both clocks. */
  readonly at: UtcMs
  readonly mono: MonoMs
  /** How long a reading of the point may be believed. */
  readonly validUntil: (point: ModbusPoint) => UtcMs
  readonly spans: Readonly<Record<string, Span>>
}

/** Cells a point takes in its table: registers, or one bit. */
export function cellsOf(point: ModbusPoint): number {
  return REGISTERS_OF[point.type]
}

/** True when the request reads the whole of the point. */
export function covers(request: ReadRequest, point: ModbusPoint): boolean {
  return (
    point.table === request.table &&
    point.address >= request.address &&
    point.address + cellsOf(point) <= request.address + request.quantity
  )
}

/** Readings of `points`, all of which `request` covers, from its answer. An exception makes every one of them bad. */
export function readingsOf(
  { request, answer }: { readonly request: ReadRequest; readonly answer: ReadAnswer },
  points: readonly ModbusPoint[],
  stamp: Stamp,
): Reading[] {
  return points.map((point) => readingOf(point, decodedOf(point, request, answer, stamp), stamp))
}

/** Readings of points that could not be read at all, and why. */
export function missedReadings(points: readonly ModbusPoint[], reason: ReasonCode, stamp: Stamp): Reading[] {
  return points.map((point) => readingOf(point, bad(reason), stamp))
}

function decodedOf(point: ModbusPoint, request: ReadRequest, answer: ReadAnswer, stamp: Stamp): Decoded {
  const from = point.address - request.address
  switch (answer.kind) {
    case 'exception':
      return bad(isGatewayException(answer.code) ? 'timeout' : 'exception')
    case 'bits': {
      const bit = answer.bits[from]
      return bit === undefined ? bad('malformed') : decodeBit(point, bit)
    }
    case 'registers': {
      if (!covers(request, point)) return bad('malformed')
      return decodeRegisters(point, answer.words.slice(from, from + cellsOf(point)), stamp.spans[point.point] ?? null)
    }
  }
}

function readingOf(point: ModbusPoint, decoded: Decoded, { device, at, mono, validUntil }: Stamp): Reading {
  return { device, point: point.point, ...decoded, at, mono, validUntil: validUntil(point) }
}
