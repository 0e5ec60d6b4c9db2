import { once } from 'node:events'
import { WebSocket } from 'ws'
import { LiveMessage } from '../../core/contract/live.ts'
import type { Desk } from '../../test/support/county.ts'
import { siteId } from './site.ts'

/** Browsers that each watch one site, and how late they see its readings. */
export interface Watchers extends Disposable {
  /** From a reading's time to the moment a browser has it, ms; since the last call. */
  take(): readonly number[]
}

/** Opens so many live feeds, spread over the fleet. */
export async function openWatchers(
  url: string,
  desk: Desk,
  { watchers, gateways }: { watchers: number; gateways: number },
): Promise<Watchers> {
  let lateness: number[] = []
  const sockets: WebSocket[] = []
  for (let index = 0; index < watchers; index += 1) {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/api/live`, {
      headers: { cookie: desk.cookie, origin: url },
    })
    await once(socket, 'open')
    const seen = new Map<string, number>()
    socket.on('message', (data: Buffer) => {
      const now = Date.now()
      const message = LiveMessage.parse(JSON.parse(data.toString()))
      if (message.type !== 'delta') return
      for (const { point, latest } of message.readings) {
        if (seen.get(point) === latest.at) continue
        // What was known before it watched says nothing of lateness.
        if (seen.has(point)) lateness.push(now - latest.at)
        seen.set(point, latest.at)
      }
    })
    socket.send(JSON.stringify({ type: 'watch', site: siteId(Math.floor((index * gateways) / watchers)) }))
    sockets.push(socket)
  }
  return {
    take: () => {
      const taken = lateness
      lateness = []
      return taken
    },
    [Symbol.dispose]: () => {
      for (const socket of sockets) socket.terminate()
    },
  }
}
