import { type ModbusPoint, type PollClass, REGISTERS_OF } from '../contract/device-profile.ts'
import type { Reading, ReasonCode } from '../contract/reading.ts'
import type { BusDevice } from '../contract/site.ts'
import type { MonoMs, UtcMs } from '../contract/time.ts'
import { isGatewayException, type ReadAnswer, type ReadRequest } from './modbus-pdu.ts'
import { bad, type Decoded, decodeBit, decodeRegisters, type Span } from './point.ts'

/** When and for which device readings were taken. */
export interface Stamp {
  readonly device: string
  /** When the answer came, by both clocks. */
  readonly at: UtcMs
  readonly mono: MonoMs
  /** How long a reading may be believed, by the poll class of its point. */
  readonly validUntil: Readonly<Record<PollClass, UtcMs>>
}

/** A point, and where it is in the answers to one request. Made once for a request, since answers come every second. */
export interface Placed {
  readonly point: ModbusPoint
  /** Cells of the answer before its own; null where the request does not read the whole of it. */
  readonly from: number | null
  readonly span: Span | null
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

/** Where `points` are in the answers to `request`, with the spans that the site gives them. */
export function placedIn(
  request: ReadRequest,
  points: readonly ModbusPoint[],
  spans: BusDevice['spans'],
): readonly Placed[] {
  return points.map((point) => ({
    point,
    from: covers(request, point) ? point.address - request.address : null,
    span: spans[point.point] ?? null,
  }))
}

/**
 * Readings of the points that `answer` was asked for. An exception makes every one of them bad; a point that the request
 * does not read is bad, never another register.
 */
export function readingsOf(placed: readonly Placed[], answer: ReadAnswer, stamp: Stamp): Reading[] {
  switch (answer.kind) {
    case 'exception': {
      const none = bad(isGatewayException(answer.code) ? 'timeout' : 'exception')
      return placed.map(({ point }) => readingOf(point, none, stamp))
    }
    case 'bits':
      return placed.map((place) => readingOf(place.point, bitOf(place, answer.bits), stamp))
    case 'registers':
      return placed.map((place) => readingOf(place.point, registersOf(place, answer.words), stamp))
  }
}

/** Readings of points that could not be read at all, and why. */
export function missedReadings(points: readonly ModbusPoint[], reason: ReasonCode, stamp: Stamp): Reading[] {
  const none = bad(reason)
  return points.map((point) => readingOf(point, none, stamp))
}

function bitOf({ point, from }: Placed, bits: readonly boolean[]): Decoded {
  const bit = from === null ? undefined : bits[from]
  return bit === undefined ? bad('malformed') : decodeBit(point, bit)
}

function registersOf({ point, from, span }: Placed, words: readonly number[]): Decoded {
  const cells = cellsOf(point)
  if (from === null || from + cells > words.length) return bad('malformed')
  return decodeRegisters(point, words.slice(from, from + cells), span)
}

/** Its members are named one by one: there are very many readings, and to spread `decoded` into each costs a third more. */
function readingOf({ point, poll }: ModbusPoint, decoded: Decoded, { device, at, mono, validUntil }: Stamp): Reading {
  const { value, quality, reason } = decoded
  return { device, point, value, quality, reason, at, mono, validUntil: validUntil[poll] }
}
