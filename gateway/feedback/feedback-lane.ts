import type { Feedback } from '../../core/contract/activity.ts'
import { Command } from '../../core/contract/command.ts'
import type { GatewayConfig } from '../../core/contract/site.ts'
import { HouseError, messageOf } from '../../core/kit/errors.ts'
import type { FeedbackOutcome } from '../../core/rules/activity/feedback.ts'
import { type Clock, systemClock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { FurtherLane, Say } from '../uplink/uplink.ts'
import { overdue, strangerIn, type VerifyOrder } from './genuine.ts'

export interface FeedbackLaneOptions {
  readonly site: string
  /** What the gateway's own file says of what the control room may send. */
  readonly accepts: GatewayConfig['remoteConfig']
  /** null where the gateway has no identity. */
  readonly verify: VerifyOrder | null
  readonly clock: Pick<Clock, 'now'>
  /** Whether anybody has told this gateway the time. */
  readonly isTimeKnown: () => boolean
  /** Takes it, once for each id, and resolves when that is durable. Rejects when it cannot be kept. */
  readonly heed: (feedback: Feedback) => Promise<FeedbackOutcome>
  /** Sounds an output as it was ordered; null once it was seen to, or why not. Absent where there are no outputs. */
  readonly sound?: (order: SoundOrder, requestedAt: Command['requestedAt']) => Promise<string | null>
  readonly log: Log
}

export type SoundOrder = Extract<Command['order'], { kind: 'sound' }>

/** A command is no longer, bytes. */
const MOST_BYTES = 8 << 10
/** Answers that may be asked for again. */
const MOST_ANSWERS = 64
/** For the time to become known, ms. */
const LOOKS = 60
const LOOK_MS = 1_000
/** A result is no longer, characters. */
const MOST_RESULT = 500

/** Hears commands of the control room: feedback is handed to the rules, an order to sound to the outputs; answers what became of each. */
export function feedbackLane(options: FeedbackLaneOptions): FurtherLane {
  const { site, log } = options
  const answers = new Map<string, Command>()
  const working = new Set<string>()
  let say: Say | null = null

  // What cannot be told now is asked for again on the next connection.
  const tell = (command: Command) => {
    say?.({ command: command.id }, JSON.stringify(command), { retain: true }).catch(() => undefined)
  }
  const answer = (command: Command) => {
    answers.set(command.id, command)
    const [oldest] = answers.keys()
    if (answers.size > MOST_ANSWERS && oldest !== undefined) answers.delete(oldest)
    tell(command)
  }
  const work = async (command: Command): Promise<void> => {
    try {
      const why = strangerIn(command, options) ?? (await resultOf(options, command, () => tell(accepted(command))))
      if (why !== null)
        log.warn({ code: 'message/malformed', id: command.id, by: command.by, why }, 'a command is refused')
      answer({ ...command, state: why === null ? 'done' : 'failed', result: why?.slice(0, MOST_RESULT) ?? null })
    } catch (error) {
      log.warn({ code: 'store/failed', id: command.id, why: messageOf(error) }, 'feedback cannot be kept; it waits')
    }
    working.delete(command.id)
  }
  return {
    hears: 'command',
    hear: (payload) => {
      // An empty one only says that the broker shall forget it.
      if (payload.length === 0) return
      const command = commandIn(payload, site)
      if (command.state === 'done' || command.state === 'failed' || working.has(command.id)) return
      const before = answers.get(command.id)
      if (before !== undefined) {
        tell(before)
        return
      }
      working.add(command.id)
      void work(command)
    },
    connected: (given, signal) => {
      say = given
      signal.addEventListener('abort', () => {
        if (say === given) say = null
      })
      return Promise.resolve()
    },
  }
}

/** null where it was taken, or why not: a word, and what was expected and what came. */
async function resultOf(
  { clock, isTimeKnown, heed, sound, log }: FeedbackLaneOptions,
  { order, by, requestedAt }: Command,
  onAccepted: () => void,
): Promise<string | null> {
  if (order.kind === 'sound' && sound !== undefined) {
    onAccepted()
    return sound(order, requestedAt)
  }
  if (order.kind !== 'feedback') return `unknown: expected feedback, came ${order.kind}`
  onAccepted()
  // Limits are worth nothing at a gateway that thinks it is 1970.
  for (let looks = 0; looks < LOOKS && !isTimeKnown(); looks += 1) await systemClock.sleep(LOOK_MS)
  const { feedback } = order
  const outcome = overdue(feedback, clock.now()) ?? (await heed(feedback))
  if (outcome.kind === 'refused') return `${outcome.reason}: ${outcome.message}`
  const { id, kind, until = null } = feedback
  log.info({ id, kind, by, until }, 'feedback is taken')
  return null
}

function accepted(command: Command): Command {
  return { ...command, state: 'accepted' }
}

function commandIn(payload: Uint8Array, site: string): Command {
  if (payload.length > MOST_BYTES)
    throw new HouseError('message/malformed', `expected at most ${MOST_BYTES} bytes, came ${payload.length}`)
  const command = Command.parse(JSON.parse(Buffer.from(payload).toString('utf8')))
  if (command.site !== site)
    throw new HouseError('message/malformed', `expected a command of ${site}, came one of ${command.site}`)
  return command
}
