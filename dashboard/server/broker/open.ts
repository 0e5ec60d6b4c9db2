import { controlRoomFilters } from '../../../core/contract/topics.ts'
import { type Clock, systemClock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import { readSecret } from '../../../platform/secrets.ts'
import type { ControlConfig } from '../config.ts'
import type { CountyIdentity } from '../identity/open.ts'
import { openAccounts, type ServiceToken } from './accounts.ts'
import { openEmbeddedBroker } from './embedded.ts'
import { openExternalBroker } from './external.ts'
import type { RefusalCounts } from './guard.ts'
import type { BrokerLink, BrokerListener, BrokerMessage } from './link.ts'

export interface OpenedBroker {
  readonly link: BrokerLink
  readonly tlsUrl: string | null
  readonly refusals: () => RefusalCounts
}

/** Who takes messages from the broker, and who says something whenever it is there again. */
export interface BrokerPart {
  take(message: BrokerMessage): void
  announce?(publish: BrokerLink['publish']): Promise<void>
}

export interface BrokerDeps {
  /** Each sees every message and leaves what is not its own. */
  readonly parts: readonly BrokerPart[]
  readonly services: readonly ServiceToken[]
  readonly known: CountyIdentity
  readonly clock: Clock
  readonly log: Log
  /** Folder that relative paths of the configuration count from. */
  readonly baseFolder: string
}

/** The control room's place at its broker: the embedded one is started, another one is looked for. Throws `link/busy`, `config/unreadable`. */
export async function openBroker({ broker, group }: ControlConfig, deps: BrokerDeps): Promise<OpenedBroker> {
  const { parts, services, known, clock, log, baseFolder } = deps
  const topic = stateTopic(group)
  const bornAt = clock.now()
  const state = (online: boolean) => JSON.stringify({ online, timestamp: bornAt })
  const listener: BrokerListener = {
    filters: controlRoomFilters(group, broker.kind === 'external' ? broker.share : undefined),
    onMessage: (message) => {
      for (const part of parts) part.take(message)
    },
    onConnected: async (publish) => {
      // [tck-id-host-topic-phid-birth-message] retained, so that a gateway that comes later knows it too
      await publish(topic, state(true), { qos: 1, retain: true })
      for (const part of parts) await part.announce?.(publish)
    },
  }
  if (broker.kind === 'external') {
    const password = readSecret(broker, 'password of the broker', { baseFolder })
    const will = { topic, payload: state(false) }
    const access = { url: broker.url, user: broker.user, password, tls: known.clientTls }
    const link = openExternalBroker({ access, will, isShared: broker.share !== undefined, log }, listener)
    return { link, tlsUrl: null, refusals: () => ({}) }
  }
  const accounts = openAccounts(broker.accounts, services, baseFolder)
  const place = { host: broker.host, port: broker.port, tls: known.brokerTls }
  const link = await openEmbeddedBroker({ ...place, group, accounts, log }, listener)
  known.listens({ broker: link })
  return { link, tlsUrl: link.tlsUrl, refusals: () => link.refusals() }
}

/** The last word before the connection ends, when there is one. */
export async function farewell(link: BrokerLink, { group }: ControlConfig, clock: Clock): Promise<void> {
  const offline = JSON.stringify({ online: false, timestamp: clock.now() })
  const said = link.publish(stateTopic(group), offline, { qos: 1, retain: true }).catch(() => undefined)
  await Promise.race([said, systemClock.sleep(300)])
  await link.close()
}

/** [tck-id-host-topic-phid-birth-topic] the host's id is its group's */
function stateTopic(group: string): string {
  return `spBv1.0/STATE/${group}`
}
