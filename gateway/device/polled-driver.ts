import type { GatewayHealth } from '../../core/contract/lanes.ts'
import type { Reading } from '../../core/contract/reading.ts'
import type { BusDevice } from '../../core/contract/site.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { Batch, Driver } from '../driver.ts'
import type { Memory } from '../memory.ts'

/** How a device is doing. */
export type DeviceHealth = GatewayHealth['devices'][number]

/** A driver that tells how its device is doing. */
export interface PolledDriver extends Driver {
  health(): DeviceHealth
}

/** What the reader of any polled device is handed in. */
export interface PolledOptions {
  readonly device: BusDevice
  /** The time that periods and stamps are counted in. */
  readonly clock: Clock
  readonly log: Log
  readonly memory: Memory
  /** The time on the wire; the system's when absent. */
  readonly wire?: Clock
}

/** Reads a device's due points, one round at a time. */
export interface PolledReader {
  /** Time until the next round is due, in ms. */
  waitMs(): number
  /** Readings of all points that were due and asked for. */
  round(signal: AbortSignal): Promise<readonly Reading[]>
  health(): DeviceHealth
  /** Keeps what was learned, for the next start. */
  keep(): void
}

/** A timer of more than 2^31 ms fires at once, so longer waits are taken in parts, in ms. */
const LONGEST_SLEEP_MS = 3_600_000

/**
 * The driver of a device that is asked in rounds: every period one batch with the points that were due. A lost line or a
 * silent device is a batch of bad readings, so the iteration only ends when `signal` aborts.
 */
export function polledDriver(reader: PolledReader, { device, clock }: PolledOptions): PolledDriver {
  return {
    device: device.id,
    batches: (signal) => batches(reader, { device: device.id, clock }, signal),
    health: () => reader.health(),
  }
}

async function* batches(
  reader: PolledReader,
  { device, clock }: { readonly device: string; readonly clock: Clock },
  signal: AbortSignal,
): AsyncGenerator<Batch, void, undefined> {
  try {
    while (!signal.aborted) {
      let waitMs = reader.waitMs()
      for (; waitMs > LONGEST_SLEEP_MS; waitMs = reader.waitMs()) await clock.sleep(LONGEST_SLEEP_MS, signal)
      if (waitMs > 0) await clock.sleep(waitMs, signal)
      const readings = await reader.round(signal)
      if (readings.length > 0) yield { device, readings, pictures: [] }
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    reader.keep()
  }
}
