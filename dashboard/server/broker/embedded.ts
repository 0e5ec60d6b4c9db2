import { createServer, type Socket } from 'node:net'
import { Aedes, type AedesOptions, type Client } from 'aedes'
import { HouseError, messageOf } from '../../../core/kit/errors.ts'
import type { Log } from '../../../platform/log.ts'
import { listenOn } from '../http/listen.ts'
import type { BrokerAccounts } from './accounts.ts'
import { type BrokerPeer, mayPublish, maySubscribe } from './acl.ts'
import type { BrokerLink, BrokerListener } from './link.ts'
import { openPacketMeter } from './packet-meter.ts'

/** A picture of up to 1 MB with its topic. */
const MOST_PACKET_BYTES = (1 << 20) + 512

/** What a peer may send before it has signed in: a CONNECT with its will. */
const MOST_CONNECT_BYTES = 64 << 10

/** Bytes waiting for one peer after which it is dropped, so that a stuck reader holds up nobody else. */
const MOST_WAITING_BYTES = 4 << 20

const WATCHDOG_MS = 250

const MOST_CONNECTIONS = 2_000

export interface EmbeddedBrokerOptions {
  readonly host: string
  /** 0 = any free port; `url` then tells which. */
  readonly port: number
  readonly group: string
  readonly accounts: BrokerAccounts
  readonly log: Log
}

/** An embedded broker also counts what it has refused, since start. */
export interface EmbeddedBroker extends BrokerLink {
  refused(): number
}

/**
 * A broker inside this program, with limits of our own around it: accounts that reach their own site only, packets up to
 * 1 MB, no queue for absent peers (sessions must be clean; the outbox of the gateway is the memory), and stuck peers dropped.
 * Throws `link/busy` when the port is taken.
 */
export async function openEmbeddedBroker(
  options: EmbeddedBrokerOptions,
  listener: BrokerListener,
): Promise<EmbeddedBroker> {
  const { host, port, log } = options
  const guard = openGuard(options)
  const aedes = await Aedes.createBroker({
    ...guard.hooks,
    drainTimeout: 5_000,
    connectTimeout: 10_000,
    queueLimit: 100,
  })
  guard.follow(aedes)
  for (const filter of listener.filters) await hear(aedes, filter, listener)
  const sockets = new Set<Socket>()
  const server = createServer({ highWaterMark: 16 << 20, noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    serve(aedes, socket, guard)
  })
  server.maxConnections = MOST_CONNECTIONS
  let bound: number
  try {
    bound = await listenOn(server, { host, port, what: 'the MQTT broker', setting: 'broker.port' })
  } catch (error) {
    await closed(aedes)
    throw error
  }
  log.info({ host, port: bound }, 'broker listens')
  const say: BrokerLink['publish'] = (topic, payload, how) =>
    publish(aedes, topic, { payload, qos: how?.qos ?? 0, retain: how?.retain ?? false })
  await listener.onConnected(say)
  return {
    url: `mqtt://${host}:${bound}`,
    isConnected: () => server.listening,
    publish: say,
    refused: () => guard.refused(),
    close: async () => {
      const ended = new Promise<void>((resolve) => void server.close(() => resolve()))
      await closed(aedes)
      for (const socket of sockets) socket.destroy()
      await ended
    },
  }
}

interface Guard {
  readonly hooks: AedesOptions
  /** Follows which client id is whose. */
  follow(aedes: Aedes): void
  /** Lets a signed-in client send pictures. */
  readonly meters: WeakMap<Client, (most: number) => void>
  refused(): number
}

function openGuard({ group, accounts, log }: EmbeddedBrokerOptions): Guard {
  const peers = new WeakMap<Client, BrokerPeer>()
  const meters: Guard['meters'] = new WeakMap()
  const owners = new Map<string, string>()
  const reported = new Set<string>()
  let refused = 0
  const refuse = (who: string, what: string): Error => {
    refused++
    // Once for each peer and kind of refusal until it is accepted again: a peer that tries for ever must not fill the log.
    if (!reported.has(who) && reported.size < 1_000) {
      reported.add(who)
      log.warn({ code: 'mqtt/refused', peer: who }, what)
    }
    return new Error(what)
  }
  const hooks: AedesOptions = {
    authenticate: (client, user, password, done) => {
      const peer = accounts.find(user, password)
      const who = user ?? 'without a name'
      if (peer === null) {
        done(returning(4, refuse(who, 'connection refused: unknown user or wrong password')), false)
      } else if (!client.clean) {
        done(returning(2, refuse(who, 'connection refused: expected a clean session, came clean=false')), false)
      } else if ((owners.get(client.id) ?? peer.user) !== peer.user) {
        done(returning(2, refuse(who, `connection refused: another user is connected as client ${client.id}`)), false)
      } else {
        reported.delete(who)
        peers.set(client, peer)
        meters.get(client)?.(MOST_PACKET_BYTES)
        done(null, true)
      }
    },
    authorizePublish: (client, { topic, retain }, done) => {
      const peer = client === null ? undefined : peers.get(client)
      if (peer !== undefined && mayPublish(peer, group, { topic, retain })) done(null)
      else
        done(refuse(peer?.user ?? 'unknown', `publish refused: ${peer?.user ?? 'nobody'} may not publish on ${topic}`))
    },
    authorizeSubscribe: (client, subscription, done) => {
      const peer = peers.get(client)
      if (peer !== undefined && maySubscribe(peer, group, subscription.topic)) {
        done(null, subscription)
        return
      }
      refuse(
        peer?.user ?? 'unknown',
        `subscription refused: ${peer?.user ?? 'nobody'} may not hear ${subscription.topic}`,
      )
      // No error: the peer gets the failure code 0x80 in its SUBACK and may go on.
      done(null, null)
    },
  }
  return {
    hooks,
    meters,
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
    refused: () => refused,
  }
}

function serve(aedes: Aedes, socket: Socket, guard: Guard): void {
  const meter = openPacketMeter(MOST_CONNECT_BYTES)
  const read = socket.read.bind(socket)
  // The broker pulls with read(); measured here, a packet that is too large never reaches its parser.
  socket.read = (size?: number): unknown => {
    const chunk: unknown = read(size)
    if (chunk instanceof Uint8Array && !meter.feed(chunk)) {
      socket.destroy(new Error('a packet announces more bytes than allowed'))
      return null
    }
    return chunk
  }
  const client = aedes.handle(socket)
  guard.meters.set(client, (most) => meter.allow(most))
  const watchdog = setInterval(() => {
    if (socket.writableLength > MOST_WAITING_BYTES) socket.destroy(new Error('the peer does not read'))
  }, WATCHDOG_MS)
  socket.once('close', () => clearInterval(watchdog))
}

function hear(aedes: Aedes, filter: string, listener: BrokerListener): Promise<void> {
  return new Promise((resolve) => {
    const deliver = (packet: { topic: string; payload: string | Buffer }, next: () => void) => {
      const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload
      listener.onMessage({ topic: packet.topic, payload })
      next()
    }
    aedes.subscribe(filter, deliver, resolve)
  })
}

function publish(
  aedes: Aedes,
  topic: string,
  message: { readonly payload: Uint8Array | string; readonly qos: 0 | 1; readonly retain: boolean },
): Promise<void> {
  const payload = Buffer.from(message.payload)
  return new Promise((resolve, reject) => {
    aedes.publish({ cmd: 'publish', topic, payload, qos: message.qos, retain: message.retain, dup: false }, (error) => {
      // Success comes as null from some of its paths.
      if (error instanceof Error) reject(new HouseError('mqtt/refused', `${topic}: ${messageOf(error)}`, {}, error))
      else resolve()
    })
  })
}

function closed(aedes: Aedes): Promise<void> {
  return new Promise((resolve) => aedes.close(resolve))
}

function returning(returnCode: 2 | 4, error: Error): Error & { returnCode: number } {
  return Object.assign(error, { returnCode })
}
