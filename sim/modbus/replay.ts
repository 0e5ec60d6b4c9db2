import type { Socket } from 'node:net'
import type { Recording } from '../../core/decode/bus-recording.ts'
import { HouseError } from '../../core/kit/errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { listenTcp, type Listener } from '../listen.ts'
import { type Divergence, type Reaction, type Replayer, replayer, type Step } from './replayer.ts'
import type { LineConnect } from './virtual-line.ts'

export interface ReplayOptions {
  readonly clock: Clock
  /** Told each time the master asks something else than it did. */
  readonly onDivergence: (divergence: Divergence) => void
}

/** A recording that answers. */
export interface Replay {
  /** Opens the line as it was recorded, without a socket or port. */
  readonly connect: LineConnect
  /** Serves it on a TCP port to one master at a time, as RTU over TCP or Modbus/TCP, whichever was recorded. */
  serve(host: string, port: number): Promise<Listener>
  progress: Replayer['progress']
}

/** Whoever has the line open. */
interface Master {
  send(bytes: Uint8Array): void
  hangUp(): void
}

/**
 * Plays the device side of a recording: recorded requests get exactly the recorded bytes after the recorded time, silence, noise
 * and late answers among them. What had come before the next request comes before it again, however soon that is asked.
 */
export function replay(recording: Recording, { clock, onDivergence }: ReplayOptions): Replay {
  const player = replayer(recording)
  const open = (master: Master) => session(player, master, { clock, onDivergence })
  return {
    connect: (events, signal) => {
      signal.throwIfAborted()
      const lost = () => events.lost(new HouseError('link/down', 'the recorded line was lost here'))
      const { heard, close } = open({ send: (bytes) => events.received(bytes), hangUp: lost })
      return Promise.resolve({ write: heard, close })
    },
    serve: (host, port) => {
      let last: Socket | null = null
      const converse = (socket: Socket) => {
        last?.destroy()
        last = socket
        socket.setNoDelay(true)
        const { heard, close } = open({ send: (bytes) => void socket.write(bytes), hangUp: () => socket.destroy() })
        socket.on('data', heard)
        socket.once('close', close)
      }
      return listenTcp({ host, port, converse })
    },
    progress: () => player.progress(),
  }
}

interface Session {
  readonly heard: (bytes: Uint8Array) => void
  readonly close: () => void
}

function session(player: Replayer, master: Master, { clock, onDivergence }: ReplayOptions): Session {
  const closed = new AbortController()
  /** What the last scene still has to bring, soonest first. */
  let due: readonly Reaction[] = []
  const bring = ({ kind, bytes }: Reaction) => {
    if (closed.signal.aborted) return
    if (kind === 'in') master.send(bytes)
    else {
      closed.abort()
      master.hangUp()
    }
  }
  /** Brings all up to `reaction`: timers do not always wake in order. */
  const bringUntil = (reaction: Reaction) => {
    const last = due.indexOf(reaction)
    const overdue = due.slice(0, last + 1)
    due = due.slice(last + 1)
    overdue.forEach(bring)
  }
  const act = (steps: readonly Step[]) => {
    for (const step of steps) {
      if (step.kind === 'divergence') {
        onDivergence(step.divergence)
        continue
      }
      const overdue = due
      due = step.reactions
      overdue.forEach(bring)
      for (const reaction of step.reactions) {
        clock.sleep(reaction.afterMs, closed.signal).then(
          () => bringUntil(reaction),
          () => undefined,
        )
      }
    }
  }
  // The master has its channel first; what came at once came after that.
  queueMicrotask(() => act(player.opened()))
  return { heard: (bytes) => act(player.heard(bytes)), close: () => closed.abort() }
}
