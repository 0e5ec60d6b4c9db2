import { later } from '../../../core/kit/time.ts'
import { messageOf } from '../../../core/kit/errors.ts'
import { type Clock, systemClock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import type { Archive } from './archive.ts'

const LOOK_EVERY_MS = 3_600_000

/** Bodies removed at once; nothing else runs meanwhile. */
const AT_ONCE = 200

export interface KeepArchiveDeps {
  readonly archive: Pick<Archive, 'expire'>
  /** Age after which readings are removed, ms. Their links stay. */
  readonly keepFor: number
  readonly clock: Clock
  readonly log: Log
}

/** Removes the readings of links that have grown old, now and every hour, until `signal` aborts. */
export async function keepArchive(
  { archive, keepFor, clock, log }: KeepArchiveDeps,
  signal: AbortSignal,
): Promise<void> {
  let isOk = true
  const isOver = () => signal.aborted
  while (!isOver()) {
    try {
      const before = later(clock.now(), -keepFor)
      while (!isOver() && archive.expire(before, AT_ONCE) === AT_ONCE) await systemClock.sleep(10, signal)
      isOk = true
    } catch (error) {
      if (isOk && !isOver()) {
        log.warn({ code: 'store/failed', why: messageOf(error) }, 'old readings stay in the archive; trying again')
      }
      isOk = false
    }
    await systemClock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined)
  }
}
