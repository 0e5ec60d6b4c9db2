import type { Socket } from 'node:net'
import { systemClock } from '../../platform/clock.ts'
import { listenTcp, type Listener } from '../listen.ts'
import type { Dlt645Station } from './meter.ts'

export interface Dlt645BusOptions {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  readonly stations: readonly Dlt645Station[]
}

/** A request that has not come whole after this long never will. */
const FORGET_MS = 500

/**
 * Serves a line with all its meters on one TCP port, as a serial converter would. Where two meters answer at once, as they
 * do to a broadcast, each pulls the line down for its own zeros and nobody can read either.
 */
export function serveDlt645(options: Dlt645BusOptions): Promise<Listener> {
  const converse = (socket: Socket) => {
    let heard = new Uint8Array()
    let heardAt = 0
    socket.setNoDelay(true)
    socket.on('data', (bytes) => {
      const now = systemClock.mono()
      heard = now - heardAt > FORGET_MS ? Uint8Array.from(bytes) : Uint8Array.from([...heard, ...bytes])
      heardAt = now
      const replies = options.stations.flatMap((station) => {
        const reply = station.answer(heard)
        return reply === null ? [] : [{ reply, latencyMs: station.latencyMs }]
      })
      // Nobody's request, or none yet.
      if (replies.length === 0) return
      heard = new Uint8Array()
      const latencyMs = Math.max(...replies.map((one) => one.latencyMs))
      void systemClock.sleep(latencyMs).then(() => {
        if (!socket.destroyed) socket.write(collided(replies.map(({ reply }) => reply)))
      })
    })
  }
  return listenTcp({ host: options.host, port: options.port, converse })
}

function collided(replies: readonly Uint8Array[]): Uint8Array {
  const longest = Math.max(...replies.map(({ length }) => length))
  return Uint8Array.from({ length: longest }, (_, index) =>
    replies.reduce((line, reply) => line & (reply[index] ?? 0xff), 0xff),
  )
}
