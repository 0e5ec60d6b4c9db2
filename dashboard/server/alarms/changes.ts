import type { Alarm } from '../../../core/contract/alarm.ts'
import { messageOf } from '../../../core/kit/errors.ts'
import { systemClock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'

/** Alarms a follower may be behind by. Only ids wait, so a follower that sleeps costs little. */
const MOST_WAITING = 200_000

/** Alarms read at once: one by one they would come in slower than a flood changes them. */
const READ_TOGETHER = 100

/** Pause after an alarm that could not be read. */
const RETRY_MS = 500

interface Follower {
  readonly waiting: Set<string>
  left: number
  /** The alarm whose failed read was logged, until it is read or let go. */
  failing: string | null
  wake: () => void
}

/** Who wants to hear of changed alarms. */
export interface AlarmChanges {
  changed(ids: Iterable<string>): void
  follow(signal: AbortSignal): AsyncIterable<Alarm>
}

/**
 * Hands changed alarms to any number of followers, each at its own pace and always in the newest version.
 * A follower more than 200 000 alarms behind loses the oldest of them; that is logged once for each follower.
 * One that cannot be read is tried again, after the others; that too is logged once, until it is read.
 */
export function alarmChanges(get: (ids: readonly string[]) => Promise<readonly Alarm[]>, log: Log): AlarmChanges {
  const followers = new Set<Follower>()
  const add = (follower: Follower, id: string) => {
    // Deleted first, so that a changed alarm goes to the end and the one let go is the longest unchanged.
    follower.waiting.delete(id)
    follower.waiting.add(id)
    const [oldest] = follower.waiting
    if (follower.waiting.size <= MOST_WAITING || oldest === undefined) return
    follower.waiting.delete(oldest)
    if (follower.failing === oldest) follower.failing = null
    follower.left += 1
    if (follower.left > 1) return
    log.warn({ code: 'live/behind', alarm: oldest }, 'a follower is too far behind: alarms are left out of its feed')
  }
  return {
    changed: (ids) => {
      for (const id of ids) for (const follower of followers) add(follower, id)
      for (const follower of followers) follower.wake()
    },
    follow: (signal) => {
      // Registered here and not at the first pull, so that nothing between the call and the pull is missed.
      const follower: Follower = { waiting: new Set(), left: 0, failing: null, wake: () => undefined }
      followers.add(follower)
      signal.addEventListener('abort', () => followers.delete(follower), { once: true })
      if (signal.aborted) followers.delete(follower)
      return drain(follower, {
        ...{ get, log, signal },
        again: (id) => add(follower, id),
        leave: () => followers.delete(follower),
      })
    },
  }
}

interface Drain {
  readonly get: (ids: readonly string[]) => Promise<readonly Alarm[]>
  readonly log: Log
  readonly signal: AbortSignal
  readonly again: (id: string) => void
  readonly leave: () => void
}

async function* drain(follower: Follower, work: Drain): AsyncGenerator<Alarm> {
  const { signal, leave } = work
  try {
    while (!signal.aborted) {
      const ids = firstOf(follower.waiting, READ_TOGETHER)
      if (ids.length === 0) {
        await somethingOrAbort(follower, signal)
        continue
      }
      for (const id of ids) follower.waiting.delete(id)
      for (const alarm of await readAll(follower, ids, work)) {
        // One that has changed again meanwhile comes again.
        if (!follower.waiting.has(alarm.id)) yield alarm
      }
    }
  } finally {
    leave()
  }
}

function firstOf(ids: Iterable<string>, most: number): readonly string[] {
  const first: string[] = []
  for (const id of ids) {
    if (first.length === most) break
    first.push(id)
  }
  return first
}

/** One that cannot be read must not keep the others from being read. */
async function readAll(follower: Follower, ids: readonly string[], work: Drain): Promise<readonly Alarm[]> {
  if (ids.length > 1) {
    try {
      const alarms = new Map((await work.get(ids)).map((alarm) => [alarm.id, alarm]))
      if (follower.failing !== null && ids.includes(follower.failing)) isRead(follower, work.log)
      return ids.flatMap((id) => alarms.get(id) ?? [])
    } catch {
      // Each is read by itself, and what is wrong is told of the one that it is wrong with.
    }
  }
  const alarms: Alarm[] = []
  for (const id of ids) {
    const alarm = await readOr(follower, id, work)
    if (alarm !== null) alarms.push(alarm)
  }
  return alarms
}

/** The alarm, or null when there is none or it cannot be read now; then it waits again and some time has passed. */
async function readOr(follower: Follower, id: string, { get, log, signal, again }: Drain): Promise<Alarm | null> {
  try {
    const [alarm = null] = await get([id])
    if (follower.failing === id) isRead(follower, log)
    return alarm
  } catch (error) {
    again(id)
    if (follower.failing === null && !signal.aborted) {
      follower.failing = id
      log.error(
        { code: 'store/failed', alarm: id, why: messageOf(error) },
        'a changed alarm could not be read; trying again',
      )
    }
    await systemClock.sleep(RETRY_MS, signal).catch(() => undefined)
    return null
  }
}

function isRead(follower: Follower, log: Log): void {
  log.info({ alarm: follower.failing }, 'the changed alarm that could not be read is read')
  follower.failing = null
}

function somethingOrAbort(follower: Follower, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      signal.removeEventListener('abort', done)
      follower.wake = () => undefined
      resolve()
    }
    follower.wake = done
    signal.addEventListener('abort', done, { once: true })
  })
}
