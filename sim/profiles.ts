import { fileURLToPath } from 'node:url'
import { DeviceProfile, type ModbusProfile } from '../core/contract/device-profile.ts'
import { loadYaml } from '../platform/config.ts'

const DEVICES = fileURLToPath(new URL('../devices/', import.meta.url))

/** The shipped Modbus profile `vendor/model`. Throws `config/…` when it is missing or faulty. */
export function modbusProfile(name: string): ModbusProfile {
  const profile = loadYaml(`${DEVICES}${name}.yaml`, DeviceProfile)
  if (profile.driver !== 'modbus') throw new TypeError(`${name}: expected a Modbus profile, came ${profile.driver}`)
  return profile
}
