import type { ModbusTable } from '../../../core/contract/device-profile.ts'
import { isBitTable } from '../../../core/decode/modbus-pdu.ts'
import { frameSilenceMs } from '../../../core/decode/modbus-rtu.ts'
import type { LineTiming } from '../../link/field-bus.ts'

/** As much of a read as its time depends on. */
export interface ReadShape {
  readonly table: ModbusTable
  /** Registers, or bits. */
  readonly quantity: number
}

/** How long a device is taken to think before it has answered, in ms. */
export const USUAL_LATENCY_MS = 5

/** A character on the line: start bit, eight data bits, parity or a second stop bit, stop bit. */
const BITS_A_CHARACTER = 11
/** Characters of a read besides its data: request 8, answer 5. */
const FRAME_CHARACTERS = 13
/** Behind TCP there is often a gateway to a slow line, where skipped registers cost more than on the network. */
const TCP_BRIDGE = 28
/** The network itself, where a device behind TCP is said to take no time. */
const LEAST_MS = 0.1

/**
 * Time one read takes on its bus, in ms: request and answer, both silences, and the device's thinking.
 * `timing` null is Modbus TCP, where only the latency counts.
 */
export function transactionMs(read: ReadShape, timing: LineTiming | null, latencyMs: number): number {
  if (timing === null) return Math.max(LEAST_MS, latencyMs)
  const characterMs = (BITS_A_CHARACTER * 1_000) / timing.baud
  return (FRAME_CHARACTERS + dataBytes(read)) * characterMs + 2 * frameSilenceMs(timing.baud) + latencyMs
}

/** What the time of a plan depends on beside its reads. */
export interface PlanTiming {
  /** null = Modbus TCP. */
  readonly timing: LineTiming | null
  readonly latencyMs: number
  /** What the device needs between an answer and the next request, in ms; 0 when absent. */
  readonly restMs?: number
}

/** Time the reads of a plan take one after the other, in ms, with the device's rest between them. */
export function roundMs(
  plan: readonly { readonly request: ReadShape }[],
  { timing, latencyMs, restMs = 0 }: PlanTiming,
): number {
  const rests = restMs * Math.max(0, plan.length - 1)
  return plan.reduce((sum, { request }) => sum + transactionMs(request, timing, latencyMs), rests)
}

/**
 * What a read is held to cost when reads are planned, in ms. On a line its time; over TCP a register also costs a share of
 * a request, since a slow line may lie behind.
 */
export function planCostMs(read: ReadShape, timing: LineTiming | null, latencyMs: number): number {
  const time = transactionMs(read, timing, latencyMs)
  return timing === null ? time * (1 + dataBytes(read) / (2 * TCP_BRIDGE)) : time
}

/**
 * Registers that take as long as one more request: reading up to so many for nothing is worth it. 12 at 9600 baud,
 * 51 at 115200, for a device that thinks for 5 ms.
 */
export function bridgeFor(timing: LineTiming | null, latencyMs: number): number {
  const cost = (quantity: number) => planCostMs({ table: 'holding-register', quantity }, timing, latencyMs)
  // Rounded, so that a whole number of registers is not lost to the last bit of a fraction.
  return Math.floor(Number((cost(0) / (cost(1) - cost(0))).toFixed(9)))
}

function dataBytes({ table, quantity }: ReadShape): number {
  return isBitTable(table) ? Math.ceil(quantity / 8) : 2 * quantity
}
