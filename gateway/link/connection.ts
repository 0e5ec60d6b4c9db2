import { HouseError, isHouseError, messageOf } from '../../core/kit/errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { Channel, ChannelEvents, Connect } from '../../platform/serial/channel.ts'
import { growingPause, type PauseLimits } from './pause.ts'

/** How a bus reaches its line, and who hears of it. */
export interface ConnectionOptions {
  readonly bus: string
  readonly connect: Connect
  readonly events: ChannelEvents
  /** Pauses before a lost channel is opened again. */
  readonly pauses: PauseLimits
  /** Counts how often the line was lost and came back. */
  readonly tally: { reconnects: number }
  readonly log: Log
  readonly clock: Clock
}

/**
 * A channel that is opened when it is needed and opened again after a loss, with growing pauses. While a pause lasts
 * every call fails at once, so that a lost line is told to everybody at once and costs nothing.
 */
export class Connection {
  readonly #options: ConnectionOptions
  readonly #closing = new AbortController()
  #channel: Channel | null = null
  /** The attempt under way; all who want the channel wait for the same one. */
  #opening: Promise<Channel> | null = null
  #failures = 0
  /** Monotonic time before which no new attempt is made, and what the last one came to. */
  #pauseUntil = 0
  #lastError: HouseError | null = null
  #state: 'up' | 'down' | 'unknown' = 'unknown'

  constructor(options: ConnectionOptions) {
    this.#options = options
  }

  get state(): 'up' | 'down' {
    return this.#state === 'up' ? 'up' : 'down'
  }

  /** The open channel, opening it where there is none. Throws `link/down` or `link/busy`. */
  async open(signal: AbortSignal): Promise<Channel> {
    const { bus, clock } = this.#options
    signal.throwIfAborted()
    if (this.#closing.signal.aborted) throw closedError(bus)
    if (this.#channel !== null) return this.#channel
    if (clock.mono() < this.#pauseUntil && this.#lastError !== null) throw this.#lastError
    this.#opening ??= this.#open().finally(() => (this.#opening = null))
    return untilAborted(this.#opening, signal)
  }

  /** An answer came over it: the next loss starts with a short pause again. */
  proven(): void {
    this.#failures = 0
  }

  /** Gives the channel up on purpose; the next `open` makes a new one at once. */
  drop(): void {
    this.#channel?.close()
    this.#channel = null
  }

  close(): void {
    this.#closing.abort(closedError(this.#options.bus))
    this.drop()
  }

  async #open(): Promise<Channel> {
    const { bus, connect, events: ours, log, tally } = this.#options
    const own: { channel: Channel | null; gone: HouseError | null } = { channel: null, gone: null }
    const mine = () => own.channel === null || own.channel === this.#channel
    const events: ChannelEvents = {
      received: (bytes) => {
        if (mine()) ours.received(bytes)
      },
      lost: (error) => {
        own.gone = error
        if (own.channel !== null && mine()) this.#lost(error)
      },
    }
    try {
      own.channel = await connect(events, this.#closing.signal)
    } catch (error) {
      throw this.#failed(asLinkError(bus, error))
    }
    if (this.#closing.signal.aborted || own.gone !== null) {
      own.channel.close()
      throw this.#failed(own.gone ?? closedError(bus))
    }
    this.#channel = own.channel
    if (this.#state === 'down') {
      tally.reconnects += 1
      log.info({ bus }, 'bus is back')
    }
    this.#state = 'up'
    return own.channel
  }

  #lost(error: HouseError): void {
    this.#channel = null
    this.#options.events.lost(this.#failed(error))
  }

  #failed(error: HouseError): HouseError {
    const { bus, pauses, log, clock } = this.#options
    this.#failures += 1
    this.#pauseUntil = clock.mono() + growingPause(bus, this.#failures, pauses)
    this.#lastError = error
    if (this.#state !== 'down' && !this.#closing.signal.aborted) {
      log.warn({ code: error.code, bus, why: error.message }, 'bus is down')
    }
    this.#state = 'down'
    return error
  }
}

/** What a caller gets whose bus was closed under it. */
export function closedError(bus: string): HouseError {
  return new HouseError('link/down', `bus ${bus} is closed`, { bus })
}

function asLinkError(bus: string, error: unknown): HouseError {
  if (isHouseError(error, 'link/down', 'link/busy')) return error
  return new HouseError('link/down', `bus ${bus}: ${messageOf(error)}`, { bus }, error)
}

/** `work`, unless the caller gives up first: then its reason; the work goes on for the others. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
