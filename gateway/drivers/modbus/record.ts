import { createHash } from 'node:crypto'
import type { z } from 'zod'
import type { ModbusProfile } from '../../../core/contract/device-profile.ts'
import type { BusDevice } from '../../../core/contract/site.ts'
import { KeptDevice, recallRecord, type RecordPlace } from '../../device/record.ts'
import type { Memory } from '../../memory.ts'
import { KeptLessons } from './lessons.ts'

const Kept = KeptDevice.extend({ lessons: KeptLessons })

/** What is remembered of a device over restarts. */
export type DeviceRecord = Omit<z.infer<typeof Kept>, 'of'>

const NOTHING: DeviceRecord = { serial: null, lessons: [], latencyMs: null }

/** A device and the map it is read by. */
interface Mapped {
  readonly device: BusDevice
  readonly profile: Pick<ModbusProfile, 'identity' | 'points' | 'maxRegisters'>
}

/**
 * What is remembered of the device; nothing when it or its map was another then, when the site has named another serial number
 * since, or when the record is damaged.
 */
export function recallDevice(memory: Memory, mapped: Mapped): DeviceRecord {
  const record = recallRecord(memory, placeOf(mapped), Kept) ?? NOTHING
  const serial = serialOf(mapped.device)
  return serial === null || record.serial === null || serial === record.serial ? record : NOTHING
}

export function keepDevice(memory: Memory, mapped: Mapped, { serial, lessons, latencyMs }: DeviceRecord): void {
  const { key, of } = placeOf(mapped)
  memory.keep(key, { of, serial, lessons, latencyMs })
}

/** The configured serial number as a register gives it: without zeros in front. null where the site names none. */
export function serialOf({ serial }: BusDevice): string | null {
  return serial === undefined ? null : String(Number(serial))
}

function placeOf({ device, profile }: Mapped): RecordPlace {
  const { id, bus, unit } = device
  const { identity, points, maxRegisters } = profile
  // A corrected map reads another serial number from the same device, and other cells are refused.
  const map = createHash('sha256')
    .update(JSON.stringify([identity, points, maxRegisters]))
    .digest('hex')
    .slice(0, 16)
  return { key: `modbus/${id}`, of: `${device.profile} ${map} ${bus} ${unit}` }
}
