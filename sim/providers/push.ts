import {
  createDecipheriv,
  createECDH,
  createPublicKey,
  type ECDH,
  hkdfSync,
  randomBytes,
  verify as verifySignature,
} from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import type { PushSubscription } from '../../core/contract/push.ts'
import type { Clock } from '../../platform/clock.ts'
import { listenHttp, type Listener } from '../listen.ts'
import { answerJson, misbehave, type ProviderFault } from './faults.ts'
import { type OnMessage, SIMULATED } from './message.ts'

const MOST_BYTES = 4_096
/** A signed claim may not run for longer. (RFC 8292 §2) */
const MOST_CLAIM_S = 86_400

export interface PushServiceOptions {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  readonly clock: Clock
  readonly onMessage?: OnMessage
}

/** A message a push service was given. */
export interface KeptPush {
  readonly browser: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Buffer
  /** What the browser reads, once it has decrypted it. */
  readonly text: string
}

/** A push service together with the browsers behind it. */
export interface PushService extends Listener {
  readonly url: string
  readonly pushes: readonly KeptPush[]
  /** A browser asks for messages under the control room's key. */
  subscribe(applicationServerKey: string): PushSubscription
  /** The browser is gone: 404 from now on, or 410. */
  forget(endpoint: string, status: 404 | 410): void
  fault(fault: ProviderFault): void
}

interface Browser {
  readonly ecdh: ECDH
  readonly auth: Buffer
  readonly serverKey: string
  gone: number | null
}

/** Serves a push service: verifies who asks (RFC 8292), keeps what it is given, and reads it as a browser would (RFC 8291). */
export async function servePush(options: PushServiceOptions): Promise<PushService> {
  const browsers = new Map<string, Browser>()
  const pushes: KeptPush[] = []
  let fault: ProviderFault = 'none'
  let origin = ''
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const id = request.url?.split('/').at(-1) ?? ''
    const browser = browsers.get(id)
    const body = await bytesOf(request)
    if (!misbehave(fault, response)) return
    const { authorization = '', ttl } = request.headers
    if (browser?.gone !== null) answerJson(response, browser?.gone ?? 404, { reason: 'gone' })
    else if (ttl === undefined) answerJson(response, 400, { reason: 'no TTL' })
    else if (!isSignedBy(browser.serverKey, authorization, { origin, now: options.clock.now() })) {
      answerJson(response, 403, { reason: 'the VAPID credentials do not belong to this subscription' })
    } else if (body === null) answerJson(response, 413, { reason: 'too large' })
    else if (fault === 'throttle') response.writeHead(429, { 'retry-after': '17' }).end()
    else {
      const text = decrypted(body, browser)
      pushes.push({ browser: id, headers: headersOf(request), body, text })
      options.onMessage?.({ app: 'push', to: id, from: SIMULATED, text, at: options.clock.now() })
      response.writeHead(201, { location: `${origin}/message/${pushes.length}` }).end()
    }
  }
  const listener = await listenHttp({ host: options.host, port: options.port, answer })
  origin = `http://${listener.host}:${listener.port}`
  return {
    ...{ ...listener, url: origin, pushes },
    subscribe: (serverKey) => {
      const id = randomBytes(9).toString('base64url')
      const ecdh = createECDH('prime256v1')
      ecdh.generateKeys()
      const auth = randomBytes(16)
      browsers.set(id, { ecdh, auth, serverKey, gone: null })
      const keys = { p256dh: ecdh.getPublicKey('base64url'), auth: auth.toString('base64url') }
      return { endpoint: `${origin}/push/${id}`, keys }
    },
    forget: (endpoint, status) => {
      const browser = browsers.get(endpoint.split('/').at(-1) ?? '')
      if (browser !== undefined) browser.gone = status
    },
    fault: (wanted) => void (fault = wanted),
  }
}

const Claim = z.looseObject({ aud: z.string(), exp: z.number(), sub: z.string() })

/** `vapid t=<token>, k=<key>`: the token is signed by the key the subscription was made for, for this origin, and still good. */
function isSignedBy(
  key: string,
  authorization: string,
  at: { readonly origin: string; readonly now: number },
): boolean {
  const [, token = '', shown] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/.exec(authorization) ?? []
  const [head = '', claim = '', signature = ''] = token.split('.')
  if (shown !== key) return false
  const point = Buffer.from(key, 'base64url')
  const jwk = { kty: 'EC', crv: 'P-256', x: point.toString('base64url', 1, 33), y: point.toString('base64url', 33) }
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' })
  const isSigned = verifySignature(
    'sha256',
    Buffer.from(`${head}.${claim}`),
    { key: publicKey, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  )
  const { aud, exp, sub } = Claim.parse(JSON.parse(Buffer.from(claim, 'base64url').toString()))
  const left = exp - at.now / 1_000
  return isSigned && aud === at.origin && left > 0 && left <= MOST_CLAIM_S && /^(mailto:|https:)/.test(sub)
}

/** One record of aes128gcm as the browser reads it. (RFC 8188 §2, RFC 8291 §3) */
export function decrypted(body: Buffer, { ecdh, auth }: Pick<Browser, 'ecdh' | 'auth'>): string {
  const salt = body.subarray(0, 16)
  const keyLength = body.readUInt8(20)
  const sender = body.subarray(21, 21 + keyLength)
  const record = body.subarray(21 + keyLength)
  const secret = ecdh.computeSecret(sender)
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), ecdh.getPublicKey(), sender])
  const ikm = Buffer.from(hkdfSync('sha256', secret, auth, info, 32))
  const key = Buffer.from(hkdfSync('sha256', ikm, salt, 'Content-Encoding: aes128gcm\0', 16))
  const nonce = Buffer.from(hkdfSync('sha256', ikm, salt, 'Content-Encoding: nonce\0', 12))
  const decipher = createDecipheriv('aes-128-gcm', key, nonce)
  decipher.setAuthTag(record.subarray(-16))
  const plain = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()])
  // What is sent ends with 2, and padding behind it.
  const end = plain.lastIndexOf(2)
  return plain.subarray(0, end).toString('utf8')
}

async function bytesOf(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  for await (const chunk of request) if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk))
  const body = Buffer.concat(chunks)
  return body.length > MOST_BYTES ? null : body
}

function headersOf({ headers }: IncomingMessage): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}
