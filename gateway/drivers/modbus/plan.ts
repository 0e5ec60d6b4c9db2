import type { ModbusPoint, ModbusTable } from '../../../core/contract/device-profile.ts'
import { isBitTable, MAX_BITS, MAX_REGISTERS, type ReadRequest } from '../../../core/decode/modbus-pdu.ts'
import { cellsOf } from '../../../core/decode/readings.ts'
import type { LineTiming } from '../../link/field-bus.ts'
import { planCostMs } from './bus-time.ts'
import { contains, type Span } from './span.ts'

/** One request and the points it reads. The unit id is added when it is sent. */
export interface PlannedRead {
  readonly request: Omit<ReadRequest, 'unit'>
  readonly points: readonly ModbusPoint[]
  /** True when it also reads cells no point asked for, which a device may refuse. */
  readonly bridges: boolean
}

/** What a plan has to keep to, and what it is held to cost. */
export interface PlanOptions {
  /** Most registers the device gives in one answer, by its profile; for bits sixteen times as many count. */
  readonly maxRegisters: number
  /** What has been learned of the device; nothing when absent. */
  readonly learned?: PlanLimits | undefined
  /** null for Modbus TCP. */
  readonly timing: LineTiming | null
  /** How long the device thinks, in ms. */
  readonly latencyMs: number
}

/** Limits that the device has shown. */
export interface PlanLimits {
  /** No request of several points contains one of these. */
  readonly refused: readonly Span[]
  /** Most cells of the tables of registers and of bits that it gives in one answer; null = not known. */
  readonly maxRegisters: number | null
  readonly maxBits: number | null
}

const NOTHING_LEARNED: PlanLimits = { refused: [], maxRegisters: null, maxBits: null }
/** Makes fewer requests the better plan where both cost the same, in ms. */
const TIE = 1e-6

/**
 * The requests that read `points` in the least time, each point in exactly one and each within what protocol, profile and
 * device allow. A point that the device refuses gets a request of its own.
 * Throws RangeError for a point that is larger than protocol or profile allow.
 */
export function planReads(points: readonly ModbusPoint[], options: PlanOptions): PlannedRead[] {
  const tables = [...new Set(points.map((point) => point.table))]
  return tables.flatMap((table) => {
    const here = points.filter((point) => point.table === table)
    // What can share no request with anybody would stand between those that can.
    const [shared, alone] = [false, true].map((is) => here.filter((point) => standsAlone(point, options) === is))
    const reads = [shared ?? [], ...(alone ?? []).map((point) => [point])].flatMap((some) =>
      planTable(table, some, options),
    )
    return reads.toSorted((a, b) => a.request.address - b.request.address)
  })
}

/** Whether any request for more than this point is beyond what the device has shown. */
function standsAlone(point: ModbusPoint, options: PlanOptions): boolean {
  const { table, address } = point
  const request = { table, address, quantity: cellsOf(point) }
  const refused = options.learned?.refused ?? []
  return request.quantity > mostCells(table, options) || refused.some((span) => contains(request, span))
}

/** Most cells of a table that a request of several points may ask for. */
export function mostCells(table: ModbusTable, { maxRegisters, learned = NOTHING_LEARNED }: MostOptions): number {
  return isBitTable(table)
    ? Math.min(MAX_BITS, maxRegisters * 16, learned.maxBits ?? MAX_BITS)
    : Math.min(MAX_REGISTERS, maxRegisters, learned.maxRegisters ?? MAX_REGISTERS)
}

type MostOptions = Pick<PlanOptions, 'maxRegisters' | 'learned'>

interface Best {
  readonly cost: number
  /** Index of the first point of the last request. */
  readonly from: number
}

/** Exact: the best plan for the first n points in order of address is one last request after the best plan before it. */
function planTable(table: ModbusTable, points: readonly ModbusPoint[], options: PlanOptions): PlannedRead[] {
  const { timing, latencyMs, learned = NOTHING_LEARNED } = options
  const most = mostCells(table, options)
  const mostOfOne = mostCells(table, { maxRegisters: options.maxRegisters })
  const refused = learned.refused.filter((span) => span.table === table)
  const sorted = points.toSorted((a, b) => a.address - b.address || endOf(a) - endOf(b))
  const best: Best[] = [{ cost: 0, from: 0 }]
  for (let count = 1; count <= sorted.length; count += 1) {
    let found: Best | null = null
    let end = 0
    for (let from = count - 1; from >= 0; from -= 1) {
      const first = sorted[from]
      const before = best[from]
      if (first === undefined || before === undefined) break
      end = Math.max(end, endOf(first))
      const request = { table, address: first.address, quantity: end - first.address }
      const isOne = from === count - 1
      if (request.quantity > (isOne ? mostOfOne : most)) break
      if (!isOne && refused.some((span) => contains(request, span))) break
      const cost = before.cost + planCostMs(request, timing, latencyMs) + TIE
      if (found === null || cost < found.cost) found = { cost, from }
    }
    if (found === null) throw new RangeError(`expected points of at most ${mostOfOne} cells in table ${table}`)
    best.push(found)
  }
  return cut(table, sorted, best)
}

function cut(table: ModbusTable, sorted: readonly ModbusPoint[], best: readonly Best[]): PlannedRead[] {
  const reads: PlannedRead[] = []
  for (let count = sorted.length; count > 0;) {
    const from = best[count]?.from ?? 0
    reads.unshift(readOf(table, sorted.slice(from, count)))
    count = from
  }
  return reads
}

function readOf(table: ModbusTable, points: readonly ModbusPoint[]): PlannedRead {
  const address = points[0]?.address ?? 0
  let end = address
  let bridges = false
  for (const point of points) {
    if (point.address > end) bridges = true
    end = Math.max(end, endOf(point))
  }
  return { request: { table, address, quantity: end - address }, points, bridges }
}

function endOf(point: ModbusPoint): number {
  return point.address + cellsOf(point)
}
