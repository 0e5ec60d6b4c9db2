import { fileURLToPath } from 'node:url'
import { DeviceProfile, type Dlt645Profile, type ModbusProfile } from '../core/contract/device-profile.ts'
import { loadYaml } from '../platform/config.ts'

const DEVICES = fileURLToPath(new URL('../devices/', import.meta.url))

/** The shipped profile `vendor/model` of a device on a bus. Throws `config/…` when it is missing or faulty. */
export function busProfile(name: string): ModbusProfile | Dlt645Profile {
  const profile = loadYaml(`${DEVICES}${name}.yaml`, DeviceProfile)
  if (profile.driver === 'isapi') throw new TypeError(`${name}: expected a profile of a bus device, came a camera`)
  return profile
}

/** The shipped Modbus profile `vendor/model`. Throws `config/…` when it is missing or faulty. */
export function modbusProfile(name: string): ModbusProfile {
  const profile = busProfile(name)
  if (profile.driver !== 'modbus') throw new TypeError(`${name}: expected a Modbus profile, came ${profile.driver}`)
  return profile
}
