import { createServer } from 'node:net'
import type { Duplex } from 'node:stream'
import { Aedes } from 'aedes'
import { HouseError, messageOf } from '../../../core/kit/errors.ts'
import type { Log } from '../../../platform/log.ts'
import { listenOn } from '../http/listen.ts'
import type { BrokerAccounts } from './accounts.ts'
import { type Guard, openGuard, type RefusalCounts } from './guard.ts'
import type { BrokerLink, BrokerListener } from './link.ts'
import { openPacketMeter } from './packet-meter.ts'
import { type BrokerTls, openTlsDoor, type TlsDoor } from './tls-door.ts'
import { wideStream } from './wide-stream.ts'

/** A picture of up to 1 MB with its topic. */
const MOST_PACKET_BYTES = (1 << 20) + 512

/** What a peer may send before it has signed in: a CONNECT with its will. */
const MOST_CONNECT_BYTES = 64 << 10

/** Bytes waiting for one peer after which it is dropped, so that a stuck reader holds up nobody else. */
const MOST_WAITING_BYTES = 4 << 20

/** Bytes a connection takes before whoever writes to it has to wait; the watchdog acts long before. */
const BUFFER_BYTES = 16 << 20

const WATCHDOG_MS = 250

const MOST_CONNECTIONS = 2_000

export interface EmbeddedBrokerOptions {
  readonly host: string
  /** 0 = any free port; `url` then tells which. */
  readonly port: number
  readonly group: string
  readonly accounts: BrokerAccounts
  readonly log: Log
  /** A second door, for gateways with certificates. */
  readonly tls?: BrokerTls | undefined
}

/** An embedded broker also counts what it has refused, since start. */
export interface EmbeddedBroker extends BrokerLink {
  /** Where gateways with certificates connect, such as mqtts://127.0.0.1:8883; null without that door. */
  readonly tlsUrl: string | null
  refusals(): RefusalCounts
  /** Ends connections whose certificate is no longer fit, and takes up a new certificate of its own. */
  look(): void
}

/**
 * A broker inside this program, with limits of our own around it: accounts and certificates that reach their own site only,
 * packets up to 1 MB, no queue for absent peers (sessions must be clean; the outbox of the gateway is the memory), and stuck
 * peers dropped. Throws `link/busy` when a port is taken.
 */
export async function openEmbeddedBroker(
  options: EmbeddedBrokerOptions,
  listener: BrokerListener,
): Promise<EmbeddedBroker> {
  const guard = openGuard({ ...options, mostBytes: MOST_PACKET_BYTES })
  const aedes = await Aedes.createBroker({
    ...guard.hooks,
    drainTimeout: 5_000,
    connectTimeout: 10_000,
    queueLimit: 100,
  })
  guard.follow(aedes)
  for (const filter of listener.filters) await hear(aedes, filter, listener)
  const doors = openDoors(options, aedes, guard)
  let urls: Urls
  try {
    urls = await doors.listen()
  } catch (error) {
    await Promise.all([closed(aedes), doors.close()])
    throw error
  }
  options.log.info({ ...urls }, 'broker listens')
  const say: BrokerLink['publish'] = (topic, payload, how) =>
    publish(aedes, topic, { payload, qos: how?.qos ?? 0, retain: how?.retain ?? false })
  await listener.onConnected(say)
  return {
    ...urls,
    isConnected: () => doors.isOpen(),
    publish: say,
    refusals: () => guard.refusals(),
    look: () => doors.look(),
    close: async () => {
      const ended = doors.close()
      await closed(aedes)
      doors.drop()
      await ended
    },
  }
}

interface Urls {
  readonly url: string
  readonly tlsUrl: string | null
}

/** The ways in: a plain one, and one with certificates where it is wanted. */
function openDoors({ host, port, log, tls }: EmbeddedBrokerOptions, aedes: Aedes, guard: Guard) {
  const sockets = new Set<Duplex>()
  const enter = (stream: Duplex) => {
    sockets.add(stream)
    stream.once('close', () => sockets.delete(stream))
    serve(aedes, stream, guard)
  }
  const plain = createServer({ highWaterMark: BUFFER_BYTES, noDelay: true }, enter)
  const door: TlsDoor | null =
    tls === undefined
      ? null
      : openTlsDoor(tls, {
          log,
          enter: (socket, verdict) => {
            const stream = wideStream(socket, BUFFER_BYTES)
            guard.shown.set(stream, verdict)
            enter(stream)
          },
          turnedOut: ({ reason, why }) => void guard.refuse(reason, `${reason}: ${why}`, `connection ended: ${why}`),
        })
  const servers = door === null ? [plain] : [plain, door.server]
  for (const server of servers) server.maxConnections = MOST_CONNECTIONS
  return {
    listen: async (): Promise<Urls> => {
      const what = 'the MQTT broker'
      const bound = await listenOn(plain, { host, port, what, setting: 'broker.port' })
      const url = `mqtt://${host}:${bound}`
      if (door === null || tls === undefined) return { url, tlsUrl: null }
      const place = { host: tls.host, port: tls.port, what: `${what} with certificates`, setting: 'broker.tls.port' }
      return { url, tlsUrl: `mqtts://${tls.host}:${await listenOn(door.server, place)}` }
    },
    isOpen: () => plain.listening,
    look: () => door?.look(),
    drop: () => {
      for (const socket of sockets) socket.destroy()
    },
    close: () => Promise.all(servers.map((server) => new Promise<void>((done) => void server.close(() => done())))),
  }
}

function serve(aedes: Aedes, socket: Duplex, guard: Guard): void {
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
