import { messageOf } from '../../core/kit/errors.ts'
import type { UtcMs } from '../../core/contract/time.ts'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { LineText, WatchEvent } from './messages.ts'

const AGAIN_AFTER_MS = 1_000
/** A report that no channel is there for, because it was taken out of the configuration, must not hold up what is behind it. */
const OFFERS_OF_AN_EVENT = 30

/** An event as it is told: under a key that is the same each time. */
export interface ToldEvent {
  readonly key: string
  readonly at: UtcMs
  readonly event: WatchEvent
}

/** Functions for what comes, each resolving when it is the control room's own, durably. A kind that nobody takes waits. */
export interface WatchEar {
  text?(text: LineText): Promise<void>
  /** Answers whether it was for this ear; the next one is asked then. */
  event?(told: ToldEvent): Promise<boolean>
}

/** Who listens on the line, and what is handed to them: texts and events one at a time each, in the order they came. */
export interface Ears {
  hear(ear: WatchEar, signal: AbortSignal): Promise<void>
  text(text: LineText, done: () => void, gone: AbortSignal): void
  event(told: ToldEvent, done: () => void, gone: AbortSignal): void
}

export function openEars({ clock, log }: { readonly clock: Clock; readonly log: Log }): Ears {
  const ears = new Set<WatchEar>()
  let texts = Promise.resolve()
  let events = Promise.resolve()

  const untilTaken = async (offer: () => Promise<boolean>, most: number, gone: AbortSignal): Promise<boolean> => {
    let isTold = false
    for (let offered = 0; !gone.aborted;) {
      try {
        if (await offer()) return true
        offered += 1
        if (offered >= most) {
          log.warn({ code: 'message/malformed' }, 'nobody here waits for what the watchman told')
          return true
        }
      } catch (error) {
        if (!isTold) log.error({ code: 'store/failed', error: messageOf(error) }, 'what came could not be kept')
        isTold = true
      }
      await clock.sleep(AGAIN_AFTER_MS, gone).catch(() => undefined)
    }
    return false
  }
  const offerText = async (text: LineText): Promise<boolean> => {
    for (const ear of ears) {
      if (ear.text === undefined) continue
      await ear.text(text)
      return true
    }
    return false
  }
  const offerEvent = async (told: ToldEvent): Promise<boolean> => {
    for (const ear of ears) if (ear.event !== undefined && (await ear.event(told))) return true
    return false
  }
  return {
    hear: async (ear, signal) => {
      ears.add(ear)
      await new Promise<void>((settle) => {
        signal.addEventListener('abort', () => settle(), { once: true })
        if (signal.aborted) settle()
      })
      ears.delete(ear)
    },
    text: (text, done, gone) => {
      texts = texts.then(async () => {
        if (await untilTaken(() => offerText(text), Infinity, gone)) done()
      })
    },
    event: (told, done, gone) => {
      events = events.then(async () => {
        if (await untilTaken(() => offerEvent(told), OFFERS_OF_AN_EVENT, gone)) done()
      })
    },
  }
}
