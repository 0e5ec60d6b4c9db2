import { randomUUID } from 'node:crypto'
import { Command, orderOf } from '../../../core/contract/command.ts'
import { topicOf, topicText } from '../../../core/contract/topics.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import { type Clock, systemClock } from '../../../platform/clock.ts'
import type { SiteSounds } from '../../../platform/notifiers/notifier.ts'
import type { BrokerLink, BrokerMessage } from '../broker/link.ts'

/** Sounds outputs of sites by commands to their gateways. */
export interface SoundAtSite extends SiteSounds {
  /** Takes a gateway's answer; other messages are left alone. Quick, never throws. */
  take(message: BrokerMessage): void
}

export interface SoundDeps {
  readonly group: string
  readonly sign: (order: object) => string | null
  readonly publish: BrokerLink['publish']
  /** The county's, which gateways go by. */
  readonly clock: Clock
}

/** A gateway that is there answers within this, ms. */
const WITHIN_MS = 20_000

/** Opens it. `sound` throws `notify/temporary` when the gateway does not answer or its output is busy, `notify/refused` when it will not obey. */
export function openSoundAtSite({ group, sign, publish, clock }: SoundDeps): SoundAtSite {
  const waiting = new Map<string, (command: Command) => void>()
  return {
    sound: async ({ site, by, ...order }, signal) => {
      const id = `sound-${randomUUID()}`
      const bare = Command.parse({
        ...{ id, site, order: { kind: 'sound', ...order }, by, requestedAt: clock.now() },
        ...{ state: 'requested', result: null, signature: null },
      })
      const topic = topicText({ kind: 'command', group, site, command: id })
      const answer = Promise.withResolvers<Command>()
      waiting.set(id, answer.resolve)
      const over = new AbortController()
      try {
        // Not retained: one that comes late must not sound.
        await publish(topic, JSON.stringify({ ...bare, signature: sign(orderOf(bare)) }), { qos: 1 })
        const late = systemClock.sleep(WITHIN_MS, AbortSignal.any([signal, over.signal]))
        const command = await Promise.race([answer.promise, late.then(() => null)])
        return answerIn(command, site)
      } finally {
        waiting.delete(id)
        over.abort()
        // The gateway has left its answer there.
        await publish(topic, '', { qos: 1, retain: true }).catch(() => undefined)
      }
    },
    take: ({ topic: text, payload }) => {
      const topic = topicOf(text)
      if (topic?.kind !== 'command' || payload.length === 0) return
      const settle = waiting.get(topic.command)
      if (settle === undefined) return
      const command = commandIn(payload)
      if (command !== null && command.site === topic.site && (command.state === 'done' || command.state === 'failed'))
        settle(command)
    },
  }
}

function commandIn(payload: Uint8Array): Command | null {
  try {
    return Command.safeParse(JSON.parse(Buffer.from(payload).toString('utf8'))).data ?? null
  } catch {
    return null
  }
}

function answerIn(command: Command | null, site: string): string {
  if (command === null) throw new HouseError('notify/temporary', `the gateway of ${site} does not answer`)
  if (command.state === 'done') return 'seen to sound'
  const why = command.result ?? 'no reason given'
  // Strangers, unknown outputs and quiet hours stay as they are; a pause, a fault of the line and a late order do not.
  const isForGood = /^(off|not-enrolled|signature|unknown)\b|expected one of|it is silent from/.test(why)
  throw new HouseError(isForGood ? 'notify/refused' : 'notify/temporary', `the gateway of ${site}: ${why}`)
}
