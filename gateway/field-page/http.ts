import type { IncomingMessage, ServerResponse } from 'node:http'
import type { z } from 'zod'
import { type ErrorCode, type ErrorFacts, HouseError, isHouseError } from '../../core/kit/errors.ts'
import type { Session } from './sign-in.ts'

/** A request and where its answer goes. */
export interface OpenExchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** The path after the route's own part, such as the name of a file. */
  readonly rest: string
}

/** A request of somebody who has signed in. */
export interface Exchange extends OpenExchange {
  readonly session: Session
}

/** What every answer says: nothing of it is kept, framed, or run from elsewhere. */
export const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' blob: data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const

const STATUS: Partial<Record<ErrorCode, number>> = {
  'http/unauthenticated': 401,
  'http/forbidden': 403,
  'http/not-found': 404,
  'http/invalid': 400,
  'http/conflict': 409,
  'http/too-many': 429,
  'store/failed': 503,
  'link/down': 503,
  'link/busy': 503,
}

/** Longest body of JSON, in bytes. */
const MOST_JSON = 262_144

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { ...HEADERS, 'content-type': 'application/json; charset=utf-8' })
  response.end(JSON.stringify(body))
}

/** Refuses with `{ code, message, field }`; answers false for what is nobody's fault but this program's. */
export function sendRefusal(response: ServerResponse, error: unknown): boolean {
  const status = isHouseError(error) ? STATUS[error.code] : undefined
  const isKnown = isHouseError(error) && status !== undefined
  const field = isKnown && typeof error.facts.field === 'string' ? error.facts.field : null
  // The rest of a body nobody wants is not waited for.
  response.setHeader('connection', 'close')
  if (isKnown) sendJson(response, status, { code: error.code, message: error.message, field })
  else sendJson(response, 500, { code: 'http/failed', message: 'the gateway failed at this; its log says why', field })
  return isKnown
}

/** `http/invalid` that names the field. */
export function invalid(field: string, message: string, facts: ErrorFacts = {}): HouseError {
  return new HouseError('http/invalid', `${field}: ${message}`, { ...facts, field })
}

/** The JSON body of a request. Throws `http/invalid`, which names the first field that is wrong. */
export async function jsonBody<T>({ request }: OpenExchange, schema: z.ZodType<T>): Promise<T> {
  const type = request.headers['content-type']?.split(';')[0]?.trim()
  if (type !== 'application/json') throw invalid('body', `expected application/json, came ${type ?? 'nothing'}`)
  const text = (await bytesBody(request, MOST_JSON)).toString('utf8')
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch (error) {
    throw new HouseError('http/invalid', 'body: expected JSON', { field: 'body' }, error)
  }
  const parsed = schema.safeParse(raw)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const stray = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
  const field = [...(issue?.path ?? []), ...stray].join('.')
  throw invalid(field === '' ? 'body' : field, issue?.message ?? 'expected something else')
}

/** The body of a request, at most so many bytes. Throws `http/invalid`. */
export async function bytesBody(request: IncomingMessage, mostBytes: number): Promise<Buffer> {
  const told = Number(request.headers['content-length'] ?? 0)
  const tooMuch = () => invalid('body', `expected at most ${mostBytes} bytes`)
  if (told > mostBytes) throw tooMuch()
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of request) {
    if (!(chunk instanceof Uint8Array)) continue
    bytes += chunk.length
    if (bytes > mostBytes) throw tooMuch()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Throws `http/forbidden` for a request that a page of somebody else has made. */
export function demandOwn({ headers }: IncomingMessage): void {
  const { origin, host } = headers
  if (origin !== undefined && hostOf(origin) !== host)
    throw new HouseError('http/forbidden', `expected a request of this page, came one of ${origin.slice(0, 100)}`)
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    throw new HouseError('http/forbidden', 'expected a request of this page, came one of another')
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null
}
