import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'

const Body = z.object({ alarm: z.string().nullable() })

/** A webhook that takes every message at once and notes when one about `watched` comes. */
export async function openReceiver() {
  let heard: () => void = () => undefined
  let watched: string | null = null
  let messages = 0
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => void parts.push(part))
    request.on('end', () => {
      messages += 1
      const body = Body.safeParse(JSON.parse(Buffer.concat(parts).toString()))
      if (watched !== null && body.data?.alarm === watched) heard()
      response.end('taken')
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    messages: () => messages,
    /** Calls `then` at each message about an alarm. */
    watch: (alarm: string, then: () => void) => {
      watched = alarm
      heard = then
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
