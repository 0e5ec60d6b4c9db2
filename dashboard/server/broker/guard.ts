import type { Duplex } from 'node:stream'
import type { Aedes, AedesOptions, Client } from 'aedes'
import type { PeerRefusal } from '../../../core/contract/identity.ts'
import type { Log } from '../../../platform/log.ts'
import type { BrokerAccounts } from './accounts.ts'
import { type BrokerPeer, mayPublish, maySubscribe } from './acl.ts'
import type { CertificateVerdict } from './tls-door.ts'

/** How often somebody was turned away, by reason; reasons that never came are absent. */
export type RefusalCounts = Readonly<Partial<Record<PeerRefusal, number>>>

/** Who may do what at the embedded broker. */
export interface Guard {
  readonly hooks: AedesOptions
  /** Follows which client id is whose. */
  follow(aedes: Aedes): void
  /** What a connection has shown by its certificate; asked when its CONNECT comes. */
  readonly shown: WeakMap<Duplex, CertificateVerdict>
  /** Lets a signed-in client send pictures. */
  readonly meters: WeakMap<Client, (most: number) => void>
  /** Counts and tells, once for each peer and kind until it is accepted again. */
  refuse(reason: PeerRefusal, who: string, what: string): Error
  refusals(): RefusalCounts
}

export interface GuardOptions {
  readonly group: string
  readonly accounts: BrokerAccounts
  readonly log: Log
  /** What a signed-in client may send in one packet. */
  readonly mostBytes: number
}

type Refuse = Guard['refuse']

export function openGuard({ group, accounts, log, mostBytes }: GuardOptions): Guard {
  const peers = new WeakMap<Client, BrokerPeer>()
  const shown: Guard['shown'] = new WeakMap()
  const meters: Guard['meters'] = new WeakMap()
  const owners = new Map<string, string>()
  const { refuse, accepted, counts } = refusals(log)
  const whoIs = (client: Client, user: string | undefined, password: Uint8Array | undefined) => {
    const verdict = shown.get(client.conn)
    return verdict === undefined ? byPassword(accounts, { user, password }) : byCertificate(verdict)
  }
  const hooks: AedesOptions = {
    authenticate: (client, user, password, done) => {
      const found = whoIs(client, user, password)
      if (found.is === 'refused') {
        done(returning(found.returnCode, refuse(found.reason, found.who, found.why)), false)
        return
      }
      const { peer } = found
      if (!client.clean) {
        const why = 'connection refused: expected a clean session, came clean=false'
        done(returning(2, refuse('session-not-clean', peer.user, why)), false)
      } else if ((owners.get(client.id) ?? peer.user) !== peer.user) {
        const why = `connection refused: another user is connected as client ${client.id}`
        done(returning(2, refuse('client-id-taken', peer.user, why)), false)
      } else {
        accepted(peer.user)
        peers.set(client, peer)
        meters.get(client)?.(mostBytes)
        done(null, true)
      }
    },
    authorizePublish: (client, { topic, retain }, done) => {
      const peer = client === null ? undefined : peers.get(client)
      if (peer !== undefined && mayPublish(peer, group, { topic, retain })) done(null)
      else done(refusePublish(refuse, peer, topic))
    },
    authorizeSubscribe: (client, subscription, done) => {
      const peer = peers.get(client)
      const isAllowed = peer !== undefined && maySubscribe(peer, group, subscription.topic)
      if (!isAllowed) {
        const who = peer?.user ?? 'unknown'
        refuse('subscribe', who, `subscription refused: ${who} may not hear ${subscription.topic}`)
      }
      // No error: the peer gets the failure code 0x80 in its SUBACK and may go on.
      done(null, isAllowed ? subscription : null)
    },
  }
  return {
    ...{ hooks, shown, meters, refuse },
    follow: (aedes) => {
      aedes.on('clientReady', (client) => owners.set(client.id, peers.get(client)?.user ?? ''))
      aedes.on('clientDisconnect', (client) => owners.delete(client.id))
      aedes.on('connectionError', (_, error) =>
        log.debug({ why: error.message }, 'a peer left before it had signed in'),
      )
      aedes.on('clientError', (client, error) =>
        log.debug({ peer: client.id, why: error.message }, 'a peer was dropped'),
      )
    },
    refusals: () => Object.fromEntries(counts),
  }
}

type Found =
  | { readonly is: 'peer'; readonly peer: BrokerPeer }
  | {
      readonly is: 'refused'
      readonly returnCode: 4 | 5
      readonly reason: PeerRefusal
      readonly who: string
      readonly why: string
    }

function byPassword(
  accounts: BrokerAccounts,
  { user, password }: { readonly user: string | undefined; readonly password: Uint8Array | undefined },
): Found {
  const peer = accounts.find(user, password)
  if (peer !== null) return { is: 'peer', peer }
  const why = 'connection refused: unknown user or wrong password'
  return { is: 'refused', returnCode: 4, reason: 'unknown-user', who: user ?? 'without a name', why }
}

/** A certificate says who it is; a name and password beside it are not looked at. */
function byCertificate(verdict: CertificateVerdict): Found {
  if (verdict.is === 'gateway')
    return { is: 'peer', peer: { kind: 'gateway', user: `certificate of ${verdict.site}`, site: verdict.site } }
  const { reason, why } = verdict
  return { is: 'refused', returnCode: 5, reason, who: `${reason}: ${why}`, why: `connection refused: ${why}` }
}

function refusePublish(refuse: Refuse, peer: BrokerPeer | undefined, topic: string): Error {
  const who = peer?.user ?? 'nobody'
  return refuse('publish', who, `publish refused: ${who} may not publish on ${topic}`)
}

function refusals(log: Log) {
  const counts = new Map<PeerRefusal, number>()
  const reported = new Set<string>()
  const refuse: Refuse = (reason, who, what) => {
    counts.set(reason, (counts.get(reason) ?? 0) + 1)
    // A peer that tries for ever must not fill the log.
    if (!reported.has(who) && reported.size < 1_000) {
      reported.add(who)
      log.warn({ code: 'mqtt/refused', peer: who, reason }, what)
    }
    return new Error(what)
  }
  return { refuse, accepted: (who: string) => reported.delete(who), counts }
}

function returning(returnCode: 2 | 4 | 5, error: Error): Error & { returnCode: number } {
  return Object.assign(error, { returnCode })
}
