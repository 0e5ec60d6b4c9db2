import { HouseError, messageOf } from '../core/kit/errors.ts'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import type { Batch, Driver } from './driver.ts'
import { growingPause } from './link/pause.ts'

const PAUSES = { first: 1_000, most: 60_000 }

/** What the supervisor is handed in; pauses are by `clock`. */
export interface SuperviseOptions {
  readonly clock: Clock
  readonly log: Log
  readonly signal: AbortSignal
}

/**
 * Runs a driver until `signal` aborts and hands every batch to `accept`. When either fails the driver is started anew
 * after a pause that grows to a minute and differs from device to device; a batch that gets through makes it short again.
 * Never throws: one device must not end the others.
 */
export async function supervise(
  driver: Driver,
  accept: (batch: Batch) => Promise<void>,
  { clock, log, signal }: SuperviseOptions,
): Promise<void> {
  let failures = 0
  while (!signal.aborted) {
    const fault = await runOnce(driver, signal, async (batch) => {
      await accept(batch)
      if (failures > 0) log.info({ device: driver.device, failures }, 'device is read again')
      failures = 0
    })
    if (isAborted(signal)) return
    failures += 1
    if (failures === 1) {
      const code = fault instanceof HouseError ? fault.code : 'driver/failed'
      log.warn({ code, device: driver.device, why: messageOf(fault) }, 'device cannot be read; trying again')
    }
    if (!(await slept(clock, growingPause(driver.device, failures, PAUSES), signal))) return
  }
}

/** Runs the driver until it ends, and answers why. */
async function runOnce(driver: Driver, signal: AbortSignal, accept: (batch: Batch) => Promise<void>): Promise<unknown> {
  try {
    for await (const batch of driver.batches(signal)) await accept(batch)
    return new Error('the driver ended by itself')
  } catch (error) {
    return error
  }
}

async function slept(clock: Clock, ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(ms, signal)
    return true
  } catch (error) {
    if (isAborted(signal)) return false
    throw error
  }
}

/** Asked anew each time: the signal changes while we wait. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted
}
