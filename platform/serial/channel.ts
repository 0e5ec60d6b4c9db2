import type { HouseError } from '../../core/kit/errors.ts'

/** A connection that is not made by then is not there, in ms: a first packet that was lost is sent again by the next attempt. */
export const CONNECT_WITHIN_MS = 1_000

/** Bytes to and from one serial port or TCP connection. Whatever goes wrong is told through `ChannelEvents.lost`. */
export interface Channel {
  /** Hands bytes to the line without waiting. Throws `link/down` when the channel is gone already. */
  write(bytes: Uint8Array): void
  /** Ends it at once; `lost` is not called for it. */
  close(): void
}

/** What a channel tells its owner. */
export interface ChannelEvents {
  received(bytes: Uint8Array): void
  /** The channel is gone. Called once, and nothing after it. */
  lost(error: HouseError): void
}

/** Opens a channel. Throws `link/down`, or `link/busy` when another program has it. */
export type Connect = (events: ChannelEvents, signal: AbortSignal) => Promise<Channel>
