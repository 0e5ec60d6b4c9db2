import { z } from 'zod'
import { HouseError, messageOf } from '../../core/kit/errors.ts'
import type { NoticeMessage } from '../../core/contract/notice.ts'
import { defineNotifier, type Heard, type Notifier } from './notifier.ts'
import { PhoneNumber } from './phone-number.ts'
import { modemWord, strange, there } from './sms.ts'

const RING_FOR_MS = 25_000
/** A key has to be pressed within this time of answering. */
const LISTEN_FOR_MS = 10_000
const TOLD_AFTER_MS = 1_000
/** The key that acknowledges. */
const YES = '1'

/**
 * Rings a phone by the county's own modem. It says nothing: the modem has no voice, and what there is to say comes as a text beside it.
 * Answered = delivered. Where the modem hears keys, 1 acknowledges. Busy or unanswered = try again. One call at a time, texts first.
 */
export const voiceNotifier: Notifier = defineNotifier({
  kind: 'voice',
  medium: 'voice',
  params: z.object({}).strict(),
  address: PhoneNumber,
  budget: () => ({ most: 1, perMs: 45_000, reserved: 0, penaltyMs: 60_000 }),
  mostBytes: 600,
  open: (_params, { line, folder, clock, log }) => {
    let heard: ((what: Heard) => Promise<void>) | null = null
    const tell = async (what: Heard) => {
      await heard?.(what)
    }
    // It can be delivered only once the owner has written down that it was taken.
    const soon = (work: () => Promise<void>) =>
      void clock
        .sleep(TOLD_AFTER_MS)
        .then(work)
        .catch((error: unknown) =>
          log.warn({ code: 'store/failed', error: messageOf(error) }, 'an answered call is not kept'),
        )
    return {
      send: async (message, address, signal) => {
        const to = PhoneNumber.parse(address)
        const ring = { ringForMs: RING_FOR_MS, listenForMs: LISTEN_FOR_MS }
        const taken = await there(line, folder).ask({ do: 'call', id: message.notice, to, ...ring }, signal)
        if (taken.is !== 'called') throw strange(taken.is)
        if (taken.outcome !== 'answered') throw unanswered(taken.outcome)
        const reply = replyOf(message, to, taken.digits)
        if (reply !== null) await tell(reply)
        soon(() => tell({ kind: 'delivered', ref: message.notice, answer: 'answered' }))
        return { answer: taken.digits === '' ? 'answered' : `answered, key ${taken.digits}`, ref: message.notice }
      },
      probe: () => new Promise((settle) => settle(modemWord(there(line, folder).state()))),
      listen: async (told, signal) => {
        heard = told
        await new Promise<void>((settle) => {
          signal.addEventListener('abort', () => settle(), { once: true })
          if (signal.aborted) settle()
        })
        heard = null
      },
    }
  },
})

function replyOf({ notice, acknowledge }: NoticeMessage, from: string, digits: string): Heard | null {
  if (acknowledge === null || !digits.startsWith(YES)) return null
  return { kind: 'reply', key: `voice/${notice}`, from, text: `Q${acknowledge.code}`, medium: 'voice' }
}

function unanswered(outcome: 'busy' | 'no-answer' | 'refused'): HouseError {
  return new HouseError('notify/temporary', `phone: expected somebody to answer, came ${outcome}`, { why: outcome })
}
