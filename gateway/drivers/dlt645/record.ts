import { z } from 'zod'
import type { BusDevice } from '../../../core/contract/site.ts'
import { ClockMemory } from '../../../core/decode/dlt645-clock.ts'
import type { Latency } from '../../link/field-bus.ts'
import type { Memory } from '../../memory.ts'

const Kept = z
  .object({
    /** What the rest belongs to: a meter that is configured otherwise begins anew. */
    of: z.string(),
    /** The meter number first met. */
    serial: z.string().nullable(),
    clock: ClockMemory.nullable(),
    latencyMs: z.object({ p50: z.number(), p999: z.number() }).strict().nullable(),
  })
  .strict()

/** What is remembered of a meter over restarts. */
export interface MeterRecord {
  readonly serial: string | null
  readonly clock: ClockMemory | null
  readonly latencyMs: Latency | null
}

const NOTHING: MeterRecord = { serial: null, clock: null, latencyMs: null }

/** What is remembered of the meter; nothing when it was configured otherwise then, or when the record is damaged. */
export function recallMeter(memory: Memory, device: BusDevice): MeterRecord {
  const kept = Kept.safeParse(memory.recall(keyOf(device)))
  return kept.success && kept.data.of === placeOf(device) ? kept.data : NOTHING
}

export function keepMeter(memory: Memory, device: BusDevice, { serial, clock, latencyMs }: MeterRecord): void {
  memory.keep(keyOf(device), { of: placeOf(device), serial, clock, latencyMs })
}

function keyOf({ id }: BusDevice): string {
  return `dlt645/${id}`
}

function placeOf({ profile, bus, address, serial = '' }: BusDevice): string {
  return `${profile} ${bus} ${address} ${serial}`
}
