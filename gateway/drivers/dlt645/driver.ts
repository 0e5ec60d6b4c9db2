import { type PolledDriver, polledDriver } from '../../device/polled-driver.ts'
import { MeterReader, type ReaderOptions } from './reader.ts'

/** Reads one DL/T 645-2007 meter on a bus. It never writes. Throws `config/invalid` for a device without an address. */
export function dlt645Driver(options: ReaderOptions): PolledDriver {
  return polledDriver(new MeterReader(options), options)
}
