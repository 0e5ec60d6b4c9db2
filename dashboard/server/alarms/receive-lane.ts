import type { AlarmTransition } from '../../../core/contract/alarm.ts'
import type { Received } from './receive.ts'

/** Transitions that share a commit at most. */
const MOST_TOGETHER = 250

interface Waiting {
  readonly transition: AlarmTransition
  readonly done: PromiseWithResolvers<Received>
}

/**
 * Takes transitions in the order they come. Those that come while a commit is on its way to the disk share the next: a flood costs few
 * commits. Resolves when the transition is durable.
 */
export function openReceiveLane(
  commit: (group: readonly AlarmTransition[]) => Promise<readonly Received[]>,
): (transition: AlarmTransition) => Promise<Received> {
  let waiting: Waiting[] = []
  let working: Promise<void> | null = null

  const keep = async (group: readonly Waiting[]): Promise<void> => {
    try {
      const outcomes = await commit(group.map(({ transition }) => transition))
      for (const [index, { done }] of group.entries()) {
        const outcome = outcomes[index]
        if (outcome !== undefined) done.resolve(outcome)
      }
    } catch (error) {
      // One that cannot be kept must not take the others with it.
      if (group.length > 1) for (const one of group) await keep([one])
      else for (const { done } of group) done.reject(error)
    }
  }
  const work = async (): Promise<void> => {
    while (waiting.length > 0) {
      const group = waiting.slice(0, MOST_TOGETHER)
      waiting = waiting.slice(MOST_TOGETHER)
      await keep(group)
    }
    working = null
  }
  return (transition) => {
    const done = Promise.withResolvers<Received>()
    waiting.push({ transition, done })
    working ??= work()
    return done.promise
  }
}
