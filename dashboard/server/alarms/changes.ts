import type { Alarm } from '../../../core/contract/alarm.ts'
import type { Log } from '../../../platform/log.ts'

/** Alarms a follower may be behind by. Only ids wait, so a follower that sleeps costs little. */
const MOST_WAITING = 10_000

interface Follower {
  readonly waiting: Set<string>
  left: number
  wake: () => void
}

/** Who wants to hear of changed alarms. */
export interface AlarmChanges {
  changed(ids: Iterable<string>): void
  follow(signal: AbortSignal): AsyncIterable<Alarm>
}

/**
 * Hands changed alarms to any number of followers, each at its own pace and always in the newest version.
 * A follower more than 10 000 alarms behind loses the oldest of them; that is logged once for each follower.
 */
export function alarmChanges(get: (id: string) => Promise<Alarm | null>, log: Log): AlarmChanges {
  const followers = new Set<Follower>()
  const add = (follower: Follower, id: string) => {
    // Deleted first, so that a changed alarm goes to the end and the one let go is the longest unchanged.
    follower.waiting.delete(id)
    follower.waiting.add(id)
    const [oldest] = follower.waiting
    if (follower.waiting.size <= MOST_WAITING || oldest === undefined) return
    follower.waiting.delete(oldest)
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
      const follower: Follower = { waiting: new Set(), left: 0, wake: () => undefined }
      followers.add(follower)
      signal.addEventListener('abort', () => followers.delete(follower), { once: true })
      if (signal.aborted) followers.delete(follower)
      return drain(follower, { get, signal, leave: () => followers.delete(follower) })
    },
  }
}

interface Drain {
  readonly get: (id: string) => Promise<Alarm | null>
  readonly signal: AbortSignal
  readonly leave: () => void
}

async function* drain(follower: Follower, { get, signal, leave }: Drain): AsyncGenerator<Alarm> {
  try {
    while (!signal.aborted) {
      const [id] = follower.waiting
      if (id === undefined) {
        await somethingOrAbort(follower, signal)
        continue
      }
      follower.waiting.delete(id)
      const alarm = await get(id)
      if (alarm !== null) yield alarm
    }
  } finally {
    leave()
  }
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
