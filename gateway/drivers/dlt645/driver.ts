import type { GatewayHealth } from '../../../core/contract/lanes.ts'
import type { Batch, Driver } from '../../driver.ts'
import { MeterReader, type ReaderOptions } from './reader.ts'

/** A meter being read, and how it is. */
export interface Dlt645Driver extends Driver {
  health(): GatewayHealth['devices'][number]
}

/**
 * Reads one DL/T 645-2007 meter on a bus: every period one batch with the points that were due. A lost line or a silent
 * meter is a batch of bad readings, so the iteration only ends when `signal` aborts. It never writes.
 * Throws `config/invalid` for a device without an address.
 */
export function dlt645Driver(options: ReaderOptions): Dlt645Driver {
  const reader = new MeterReader(options)
  return {
    device: options.device.id,
    batches: (signal) => batches(reader, options, signal),
    health: () => reader.health(),
  }
}

async function* batches(
  reader: MeterReader,
  { device, clock }: ReaderOptions,
  signal: AbortSignal,
): AsyncGenerator<Batch, void, undefined> {
  try {
    while (!signal.aborted) {
      await clock.sleep(reader.waitMs(), signal)
      const readings = await reader.round(signal)
      if (readings.length > 0) yield { device: device.id, readings, pictures: [] }
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    reader.keep()
  }
}
