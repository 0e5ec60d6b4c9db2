import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { NoticeMessage } from '../../core/contract/notice.ts'
import { HouseError } from '../../core/kit/errors.ts'
import type { LineState, WatchLine } from '../watch-line/client.ts'
import type { LineModem } from '../watch-line/messages.ts'
import { type Budget, defineNotifier, type Notifier, shortened } from './notifier.ts'
import { PhoneNumber } from './phone-number.ts'

/** As the configuration's default for the modem; what its contract really lets through is kept by the watchman. */
const PER_MINUTE = 8
const RESERVED = 2
/** Three parts of 67 characters with Chinese. */
const MOST_BYTES = 600

/**
 * Texts by the county's own modem, which the watchman holds: works while the internet is away. Taken = the network has every part;
 * delivered = the phone's report. Answers by SMS come in through `listen`.
 */
export const smsNotifier: Notifier = defineNotifier({
  kind: 'sms',
  medium: 'sms',
  params: z.object({}).strict(),
  address: PhoneNumber,
  budget: () => budgetOf(PER_MINUTE),
  mostBytes: MOST_BYTES,
  open: (_params, { line, folder }) => ({
    budget: () => budgetOf(line?.perMinute ?? PER_MINUTE),
    send: async (message, address, signal) => {
      const id = idOf(message)
      const request = {
        do: 'sms' as const,
        id,
        to: PhoneNumber.parse(address),
        text: message.short,
        urgent: message.priority === 'red',
      }
      const taken = await there(line, folder).ask(request, signal)
      if (taken.is !== 'accepted') throw strange(taken.is)
      return { answer: `modem: ${taken.parts} part(s)`, ref: id }
    },
    probe: () => new Promise((settle) => settle(modemWord(there(line, folder).state()))),
    listen: (heard, signal) =>
      there(line, folder).hear(
        {
          text: ({ key, from, text }) => heard({ kind: 'reply', key: `sms/${key}`, from, text, medium: 'sms' }),
          event: async ({ event }) => {
            if (event.kind !== 'delivered' && event.kind !== 'undelivered') return false
            await heard({ kind: event.kind, ref: event.ref, answer: event.answer })
            return true
          },
        },
        signal,
      ),
  }),
})

function budgetOf(most: number): Budget {
  return { most, perMs: 60_000, reserved: Math.min(RESERVED, most - 1), penaltyMs: 60_000 }
}

/**
 * The same for each attempt, so that one whose answer was lost is not sent twice; another one for each digest, which may tell of more than
 * the last that began with the same notice.
 */
function idOf({ notice, kind, short }: NoticeMessage): string {
  if (kind !== 'digest') return notice
  return `${notice}-${createHash('sha256').update(short).digest('hex').slice(0, 12)}`
}

/** The line, where there is one. Throws `notify/temporary`. */
export function there(line: WatchLine | undefined, folder: string): WatchLine {
  if (line !== undefined) return line
  throw new HouseError(
    'notify/temporary',
    `modem: expected a \`watchman\` with a modem in the configuration, came none: add it and start \`pitwatch watchman\``,
    { why: 'no-watchman', folder },
  )
}

/** An answer that belongs to another sort of request. */
export function strange(came: string): HouseError {
  return new HouseError('notify/temporary', `watchman: expected an answer to what was asked, came ${came}`, { came })
}

/** The modem's word on itself. Throws `notify/temporary` with what is wrong, `notify/throttled` when the day's texts are used up. */
export function modemWord({ is, health }: LineState): { readonly answer: string; readonly signalDbm?: number } {
  if (is !== 'good' || health === null) {
    throw new HouseError(
      'notify/temporary',
      `watchman: expected it on the line, it is ${is}: start \`pitwatch watchman\` with this control room's configuration`,
      { why: 'no-watchman' },
    )
  }
  const { modem, usedToday, perDay } = health
  if (modem === null) {
    throw new HouseError('notify/temporary', 'watchman: expected a modem in its configuration, came none', {
      why: 'no-modem',
    })
  }
  if (modem.state !== 'ready') throw notReady(modem)
  if (usedToday >= perDay) {
    throw new HouseError('notify/throttled', `modem: ${usedToday} texts in 24 h, ${perDay} are let through`, {
      penaltyMs: 60_000,
    })
  }
  const answer = shortened(`${modem.model} ${modem.operator ?? ''}`)
  return modem.signalDbm === null ? { answer } : { answer, signalDbm: modem.signalDbm }
}

function notReady({ state, lastError }: z.infer<typeof LineModem>): HouseError {
  const last = lastError === null ? '' : `: ${lastError.message}`
  return new HouseError('notify/temporary', shortened(`modem: expected it in the network, it is ${state}${last}`), {
    why: state,
  })
}
