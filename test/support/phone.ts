import { once } from 'node:events'
import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'
import { NoticeMessage } from '../../core/contract/notice.ts'

/** The receiving end of a webhook: keeps what it was told, in order. */
export interface Phone extends AsyncDisposable {
  readonly url: string
  /** Every message that arrived and was answered, checked against the contract. */
  readonly messages: readonly NoticeMessage[]
  /** While true it answers 503, as a provider in trouble does. */
  refuse(isRefusing: boolean): void
}

export async function openPhone(): Promise<Phone> {
  const messages: NoticeMessage[] = []
  let refusing = false
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      if (refusing) {
        response.writeHead(503).end()
        return
      }
      messages.push(NoticeMessage.parse(body))
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"received":true}')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}/notices`,
    messages,
    refuse: (isRefusing) => (refusing = isRefusing),
    [Symbol.asyncDispose]: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close').catch(() => undefined)
    },
  }
}
