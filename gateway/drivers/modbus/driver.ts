import { spanFaults } from '../../../core/decode/profile-faults.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import { type PolledDriver, polledDriver } from '../../device/polled-driver.ts'
import { DeviceReader, type ReaderOptions } from './reader.ts'

/**
 * Reads one Modbus device on a bus. Throws `config/invalid` when a point lacks its span or the device its unit id.
 */
export function modbusDriver(options: ReaderOptions): PolledDriver {
  const { device, profile } = options
  const faults = spanFaults(device, profile)
  if (faults.length > 0) {
    throw new HouseError('config/invalid', `${device.id}: ${faults.map(({ message }) => message).join('; ')}`)
  }
  return polledDriver(new DeviceReader(options), options)
}
