import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A camera on a real socket: digest authentication, an endless event stream and a still picture. */
export interface FakeCamera extends AsyncDisposable {
  readonly url: string
  /** Authorised and refused requests so far, by path. */
  readonly asked: { readonly streams: number; readonly pictures: number; readonly refused: number }
  /** Writes bytes into every open event stream. */
  send(bytes: string | Uint8Array): void
  /** Sends an event message in the camera's framing. */
  event(name: string, state: string, extra?: string): void
  /** Ends every open event stream. */
  hangUp(): void
  /** What the still picture answers with. */
  picture: (response: ServerResponse) => void
}

export const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 2, 3, 0xff, 0xd9])

/** Starts a camera that takes `user` and `password` with the digest algorithm, or only Basic. */
export async function fakeCamera(options: {
  readonly user: string
  readonly password: string
  readonly algorithm: 'MD5' | 'SHA-256' | 'basic-only'
}): Promise<FakeCamera> {
  const streams = new Set<ServerResponse>()
  const asked = { streams: 0, pictures: 0, refused: 0 }
  const camera: { picture: FakeCamera['picture'] } = {
    picture: (response) => response.writeHead(200, { 'content-type': 'image/jpeg' }).end(JPEG),
  }
  const server = createServer((request, response) => {
    if (!isAuthorised(request, options)) {
      if (request.headers.authorization !== undefined) asked.refused += 1
      response.writeHead(401, { 'www-authenticate': challengeOf(options.algorithm) }).end('unauthorised')
      return
    }
    if (request.url === '/ISAPI/Event/notification/alertStream') {
      asked.streams += 1
      response.writeHead(200, { 'content-type': 'multipart/mixed; boundary=boundary' })
      response.flushHeaders()
      streams.add(response)
      response.on('close', () => streams.delete(response))
    } else if (request.url === '/ISAPI/Streaming/channels/101/picture') {
      asked.pictures += 1
      camera.picture(response)
    } else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const send = (bytes: string | Uint8Array) => streams.forEach((stream) => stream.write(bytes))
  return Object.assign(camera, {
    url: `http://127.0.0.1:${port}`,
    asked,
    send,
    event: (name: string, state: string, extra = '') => {
      const body =
        `<EventNotificationAlert version="2.0"><channelID>1</channelID><eventType>${name}</eventType>` +
        `<eventState>${state}</eventState>${extra}</EventNotificationAlert>`
      send(`--boundary\r\nContent-Type: application/xml\r\nContent-Length: ${body.length}\r\n\r\n${body}\r\n`)
    },
    hangUp: () => streams.forEach((stream) => stream.destroy()),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}

const NONCE = 'a-nonce-of-the-test-camera'

function challengeOf(algorithm: string): string {
  if (algorithm === 'basic-only') return 'Basic realm="camera"'
  return `Digest realm="camera", qop="auth", nonce="${NONCE}", algorithm=${algorithm}`
}

/** The server's side of RFC 7616, written apart from the driver's. */
function isAuthorised(
  request: IncomingMessage,
  options: { user: string; password: string; algorithm: string },
): boolean {
  const header = request.headers.authorization ?? ''
  const field = (name: string) => new RegExp(`[ ,]${name}="?([^",]+)"?`).exec(header)?.[1] ?? ''
  const name = options.algorithm === 'SHA-256' ? 'sha256' : 'md5'
  const hash = (text: string) => createHash(name).update(text).digest('hex')
  const secret = hash(`${options.user}:camera:${options.password}`)
  const asked = hash(`${request.method ?? ''}:${request.url ?? ''}`)
  const expected = hash(`${secret}:${NONCE}:${field('nc')}:${field('cnonce')}:auth:${asked}`)
  return header.startsWith('Digest ') && field('uri') === request.url && field('response') === expected
}
