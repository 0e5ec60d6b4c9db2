import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { promisify } from 'node:util'
import { gzip as gzipCallback, constants } from 'node:zlib'
import { z } from 'zod'
import { HouseError, messageOf } from '../../../core/kit/errors.ts'

const gzip = promisify(gzipCallback)

const TIMEOUT_MS = 20_000
/** An answer is a few columns; whoever sends more is no server of ours. */
const MOST_ANSWER_BYTES = 64 << 20

export interface Reply {
  readonly status: number
  readonly text: string
  /** Header names in lower case. */
  readonly header: (name: string) => string | null
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST'
  /** Path and query below the server's URL, without a leading slash. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Sends the body compressed. */
  readonly isGzip?: boolean
}

/** Requests to one server over kept connections. */
export interface InfluxHttp {
  /** Answers whatever status the server gives. Throws `history/unavailable` when it does not answer, and the signal's reason when that aborts. */
  send(request: HttpRequest, signal: AbortSignal): Promise<Reply>
  close(): void
}

export function openInfluxHttp(base: string): InfluxHttp {
  const isTls = base.startsWith('https:')
  const options = { keepAlive: true, maxSockets: 8 }
  const agent = isTls ? new HttpsAgent(options) : new HttpAgent(options)
  return {
    send: async ({ method, path, headers, body, isGzip }, signal) => {
      const url = new URL(path, base.endsWith('/') ? base : `${base}/`)
      const bytes = Buffer.from(body ?? '')
      const sent = isGzip === true ? await gzip(bytes, { level: constants.Z_BEST_SPEED }) : bytes
      const within = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
      const all = {
        ...headers,
        'content-length': String(sent.length),
        ...(isGzip === true ? { 'content-encoding': 'gzip' } : {}),
      }
      try {
        return await exchange(isTls ? httpsRequest : httpRequest, url, {
          method,
          headers: all,
          body: sent,
          agent,
          signal: within,
        })
      } catch (error) {
        if (signal.aborted) throw error
        throw unavailable(base, messageOf(error), { cause: error })
      }
    },
    close: () => agent.destroy(),
  }
}

interface Exchange {
  readonly method: string
  readonly headers: Record<string, string>
  readonly body: Buffer
  readonly agent: HttpAgent | HttpsAgent
  readonly signal: AbortSignal
}

function exchange(start: typeof httpRequest, url: URL, { body, ...options }: Exchange): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const onReply = (message: IncomingMessage) => {
      textOf(message).then(
        (text) =>
          resolve({
            status: message.statusCode ?? 0,
            text,
            header: (name) => {
              const value = message.headers[name]
              return typeof value === 'string' ? value : null
            },
          }),
        reject,
      )
    }
    const sent = start(url, options, onReply)
    sent.on('error', (error: NodeJS.ErrnoException) => {
      // The server had closed a kept connection just when it was used again; nothing of ours is done twice by a repeat.
      if (sent.reusedSocket && error.code === 'ECONNRESET')
        exchange(start, url, { body, ...options }).then(resolve, reject)
      else reject(error)
    })
    sent.end(body)
  })
}

async function textOf(message: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of message) {
    if (!Buffer.isBuffer(part)) continue
    length += part.length
    if (length > MOST_ANSWER_BYTES) throw new Error(`an answer of more than ${MOST_ANSWER_BYTES} bytes`)
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

/** The server's own words about a failure, out of the several ways the generations put them. */
export function wordsOf({ status, text }: Reply): string {
  const answer = ErrorBody.safeParse(parsedJson(text))
  const { error, message, data } = answer.success ? answer.data : {}
  const details = Array.isArray(data) ? data.map((one) => one.error_message).join('; ') : ''
  const words = [error ?? message ?? text, details].filter((part) => part !== '').join(': ')
  return words.trim() === '' ? `HTTP ${status}` : words.slice(0, 1_000)
}

const ErrorBody = z.object({
  error: z.string().optional(),
  message: z.string().optional(),
  data: z
    .array(z.object({ error_message: z.string() }))
    .optional()
    .catch(undefined),
})

/** Undefined for text that is no JSON. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

interface Why {
  readonly status?: number
  readonly cause?: unknown
}

/** The error of a server that does not do what was asked of it. */
export function unavailable(url: string, what: string, { status = 0, cause }: Why = {}): HouseError {
  return new HouseError('history/unavailable', `the history's server at ${hostOf(url)}: ${what}`, { status }, cause)
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url
}
