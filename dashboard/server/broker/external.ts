import { randomBytes } from 'node:crypto'
import type { Log } from '../../../platform/log.ts'
import { type MqttAccess, openMqtt } from '../../../platform/mqtt.ts'
import type { BrokerLink, BrokerListener } from './link.ts'

export interface ExternalBrokerOptions {
  readonly access: MqttAccess
  /** What the broker says in our place when we are gone. */
  readonly will?: { readonly topic: string; readonly payload: string }
  /** Whether a filter is shared with other programs. */
  readonly isShared?: boolean
  readonly log: Log
}

/** A broker elsewhere, such as Mosquitto. Opening waits for nothing: the connection is made, and made again, in the background. */
export function openExternalBroker(options: ExternalBrokerOptions, listener: BrokerListener): BrokerLink {
  const { access, will, isShared, log } = options
  const link = openMqtt(access, {
    clientId: `pitwatch-control-${randomBytes(6).toString('hex')}`,
    log,
    onMessage: listener.onMessage,
    onConnect: async (session) => {
      await session.subscribe(listener.filters)
      await listener.onConnected((topic, payload, how) => session.publish(topic, payload, how))
    },
    ...(isShared === true ? { protocolVersion: 5 } : {}),
    ...(will === undefined
      ? {}
      : { will: () => ({ topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: true }) }),
  })
  return {
    url: access.url,
    isConnected: () => link.session() !== null,
    publish: (topic, payload, how) => link.publish(topic, payload, how),
    close: () => link.close(),
  }
}
