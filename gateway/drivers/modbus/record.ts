import type { z } from 'zod'
import type { BusDevice } from '../../../core/contract/site.ts'
import { KeptDevice, recallRecord, type RecordPlace } from '../../device/record.ts'
import type { Memory } from '../../memory.ts'
import { KeptLessons } from './lessons.ts'

const Kept = KeptDevice.extend({ lessons: KeptLessons })

/** What is remembered of a device over restarts. */
export type DeviceRecord = Omit<z.infer<typeof Kept>, 'of'>

const NOTHING: DeviceRecord = { serial: null, lessons: [], latencyMs: null }

/** What is remembered of the device; nothing when it was configured otherwise then, or when the record is damaged. */
export function recallDevice(memory: Memory, device: BusDevice): DeviceRecord {
  return recallRecord(memory, placeOf(device), Kept) ?? NOTHING
}

export function keepDevice(memory: Memory, device: BusDevice, { serial, lessons, latencyMs }: DeviceRecord): void {
  const { key, of } = placeOf(device)
  memory.keep(key, { of, serial, lessons, latencyMs })
}

function placeOf({ id, profile, bus, unit }: BusDevice): RecordPlace {
  return { key: `modbus/${id}`, of: `${profile} ${bus} ${unit}` }
}
