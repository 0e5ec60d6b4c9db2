import type { z } from 'zod'
import type { BusDevice } from '../../../core/contract/site.ts'
import { ClockMemory } from '../../../core/decode/dlt645-clock.ts'
import { KeptDevice, recallRecord, type RecordPlace } from '../../device/record.ts'
import type { Memory } from '../../memory.ts'

const Kept = KeptDevice.extend({ clock: ClockMemory.nullable() })

/** What is remembered of a meter over restarts. */
export type MeterRecord = Omit<z.infer<typeof Kept>, 'of'>

const NOTHING: MeterRecord = { serial: null, clock: null, latencyMs: null }

/** What is remembered of the meter; nothing when it was configured otherwise then, or when the record is damaged. */
export function recallMeter(memory: Memory, device: BusDevice): MeterRecord {
  return recallRecord(memory, placeOf(device), Kept) ?? NOTHING
}

export function keepMeter(memory: Memory, device: BusDevice, { serial, clock, latencyMs }: MeterRecord): void {
  const { key, of } = placeOf(device)
  memory.keep(key, { of, serial, clock, latencyMs })
}

function placeOf({ id, profile, bus, address, serial = '' }: BusDevice): RecordPlace {
  return { key: `dlt645/${id}`, of: `${profile} ${bus} ${address} ${serial}` }
}
