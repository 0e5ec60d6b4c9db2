import { connect, type IClientOptions, MqttClient } from 'mqtt'
import { HouseError, messageOf } from '../core/kit/errors.ts'
import { systemChance, systemClock, type Chance } from './clock.ts'
import { openTls, type TlsMaterial } from './identity/tls-stream.ts'
import type { Log } from './log.ts'

/** A message to publish or one that came. */
export interface MqttMessage {
  readonly topic: string
  readonly payload: Uint8Array
  readonly retain: boolean
}

export interface PublishOptions {
  /** 1 resolves when the broker has it, 0 when the socket has taken it. Default 0. */
  readonly qos?: 0 | 1
  readonly retain?: boolean
}

/** Where the broker is and how to sign in. */
export interface MqttAccess {
  /** `mqtt://host:port` or `mqtts://host:port`. */
  readonly url: string
  readonly user?: string | undefined
  readonly password?: string | null | undefined
  /** What to show and whom to trust, asked for each connection anew; throws HouseError when there is nothing to show. */
  readonly tls?: (() => TlsMaterial) | undefined
}

/** One connection, from CONNACK to its end. What is published on it never strays into the next one. */
export interface MqttSession {
  /** Aborts when this connection has ended. */
  readonly signal: AbortSignal
  /** Throws `mqtt/refused` when the connection has ended or ends before the message was taken. */
  publish(topic: string, payload: Uint8Array | string, options?: PublishOptions): Promise<void>
  /** Subscribes at QoS 1. Throws `mqtt/refused` also when the broker grants less than asked. */
  subscribe(filters: readonly string[]): Promise<void>
  /**
   * Resolves when the broker has read everything published so far: it answers a PINGREQ in its turn. Throws `mqtt/refused` when the
   * connection has ended or ends before. (MQTT 3.1.1 §3.12)
   */
  reached(): Promise<void>
  /** Ends this connection with a DISCONNECT; the link then connects anew. `why` is for the log. */
  leave(why: string): void
}

export interface MqttOptions {
  readonly clientId: string
  readonly log: Log
  /** Called for each connection attempt, so that a will can carry its own number. */
  readonly will?: () => {
    readonly topic: string
    readonly payload: Uint8Array
    readonly qos: 0 | 1
    readonly retain?: boolean
  }
  /** Must be quick; whoever needs more time keeps a bounded queue. What it throws is logged as an error. */
  readonly onMessage: (message: MqttMessage) => void
  /** Runs after each CONNACK, before the link counts as connected. If it throws, the connection is ended and tried anew. */
  readonly onConnect?: (session: MqttSession) => Promise<void>
  /** Seconds without traffic after which the broker is asked, default 15. It declares death after 1.5 of them. */
  readonly keepaliveS?: number
  /** First and longest pause between attempts, ms; it doubles in between, with jitter. Default 500 and 20 000. */
  readonly pauseMs?: { readonly first: number; readonly most: number }
  readonly chance?: Chance
  /** Default 4, which is MQTT 3.1.1; shared subscriptions need 5. */
  readonly protocolVersion?: 4 | 5
}

export interface MqttLink {
  /** The connection of this moment; null while there is none or `onConnect` still runs. */
  session(): MqttSession | null
  /** Publishes on the connection of this moment. Throws `mqtt/refused` when there is none. */
  publish(topic: string, payload: Uint8Array | string, options?: PublishOptions): Promise<void>
  /** Ends with a DISCONNECT, so that the broker does not send the will. */
  close(): Promise<void>
}

/**
 * Keeps one connection to a broker, for ever, with growing pauses between attempts. MQTT 3.1.1, clean sessions, and no queue:
 * what cannot be sent is refused to the caller, who alone knows whether it still matters. One warning a loss and reason, not one an
 * attempt.
 */
export function openMqtt(access: MqttAccess, options: MqttOptions): MqttLink {
  const stop = new AbortController()
  const state: { session: MqttSession | null } = { session: null }
  const running = keepConnected(access, options, { stop: stop.signal, state })
  return {
    session: () => state.session,
    publish: (topic, payload, how) => {
      if (state.session === null) return Promise.reject(notConnected(topic))
      return state.session.publish(topic, payload, how)
    },
    close: async () => {
      stop.abort()
      await running
    },
  }
}

/** Reasons told of one loss; a peer that finds a new one each time must not fill the log. */
const MOST_REASONS = 5

interface Running {
  readonly stop: AbortSignal
  readonly state: { session: MqttSession | null }
}

async function keepConnected(access: MqttAccess, options: MqttOptions, running: Running): Promise<void> {
  const { log } = options
  const chance = options.chance ?? systemChance
  const pause = options.pauseMs ?? { first: 500, most: 20_000 }
  const trouble = { told: new Set<string>(), failures: 0 }
  while (!running.stop.aborted) {
    const end = await oneConnection(access, options, running, () => {
      log.info({ broker: hostOf(access.url) }, trouble.told.size > 0 ? 'broker connected again' : 'broker connected')
      trouble.told.clear()
      trouble.failures = 0
    })
    if (!trouble.told.has(end) && trouble.told.size < MOST_REASONS && !isOver(running.stop)) {
      log.warn(
        { code: 'mqtt/refused', broker: hostOf(access.url), why: end },
        'no connection to the broker; trying again',
      )
      trouble.told.add(end)
    }
    const longest = Math.min(pause.most, pause.first * 2 ** Math.min(trouble.failures, 20))
    trouble.failures += 1
    await systemClock.sleep(longest * (0.5 + chance() / 2), running.stop).catch(() => undefined)
  }
}

/** Lives as long as one connection; answers why it ended. */
async function oneConnection(
  access: MqttAccess,
  options: MqttOptions,
  running: Running,
  onReady: () => void,
): Promise<string> {
  const over = new AbortController()
  const left = new AbortController()
  const client = await clientOf(access, options, running.stop).catch(messageOf)
  if (typeof client === 'string') return client
  let why = 'the broker closed the connection'
  client.on('error', (error) => {
    why = messageOf(error)
  })
  client.on('message', (topic, payload, packet) => {
    try {
      options.onMessage({ topic, payload, retain: packet.retain })
    } catch (error) {
      // One message must not end the program, nor the connection.
      options.log.error({ code: 'message/malformed', topic, why: messageOf(error) }, 'a message could not be handled')
    }
  })
  client.once('close', () => over.abort())
  const ending = aborted(AbortSignal.any([running.stop, over.signal, left.signal]))
  const connected = new Promise<boolean>((resolve) => {
    client.once('connect', () => resolve(true))
    void ending.then(() => resolve(false))
  })
  if (await connected) {
    const leave = (reason: string) => {
      why = reason
      left.abort()
    }
    const session = { ...sessionOf(client, over.signal), leave }
    try {
      const ready = await Promise.race([Promise.resolve(options.onConnect?.(session)).then(() => true), ending])
      if (ready === true) {
        running.state.session = session
        onReady()
        await ending
      }
    } catch (error) {
      why = messageOf(error)
    }
    running.state.session = null
  }
  await ended(client, (isOver(running.stop) || isOver(left.signal)) && !isOver(over.signal))
  over.abort()
  return why
}

/** A client that has begun to connect. Throws what `openTls` and `access.tls` throw. */
async function clientOf(access: MqttAccess, options: MqttOptions, signal: AbortSignal): Promise<MqttClient> {
  if (access.tls === undefined) return connect(access.url, clientOptions(access, options))
  const { hostname, port } = new URL(access.url)
  const place = { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? 8_883 : Number(port) }
  const socket = await openTls(place, { by: 'authority', material: access.tls() }, signal)
  return new MqttClient(() => socket, clientOptions(access, options))
}

function clientOptions(access: MqttAccess, options: MqttOptions): IClientOptions {
  const will = options.will?.()
  return {
    protocolVersion: options.protocolVersion ?? 4,
    clientId: options.clientId,
    clean: true,
    keepalive: options.keepaliveS ?? 15,
    connectTimeout: 10_000,
    // Queueing and reconnecting are ours.
    reconnectPeriod: 0,
    queueQoSZero: false,
    resubscribe: false,
    ...(access.user === undefined ? {} : { username: access.user }),
    ...(access.password === undefined || access.password === null ? {} : { password: access.password }),
    ...(will === undefined
      ? {}
      : {
          will: { topic: will.topic, payload: Buffer.from(will.payload), qos: will.qos, retain: will.retain ?? false },
        }),
  }
}

function sessionOf(client: MqttClient, signal: AbortSignal): Omit<MqttSession, 'leave'> {
  const pings = pingsOf(client)
  const whileOpen = <T>(
    what: string,
    work: (done: (error: unknown, value?: T) => void) => void,
  ): Promise<T | undefined> =>
    new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(notConnected(what))
        return
      }
      const onEnd = () => reject(notConnected(what))
      signal.addEventListener('abort', onEnd, { once: true })
      work((error, value) => {
        signal.removeEventListener('abort', onEnd)
        if (error === null || error === undefined) resolve(value)
        else reject(new HouseError('mqtt/refused', `${what}: ${messageOf(error)}`, {}, error))
      })
    })
  return {
    signal,
    publish: async (topic, payload, how) => {
      const message =
        typeof payload === 'string' ? payload : Buffer.from(payload.buffer, payload.byteOffset, payload.length)
      await whileOpen<never>(topic, (done) => {
        client.publish(topic, message, { qos: how?.qos ?? 0, retain: how?.retain ?? false }, (error) => done(error))
      })
    },
    subscribe: async (filters) => {
      const grants = await whileOpen<readonly { topic: string; qos: number }[]>(filters.join(' '), (done) => {
        client.subscribe([...filters], { qos: 1 }, (error, granted) => done(error, granted))
      })
      const refused = grants?.find(({ qos }) => qos > 2)
      if (refused !== undefined)
        throw new HouseError('mqtt/refused', `the broker refuses to let us hear ${refused.topic}`)
    },
    reached: async () => {
      await whileOpen<never>('ping', (done) => {
        pings.next(() => done(null))
        client.sendPing()
      })
    },
  }
}

/** Who waits for which answer to a PINGREQ: answers come in the order of the questions, those of the library's own keep-alive among them. */
function pingsOf(client: MqttClient): { next(answered: () => void): void } {
  const waiting: (() => void)[] = []
  let next: (() => void) | null = null
  client.on('packetsend', ({ cmd }) => {
    if (cmd !== 'pingreq') return
    waiting.push(next ?? (() => undefined))
    next = null
  })
  client.on('packetreceive', ({ cmd }) => {
    if (cmd === 'pingresp') waiting.shift()?.()
  })
  return {
    next: (answered) => {
      next = answered
    },
  }
}

/** Ends a client: politely with DISCONNECT, or at once. Never waits longer than a second for a broker that hangs. */
async function ended(client: MqttClient, politely: boolean): Promise<void> {
  const end = (force: boolean) => new Promise<void>((resolve) => void client.end(force, {}, () => resolve()))
  if (politely) await Promise.race([end(false), aborted(AbortSignal.timeout(1_000))])
  await Promise.race([end(true), aborted(AbortSignal.timeout(1_000))])
}

/** Asked through a function, because an await in between changes the answer behind the compiler's back. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

function notConnected(what: string): HouseError {
  return new HouseError('mqtt/refused', `${what}: there is no connection to the broker`)
}

/** The address without anything that could be secret. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'the broker'
}
