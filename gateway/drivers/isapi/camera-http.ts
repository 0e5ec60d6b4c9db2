import { randomBytes } from 'node:crypto'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { HouseError, messageOf } from '../../../core/kit/errors.ts'
import { systemClock } from '../../../platform/clock.ts'
import { authorization, chooseChallenge, type DigestChallenge } from './digest.ts'

/** Where a camera is and who this program is to it. */
export interface CameraAccess {
  readonly url: string
  readonly user: string
  readonly password: string
}

export interface CameraHttp {
  /**
   * GET with digest authentication; the answer is a 200 whose body has not been read. `signal` ends body and all.
   * Throws `camera/refused` for any other status, `link/down` or `link/timeout` when there is no answer.
   */
  get(path: string, signal: AbortSignal): Promise<IncomingMessage>
}

/** A camera that does not even send the head of its answer in this time is not there. */
const HEAD_TIMEOUT_MS = 10_000

/** HTTP to one camera. Remembers the camera's nonce, so that a password crosses the line once per nonce only as a hash. */
export function cameraHttp(access: CameraAccess): CameraHttp {
  let challenge: DigestChallenge | null = null
  let uses = 0

  const authorized = (uri: string): string | null => {
    if (challenge === null) return null
    uses += 1
    const cnonce = randomBytes(16).toString('hex')
    return authorization(challenge, {
      user: access.user,
      password: access.password,
      method: 'GET',
      uri,
      nc: uses,
      cnonce,
    })
  }

  return {
    async get(path, signal) {
      const url = new URL(path, access.url)
      const uri = `${url.pathname}${url.search}`
      const first = await head(url, authorized(uri), signal)
      if (first.statusCode !== 401) return accepted(first, uri)
      first.destroy()
      challenge = chooseChallenge(first.headers['www-authenticate'] ?? '')
      uses = 0
      if (challenge === null) {
        throw new HouseError(
          'camera/refused',
          `${uri}: expected a digest challenge (MD5 or SHA-256), came ${schemesOf(first)}: set the camera's web authentication to digest`,
          { path: uri, status: 401 },
        )
      }
      return accepted(await head(url, authorized(uri), signal), uri)
    },
  }
}

function accepted(response: IncomingMessage, uri: string): IncomingMessage {
  const status = response.statusCode ?? 0
  if (status === 200) return response
  response.destroy()
  const advice =
    status === 401
      ? ': the camera does not take this user and password'
      : status === 403
        ? ': this user may not do that on the camera'
        : ''
  throw new HouseError('camera/refused', `${uri}: expected HTTP status 200, came ${status}${advice}`, {
    path: uri,
    status,
  })
}

function schemesOf(response: IncomingMessage): string {
  const schemes = (response.headers['www-authenticate'] ?? '').split(/[\s,]/)[0]
  return schemes === undefined || schemes === '' ? 'none' : schemes
}

/** The head of the answer; its body flows when it is read. */
async function head(url: URL, authorize: string | null, signal: AbortSignal): Promise<IncomingMessage> {
  const late = new AbortController()
  const inTime = new AbortController()
  void systemClock.sleep(HEAD_TIMEOUT_MS, inTime.signal).then(
    () => late.abort(),
    () => undefined,
  )
  try {
    return await send(url, authorize, AbortSignal.any([signal, late.signal]))
  } catch (error) {
    signal.throwIfAborted()
    if (late.signal.aborted) {
      throw new HouseError('link/timeout', `the camera gave no answer in ${HEAD_TIMEOUT_MS} ms`, { host: url.host })
    }
    throw new HouseError('link/down', `the camera cannot be reached: ${messageOf(error)}`, { host: url.host }, error)
  } finally {
    inTime.abort()
  }
}

function send(url: URL, authorize: string | null, signal: AbortSignal): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest
  const request = send(url, {
    signal,
    // A fresh connection each time: cameras close idle ones without a word, and the event stream never gives one back.
    agent: false,
    // Cameras send heads that a strict parser refuses.
    insecureHTTPParser: true,
    headers: {
      accept: '*/*',
      'user-agent': 'pitwatch',
      ...(authorize === null ? {} : { authorization: authorize }),
    },
  })
  request.once('response', (response) => {
    // Whoever reads the body is told of its end by the iteration; a body nobody reads any more may end as it likes.
    response.on('error', () => undefined)
    resolve(response)
  })
  request.on('error', reject)
  request.end()
  return promise
}
