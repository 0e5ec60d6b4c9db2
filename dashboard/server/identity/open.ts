import { join } from 'node:path'
import { messageOf } from '../../../core/kit/errors.ts'
import { systemClock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import type { MqttAccess } from '../../../platform/mqtt.ts'
import type { AlarmDesk } from '../alarms/desk.ts'
import type { EmbeddedBroker } from '../broker/embedded.ts'
import type { BrokerTls } from '../broker/tls-door.ts'
import type { ControlConfig } from '../config.ts'
import type { Database } from '../db/database.ts'
import type { HttpServer } from '../http/server.ts'
import { type AuthorityDesk, openAuthority, type OwnPair } from './authority.ts'
import { type Identity, openIdentity } from './identity.ts'

/** Folder of the authority and the control room's own certificates, in its store. */
export const IDENTITY_FOLDER = 'identity'

/** The identities of a county, fitted to the servers of its control room. */
export interface CountyIdentity {
  readonly identity: Identity
  readonly authority: AuthorityDesk
  /** The broker's door for certificates; absent where the configuration wants none. */
  readonly brokerTls: BrokerTls | undefined
  /** For an HTTPS listener; absent where the configuration wants none. */
  readonly httpsPair: (() => OwnPair) | undefined
  /** For a broker elsewhere that knows this control room by its certificate; absent for any other. */
  readonly clientTls: MqttAccess['tls']
  /** Tells what listens, and where, once it does. */
  listens(servers: { readonly http?: HttpServer; readonly broker?: EmbeddedBroker }): void
}

export interface CountyIdentityDeps {
  readonly db: Database
  readonly desk: Pick<AlarmDesk, 'append'>
  readonly log: Log
  readonly baseFolder: string
  /** The control room's store. */
  readonly folder: string
}

/** The authority of a configuration. Opening makes nothing. */
export function authorityOf(
  config: ControlConfig,
  { baseFolder, folder }: Pick<CountyIdentityDeps, 'baseFolder' | 'folder'>,
): AuthorityDesk {
  const place = { folder: join(folder, IDENTITY_FOLDER), group: config.group, baseFolder, clock: systemClock }
  return openAuthority({ ...place, config: config.identity })
}

export async function openCountyIdentity(config: ControlConfig, deps: CountyIdentityDeps): Promise<CountyIdentity> {
  const { db, desk, log, folder } = deps
  const { broker, http } = config
  const authority = authorityOf(config, deps)
  const running: { http?: HttpServer; broker?: EmbeddedBroker } = {}
  const identity = await openIdentity({
    ...{ db, desk, authority, log, group: config.group, clock: systemClock },
    folder: join(folder, IDENTITY_FOLDER),
    places: () => placesOf(config, authority, running),
    changed: () => {
      running.broker?.look()
      running.http?.look()
    },
  })
  const door = broker.kind === 'embedded' ? broker.tls : undefined
  return {
    identity,
    authority,
    brokerTls:
      door === undefined
        ? undefined
        : {
            ...door,
            pair: () => authority.pair('server'),
            judge: (certificate) => identity.judge(certificate),
            seen: (certificate) => {
              identity.seen(certificate).catch((error: unknown) => {
                log.error(
                  { code: 'store/failed', why: messageOf(error) },
                  'a certificate that was used cannot be noted',
                )
              })
            },
          },
    httpsPair: http.tls === undefined ? undefined : () => authority.pair('server'),
    clientTls: clientTlsOf(config, authority),
    listens: (servers) => void Object.assign(running, servers),
  }
}

/** How this control room is known at a broker elsewhere that asks for a certificate; undefined for any other. */
export function clientTlsOf({ broker }: ControlConfig, authority: AuthorityDesk): MqttAccess['tls'] {
  const usesOwn = broker.kind === 'external' && broker.url.startsWith('mqtts:') && broker.user === undefined
  return usesOwn ? () => ({ ...authority.pair('client'), at: systemClock.now() }) : undefined
}

/** Where gateways find the control room and its broker: what the configuration says, else where they listen. */
export function placesOf(
  { http, broker, identity }: ControlConfig,
  { names }: Pick<AuthorityDesk, 'names'>,
  running: { readonly http?: Pick<HttpServer, 'port' | 'httpsPort'>; readonly broker?: Pick<EmbeddedBroker, 'tlsUrl'> },
): { readonly url: string; readonly broker: string | null } {
  const outside = (host: string) => (host === '127.0.0.1' || host === 'localhost' ? host : hostText(names[0] ?? host))
  const https =
    http.tls === undefined ? null : `https://${outside(http.tls.host)}:${running.http?.httpsPort ?? http.tls.port}`
  const url = http.publicUrl ?? https ?? `http://${outside(http.host)}:${running.http?.port ?? http.port}`
  return { url: url.replace(/\/$/, ''), broker: identity.brokerUrl ?? brokerUrl() }

  function brokerUrl(): string | null {
    if (broker.kind === 'external') return broker.url
    if (broker.tls === undefined) return null
    const bound = running.broker?.tlsUrl ?? null
    const port = bound === null ? broker.tls.port : new URL(bound).port
    return `mqtts://${outside(broker.tls.host)}:${port}`
  }
}

function hostText(name: string): string {
  return name.includes(':') ? `[${name}]` : name
}
