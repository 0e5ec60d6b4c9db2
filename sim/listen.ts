import { once } from 'node:events'
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** Something that listens on a TCP port until it is closed; closing hangs up on everybody. */
export interface Listener extends AsyncDisposable {
  readonly host: string
  readonly port: number
  close(): Promise<void>
  /** Hangs up on everybody, and goes on listening. */
  hangUp(): void
}

export interface TcpOptions {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  converse(socket: Socket): void
}

/** Listens for plain TCP. Rejects when the port is taken. */
export async function listenTcp(options: TcpOptions): Promise<Listener> {
  const server = createServer((socket) => options.converse(socket))
  return listening(server, options.host, options.port)
}

export interface HttpOptions {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>
}

/** Listens for HTTP. An answer that throws becomes a 500 with the message as text. Rejects when the port is taken. */
export async function listenHttp(options: HttpOptions): Promise<Listener> {
  const server = createHttpServer((request, response) => {
    options.answer(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' })
      response.end(String(error))
    })
  })
  return listening(server, options.host, options.port)
}

async function listening(server: Server, host: string, port: number): Promise<Listener> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    // A peer that resets the connection ends it; 'close' follows and there is nothing else to do.
    socket.on('error', () => socket.destroy())
  })
  server.listen(port, host)
  await once(server, 'listening')
  const hangUp = () => {
    for (const socket of sockets) socket.destroy()
  }
  const close = async () => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    hangUp()
    await closed
  }
  const { port: taken } = server.address() as AddressInfo
  return { host, port: taken, close, hangUp, [Symbol.asyncDispose]: close }
}
