import { spanFaults } from '../../../core/decode/profile-faults.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import type { Batch, Driver } from '../../driver.ts'
import { DeviceReader, type ReaderOptions } from './reader.ts'

/**
 * Reads one device on a bus: every period one batch with all points that are due. A lost line or a silent device is a
 * batch of bad readings, so the iteration only ends when `signal` aborts. Throws `config/invalid` when a point lacks its span.
 */
export function modbusDriver(options: ReaderOptions): Driver {
  const { device, profile } = options
  const faults = spanFaults(device, profile)
  if (faults.length > 0) {
    throw new HouseError('config/invalid', `${device.id}: ${faults.map(({ message }) => message).join('; ')}`)
  }
  return { device: device.id, batches: (signal) => batches(options, signal) }
}

async function* batches(options: ReaderOptions, signal: AbortSignal): AsyncGenerator<Batch, void, undefined> {
  const { device, clock } = options
  const reader = new DeviceReader(options)
  let dueAt: number = clock.mono()
  try {
    while (!signal.aborted) {
      const readings = await reader.cycle(signal)
      if (readings.length > 0) yield { device: device.id, readings, pictures: [] }
      // A cycle that takes longer than a period is followed at once by one more, never by all that were missed.
      const now = clock.mono()
      dueAt = Math.max(dueAt + device.every, now)
      await clock.sleep(dueAt - now, signal)
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
