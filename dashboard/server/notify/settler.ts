import type { Outcome } from '../../../core/alarms/dispatch-settle.ts'
import { messageOf } from '../../../core/kit/errors.ts'
import { systemClock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import type { Commit } from './dispatcher.ts'
import type { QueueChange } from './notice-rows.ts'
import { type Sent, settleSent } from './settle.ts'

const TRIES = 5

/** Writes down how attempts ended. */
export interface Settler {
  /** Durable when it resolves. Throws what the store throws when it could not be written in five tries. */
  settle(sent: Sent, outcome: Outcome): Promise<void>
}

interface Waiting {
  readonly sent: Sent
  readonly outcome: Outcome
  readonly done: PromiseWithResolvers<void>
}

/** Outcomes that come while one commit runs are written in the next one together: a flood is not a commit a message. */
export function openSettler(log: Log, commit: Commit): Settler {
  let waiting: Waiting[] = []
  let isWriting = false
  const writeAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const together = waiting
      waiting = []
      try {
        await untilDone(log, () =>
          commit((q, facts) => settleAll(together, (one) => settleSent(q, one.sent, one.outcome, facts))),
        )
        for (const { done } of together) done.resolve()
      } catch (error) {
        for (const { done } of together) done.reject(error)
      }
    }
    isWriting = false
  }
  return {
    settle: (sent, outcome) => {
      const done = Promise.withResolvers<void>()
      waiting.push({ sent, outcome, done })
      if (!isWriting) {
        isWriting = true
        void writeAll()
      }
      return done.promise
    },
  }
}

async function settleAll(
  all: readonly Waiting[],
  settleOne: (one: Waiting) => Promise<QueueChange>,
): Promise<QueueChange> {
  const changed = new Set<string>()
  const actions: QueueChange['actions'][number][] = []
  for (const one of all) {
    const done = await settleOne(one)
    for (const alarm of done.changed) changed.add(alarm)
    actions.push(...done.actions)
  }
  return { changed: [...changed], actions }
}

/** A message that has been taken must be written down as taken, or it goes out again. */
async function untilDone(log: Log, work: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await work()
      return
    } catch (error) {
      if (tries === TRIES) throw error
      log.debug({ error: messageOf(error), tries }, 'settling messages failed')
      await systemClock.sleep(200 * tries)
    }
  }
}
