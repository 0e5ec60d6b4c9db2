import { randomBytes } from 'node:crypto'
import type { Log } from '../../../platform/log.ts'
import { openMqtt } from '../../../platform/mqtt.ts'
import type { BrokerLink, BrokerListener } from './link.ts'

export interface ExternalBrokerOptions {
  readonly url: string
  readonly user?: string | undefined
  readonly password?: string | null | undefined
  /** What the broker says in our place when we are gone. */
  readonly will: { readonly topic: string; readonly payload: string }
  readonly log: Log
}

/** A broker elsewhere, such as Mosquitto. Opening waits for nothing: the connection is made, and made again, in the background. */
export function openExternalBroker(options: ExternalBrokerOptions, listener: BrokerListener): BrokerLink {
  const { url, user, password, will, log } = options
  const link = openMqtt(
    { url, user, password },
    {
      clientId: `pitwatch-control-${randomBytes(6).toString('hex')}`,
      log,
      onMessage: listener.onMessage,
      onConnect: async (session) => {
        await session.subscribe(listener.filters)
        await listener.onConnected((topic, payload, how) => session.publish(topic, payload, how))
      },
      will: () => ({ topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: true }),
    },
  )
  return {
    url,
    isConnected: () => link.session() !== null,
    publish: (topic, payload, how) => link.publish(topic, payload, how),
    close: () => link.close(),
  }
}
