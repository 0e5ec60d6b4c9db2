import { createServer, type Server } from 'node:https'
import type { FastifyInstance } from 'fastify'
import { listenOn } from './listen.ts'
import { refuseClient } from './refusals.ts'

/** What a server shows of itself; PEM. */
export interface ServerPair {
  readonly key: string
  readonly cert: string
}

/** The same page and API, encrypted. */
export interface HttpsDoor {
  readonly server: Server
  listen(place: { readonly host: string; readonly port: number }): Promise<number>
  /** Takes up a new certificate, where there is one. */
  look(): void
  close(): Promise<void>
}

/** Another way to a server that is ready. */
export function openHttps(app: FastifyInstance, pair: () => ServerPair): HttpsDoor {
  let shown = pair()
  const server = createServer({ key: shown.key, cert: shown.cert, minVersion: 'TLSv1.2' }, (request, response) => {
    app.routing(request, response)
  })
  server.on('clientError', refuseClient)
  return {
    server,
    listen: (place) => listenOn(server, { ...place, what: 'the encrypted web server', setting: 'http.tls.port' }),
    look: () => {
      const next = pair()
      if (next.cert === shown.cert) return
      shown = next
      server.setSecureContext({ key: next.key, cert: next.cert, minVersion: 'TLSv1.2' })
    },
    close: async () => {
      const closed = new Promise<void>((done) => void server.close(() => done()))
      server.closeAllConnections()
      await closed
    },
  }
}
