import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Clock } from '../../platform/clock.ts'
import { listenHttp, type Listener } from '../listen.ts'
import { alertPart, BOUNDARY, type Sight } from './alert.ts'
import { type Credentials, digestGuard } from './digest.ts'
import { snapshotOf } from './picture.ts'

export interface CameraOptions {
  /** Unique in the county. */
  readonly name: string
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  readonly channel: number
  readonly credentials: Credentials
  readonly clock: Clock
  /** What it sees now; null = nothing. */
  sees(): Sight | null
}

/** An active event is repeated this often, a heartbeat comes this often (scenario ms). */
const REPEAT_MS = 1_000
const HEARTBEAT_MS = 5_000

/**
 * A Hikvision-style camera: `alertStream` without end, and a snapshot picture, both behind digest authentication.
 * An event is repeated every second while it lasts and never said to end.
 */
export function serveCamera(options: CameraOptions): Promise<Listener> {
  const guard = digestGuard('SIMULATED CAMERA', options.credentials)
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    if (!guard.admits(request.method ?? 'GET', request.headers.authorization)) {
      response.writeHead(401, { 'www-authenticate': guard.challenge(), 'content-type': 'text/plain' })
      response.end('unauthorised')
      return
    }
    const path = (request.url ?? '').split('?')[0] ?? ''
    if (path === '/ISAPI/Event/notification/alertStream') await stream(options, response)
    else if (/^\/ISAPI\/Streaming\/channels\/\d+\/picture$/.test(path)) {
      const jpeg = snapshotOf(options.sees(), options.name, options.clock.now())
      response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': jpeg.length })
      response.end(jpeg)
    } else {
      response.writeHead(404, { 'content-type': 'text/plain' })
      response.end('not found')
    }
  }
  return listenHttp({ host: options.host, port: options.port, answer })
}

async function stream(options: CameraOptions, response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': `multipart/mixed; boundary=${BOUNDARY}`, connection: 'close' })
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  try {
    await pipeline(Readable.from(parts(options, gone.signal)), response, { signal: gone.signal })
  } catch (error) {
    // Whoever listened has hung up: the ordinary end of an endless stream.
    if (!gone.signal.aborted) throw error
  }
}

async function* parts(options: CameraOptions, signal: AbortSignal): AsyncGenerator<string> {
  const facts = { address: options.host, channel: options.channel }
  let count = 0
  let event = ''
  let sinceHeartbeat = HEARTBEAT_MS
  while (!signal.aborted) {
    const sight = options.sees()
    const at = options.clock.now()
    if (sight !== null) {
      const same = event === `${sight.event}/${sight.target}`
      count = same ? count + 1 : 1
      event = `${sight.event}/${sight.target}`
      yield alertPart({ ...facts, at, count, sight })
    } else event = ''
    if (sinceHeartbeat >= HEARTBEAT_MS) {
      yield alertPart({ ...facts, at, count: 0, sight: null })
      sinceHeartbeat = 0
    }
    await options.clock.sleep(REPEAT_MS, signal)
    sinceHeartbeat += REPEAT_MS
  }
}
