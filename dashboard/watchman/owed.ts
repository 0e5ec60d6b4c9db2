import type { UtcMs } from '../../core/contract/time.ts'
import type { DeliveryReport, IncomingText, SentText, UnreadableText } from '../../platform/modem/modem.ts'
import { shortened } from '../../platform/notifiers/notifier.ts'
import type { LineMessage, WatchEvent } from '../../platform/watch-line/messages.ts'
import type { Kept } from './kept.ts'

const MOST_TEXT = 2_000
/** Before the ids of texts that are the watchman's own: nobody at the control room waits for what became of them. */
export const OWN_ID = 'watchman-'

/** What the control room has to be told until it has confirmed that it has it: texts that came, and events. */
export interface Owed {
  /** Says everything again that is not confirmed: a control room has come. */
  again(): void
  confirmed(of: 'text' | 'event', key: string): void
  /** Resolves once the control room has it. */
  incoming(text: IncomingText): Promise<void>
  reported(report: DeliveryReport): Promise<void>
  unreadable(text: UnreadableText): Promise<void>
  add(event: WatchEvent): void
}

export interface OwedDeps {
  readonly kept: Kept
  readonly say: (message: LineMessage) => void
  /** The county's time: events are dated with it. */
  readonly now: () => UtcMs
}

/** One text and one event are on their way at a time. */
export function openOwed({ kept, say, now }: OwedDeps): Owed {
  const texts = new Map<string, { readonly message: LineMessage; readonly settle: () => void }>()
  let told: string | null = null
  const tellNext = () => {
    const next = kept.next()
    if (next === null || next.key === told) return
    told = next.key
    say({ say: 'event', ...next })
  }
  const add = (event: WatchEvent) => {
    kept.add(event, now())
    tellNext()
  }
  return {
    add,
    again: () => {
      told = null
      tellNext()
      for (const { message } of texts.values()) say(message)
    },
    confirmed: (of, key) => {
      if (of === 'text') {
        texts.get(key)?.settle()
        return
      }
      kept.confirmed(key)
      tellNext()
    },
    incoming: async ({ key, from, text, sentAt, isWhole }) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      const message: LineMessage = {
        say: 'text',
        text: { key, from: from.slice(0, 40), text: text.slice(0, MOST_TEXT), sentAt, isWhole },
      }
      texts.set(key, { message, settle: resolve })
      say(message)
      await promise
      texts.delete(key)
    },
    reported: ({ id, outcome, status }) => {
      kept.settled(id)
      const kind = outcome === 'delivered' ? 'delivered' : 'undelivered'
      if (!id.startsWith(OWN_ID)) add({ kind, ref: id, answer: `+CDS ${status}` })
      return Promise.resolve()
    },
    unreadable: ({ why }) => {
      add({ kind: 'unreadable', why: shortened(why) })
      return Promise.resolve()
    },
  }
}

/** Texts whose reports are still awaited, as the modem wants them. */
export function awaitedOf(kept: Kept, from: UtcMs): readonly SentText[] {
  return kept.texts(from).flatMap(({ isAwaited, ...text }) => (isAwaited ? [text] : []))
}
