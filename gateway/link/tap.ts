import type { MonoMs } from '../../core/contract/time.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { ChannelEvents, Connect } from '../../platform/serial/channel.ts'

/** What happens on a line, as a recorder sees it. */
export interface TapEvent {
  readonly kind: 'out' | 'in' | 'opened' | 'lost'
  readonly at: MonoMs
  /** What went out or came in. */
  readonly bytes?: Uint8Array
}

export type Tap = (event: TapEvent) => void

/** `connect`, with all that passes shown to `tap`. */
export function tapped(connect: Connect, tap: Tap, clock: Clock): Connect {
  return async (events, signal) => {
    const seen: ChannelEvents = {
      received: (bytes) => {
        tap({ kind: 'in', at: clock.mono(), bytes })
        events.received(bytes)
      },
      lost: (error) => {
        tap({ kind: 'lost', at: clock.mono() })
        events.lost(error)
      },
    }
    const channel = await connect(seen, signal)
    tap({ kind: 'opened', at: clock.mono() })
    return {
      write: (bytes) => {
        tap({ kind: 'out', at: clock.mono(), bytes })
        channel.write(bytes)
      },
      close: () => channel.close(),
    }
  }
}

/** Frames in hex for the log at its finest level; the digits are made only when the log writes them. */
export function logTap(log: Log): Tap {
  return ({ kind, bytes }) => {
    if (bytes !== undefined) log.debug({ hex: { toJSON: () => Buffer.from(bytes).toString('hex') } }, kind)
  }
}
