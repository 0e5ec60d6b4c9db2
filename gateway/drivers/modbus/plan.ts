import type { ModbusPoint, ModbusTable } from '../../../core/contract/device-profile.ts'
import { isBitTable, MAX_BITS, MAX_REGISTERS, type ReadRequest } from '../../../core/decode/modbus-pdu.ts'
import { frameSilenceMs } from '../../../core/decode/modbus-rtu.ts'
import { cellsOf } from '../../../core/decode/readings.ts'

/** One request and the points it reads. The unit id is added when it is sent. */
export interface PlannedRead {
  readonly request: Omit<ReadRequest, 'unit'>
  readonly points: readonly ModbusPoint[]
  /** True when it also reads cells no point asked for, which a device may refuse. */
  readonly bridges: boolean
}

export interface PlanLimits {
  /** Most registers the device gives in one answer; for bits sixteen times as many count. */
  readonly maxRegisters: number
  /** Registers that may be read for nothing to save one request; 0 = only neighbours are merged. */
  readonly bridge: number
}

/** Time a device usually takes to think, in ms. */
const DEVICE_MS = 5
/** Behind TCP there is often a gateway to a slow line, where skipped registers cost more than on the network. */
const TCP_BRIDGE = 28
/** Makes fewer requests the better plan where the cells read are the same. */
const TIE = 0.001

/**
 * Registers that take as long on the line as one more request: 13 characters, two silences and the device's time against
 * two characters a register. 12 at 9600 baud, 51 at 115200.
 */
export function bridgeFor(baud: number | null): number {
  if (baud === null) return TCP_BRIDGE
  const characterMs = 11_000 / baud
  return Math.floor((13 * characterMs + 2 * frameSilenceMs(baud) + DEVICE_MS) / (2 * characterMs))
}

/**
 * The requests that read `points` at the least cost, each point in exactly one and each within what protocol and device
 * allow. Throws RangeError for a point that is larger than a request may be.
 */
export function planReads(points: readonly ModbusPoint[], limits: PlanLimits): PlannedRead[] {
  const tables = [...new Set(points.map((point) => point.table))]
  return tables.flatMap((table) => {
    const here = points.filter((point) => point.table === table)
    return planTable(table, here, limits)
  })
}

interface Best {
  readonly cost: number
  /** Index of the first point of the last request. */
  readonly from: number
}

/** Exact: the best plan for the first n points in order of address is one last request after the best plan before it. */
function planTable(table: ModbusTable, points: readonly ModbusPoint[], limits: PlanLimits): PlannedRead[] {
  const perRegister = isBitTable(table) ? 16 : 1
  const most = Math.min(isBitTable(table) ? MAX_BITS : MAX_REGISTERS, limits.maxRegisters * perRegister)
  const requestCost = limits.bridge * perRegister + TIE
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
      const cells = end - first.address
      if (cells > most) break
      const cost = before.cost + requestCost + cells
      if (found === null || cost < found.cost) found = { cost, from }
    }
    if (found === null) throw new RangeError(`expected points of at most ${most} cells in table ${table}`)
    best.push(found)
  }
  return cut(table, sorted, best)
}

function cut(table: ModbusTable, sorted: readonly ModbusPoint[], best: readonly Best[]): PlannedRead[] {
  const reads: PlannedRead[] = []
  for (let count = sorted.length; count > 0;) {
    const from = best[count]?.from ?? 0
    const points = sorted.slice(from, count)
    const address = points[0]?.address ?? 0
    const quantity = Math.max(...points.map(endOf)) - address
    const wanted = new Set(
      points.flatMap((point) => Array.from({ length: cellsOf(point) }, (_, i) => point.address + i)),
    )
    reads.unshift({ request: { table, address, quantity }, points, bridges: wanted.size < quantity })
    count = from
  }
  return reads
}

function endOf(point: ModbusPoint): number {
  return point.address + cellsOf(point)
}
