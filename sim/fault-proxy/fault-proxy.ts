import { connect, type Socket } from 'node:net'
import { systemChance, systemClock, type Chance, type Clock } from '../../platform/clock.ts'
import { listenTcp, type Listener } from '../listen.ts'
import { type Faults, NO_FAULTS } from './faults.ts'
import { paceOf } from './pace.ts'
import { Way } from './way.ts'

export interface FaultProxyOptions {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  readonly to: { readonly host: string; readonly port: number }
  readonly faults?: Partial<Faults>
  readonly clock?: Clock
  readonly chance?: Chance
}

/** A line that behaves as badly as it is told to. It speaks no protocol. */
export interface FaultProxy extends Listener {
  /** The faults from now on; what is not named is without fault. Connections stay as they are. */
  set(faults: Partial<Faults>): void
  /** Ends every connection with a TCP reset on both sides. */
  reset(): void
  /** Takes the far side away without a word to the near one: its connections live on, and nobody is there. */
  halfOpen(): void
  /** Bytes that have passed since it was opened: to the far side and back. */
  passed(): { readonly there: number; readonly back: number }
  /** Connections that are open now. */
  connections(): number
}

interface Pair {
  readonly near: Socket
  readonly far: Socket
  readonly ways: readonly Way[]
}

/**
 * Passes bytes between whoever connects and `to`, with faults. The kernel takes part: a connection to a black hole is opened all the
 * same, and what a sender has written before it is read lies in its own buffers.
 */
export async function openFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const { clock = systemClock, chance = systemChance, to } = options
  const pairs = new Set<Pair>()
  /** Far sides whose near side has gone, which a black hole does not let them know. */
  const unaware = new Set<Socket>()
  const passed = { there: 0, back: 0 }
  let faults: Faults = { ...NO_FAULTS, ...options.faults }
  let paces = { there: paceOf(faults.bitRate), back: paceOf(faults.bitRate) }

  const converse = (near: Socket) => {
    if (faults.refuses) {
      near.resetAndDestroy()
      return
    }
    // Either side may end its half before the other.
    near.allowHalfOpen = true
    const far = connect({ ...to, allowHalfOpen: true, noDelay: true })
    near.setNoDelay(true)
    const common = { faults: () => faults, clock, chance }
    const there = new Way({
      ...{ ...common, from: near, to: far, pace: () => paces.there },
      passed: (bytes) => (passed.there += bytes),
    })
    const back = new Way({
      ...{ ...common, from: far, to: near, pace: () => paces.back },
      passed: (bytes) => (passed.back += bytes),
    })
    const pair = { near, far, ways: [there, back] }
    pairs.add(pair)
    near.on('close', () => {
      pairs.delete(pair)
      for (const way of pair.ways) way.end()
      if (faults.blackHole) unaware.add(far)
      else far.destroy()
    })
    far.on('error', () => far.destroy())
    far.on('close', (hadError) => {
      if (pairs.has(pair) && hadError) near.destroy()
    })
  }
  const tellUnaware = () => {
    for (const far of unaware) far.destroy()
    unaware.clear()
  }

  const listener = await listenTcp({ host: options.host, port: options.port, converse })
  const close = async () => {
    await listener.close()
    tellUnaware()
  }
  return {
    ...listener,
    close,
    [Symbol.asyncDispose]: close,
    set: (wanted) => {
      const next = { ...NO_FAULTS, ...wanted }
      if (next.bitRate !== faults.bitRate) paces = { there: paceOf(next.bitRate), back: paceOf(next.bitRate) }
      faults = next
      if (!faults.blackHole) tellUnaware()
      for (const { ways } of pairs) for (const way of ways) way.changed()
    },
    reset: () => {
      for (const { near, far } of [...pairs]) {
        far.resetAndDestroy()
        near.resetAndDestroy()
      }
    },
    halfOpen: () => {
      for (const pair of [...pairs]) {
        pairs.delete(pair)
        for (const way of pair.ways) way.end()
        pair.far.resetAndDestroy()
        // Read and thrown away, so that whoever writes notices nothing.
        pair.near.resume()
      }
    },
    passed: () => ({ ...passed }),
    connections: () => pairs.size,
  }
}
