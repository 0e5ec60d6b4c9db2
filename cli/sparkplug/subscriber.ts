import { randomBytes } from 'node:crypto'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { openMqtt, type MqttAccess } from '../../platform/mqtt.ts'
import { isSparkplugTopic, openNotes } from './notes.ts'
import type { Timeline } from './timeline.ts'

export interface SubscriberOptions {
  readonly access: MqttAccess
  /** `+` for all. */
  readonly group: string
  readonly clock: Clock
  readonly log: Log
  readonly onConnected?: () => void
}

/** Listens as a subscriber: CONNECT, wills, subscriptions and the flags of a publish stay unseen. Until `signal` aborts. */
export async function listenIn(options: SubscriberOptions, signal: AbortSignal): Promise<Timeline> {
  const { access, group, clock, log, onConnected } = options
  const notes = openNotes('subscriber', clock)
  const link = openMqtt(access, {
    clientId: `pitwatch-lint-${randomBytes(4).toString('hex')}`,
    log,
    onMessage: ({ topic, payload, retain }) => {
      // What a broker keeps was said before anybody listened.
      if (!isSparkplugTopic(topic) || retain) return
      const isCommand = /^spBv1\.0\/[^/]+\/[ND]CMD\//.test(topic)
      // At which QoS it was published, and whether to be retained, is not told.
      notes.add(1, { kind: 'publish', by: isCommand ? 'broker' : 'node', topic, payload, qos: 0, retain: false })
    },
    onConnect: async (session) => {
      await session.subscribe([`spBv1.0/${group}/#`])
      onConnected?.()
    },
  })
  try {
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve()
      else signal.addEventListener('abort', () => resolve(), { once: true })
    })
  } finally {
    await link.close()
  }
  return notes.timeline()
}
