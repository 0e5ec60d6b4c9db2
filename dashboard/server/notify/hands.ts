import { messageOf } from '../../../core/kit/errors.ts'
import type { Log } from '../../../platform/log.ts'
import type { Leased } from './lease.ts'

/** The messages that are being sent at this moment. */
export interface Hands {
  take(leased: Leased): void
  size(): number
  /** How many over one channel. */
  at(channel: string): number
  /** Batches in hand. */
  batches(): ReadonlySet<string>
  /** Waits for those in hand now, all or over one channel. */
  emptied(channel?: string): Promise<void>
}

export interface HandsDeps {
  readonly log: Log
  readonly deliver: (leased: Leased) => Promise<void>
  /** Called whenever one has been dealt with. */
  readonly freed: (channel: string) => void
}

export function openHands({ log, deliver, freed }: HandsDeps): Hands {
  const inHand = new Map<string, { readonly channel: string; readonly done: Promise<void> }>()
  const of = (channel?: string) =>
    [...inHand.values()].filter((hand) => channel === undefined || hand.channel === channel)
  return {
    take: (leased) => {
      const { batch, channel } = leased
      const done = deliver(leased)
        .catch((error: unknown) => {
          // Its lease ends by itself, and it is then sent again.
          log.error(
            { code: 'notify/unsettled', batch, channel, error: messageOf(error) },
            'a message could not be settled',
          )
        })
        .then(() => {
          inHand.delete(batch)
          freed(channel)
        })
      inHand.set(batch, { channel, done })
    },
    size: () => inHand.size,
    at: (channel) => of(channel).length,
    batches: () => new Set(inHand.keys()),
    emptied: async (channel) => {
      await Promise.all(of(channel).map(({ done }) => done))
    },
  }
}
