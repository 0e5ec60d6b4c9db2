import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { z } from 'zod'
import type { Problem, Refusal } from '../../../core/contract/http.ts'
import { ERROR_CODES, type ErrorCode, HouseError, isHouseError } from '../../../core/kit/errors.ts'

/** What every refusal is. (RFC 9457 section 3) */
export const PROBLEM_MEDIA = 'application/problem+json; charset=utf-8'

const STATUS: Partial<Record<ErrorCode, number>> = {
  'http/unauthenticated': 401,
  'http/forbidden': 403,
  'http/second-factor': 403,
  'http/no-second-factor': 403,
  'http/not-found': 404,
  'http/invalid': 400,
  'http/conflict': 409,
  'http/locked': 423,
  'http/too-many': 429,
  'identity/invalid': 400,
  'history/unavailable': 503,
  'store/failed': 503,
}

/** Faults of one request that are told beside each other. */
const MOST_FAULTS = 20

type Fault = NonNullable<Refusal['errors']>[number]

/** A request with faults, of which the first is the message. */
class FaultyRequest extends HouseError {
  readonly faults: readonly Fault[]

  constructor(message: string, facts: Readonly<Record<string, string>>, faults: readonly Fault[]) {
    super('http/invalid', message, facts)
    this.faults = faults
  }
}

/** A refusal as a problem document. */
export function problem(status: number, refusal: Refusal): Problem {
  const { code, message, ...more } = refusal
  const title = isErrorCode(code) ? ERROR_CODES[code].about : (STATUS_CODES[status] ?? 'refused')
  // A name for each code, where nobody needs to be able to look it up.
  const type = `urn:pitwatch:${code.replaceAll('/', ':')}`
  return { type, title, status, detail: message, code, message, ...more }
}

/** Answers with a problem document. */
export function sendProblem(reply: FastifyReply, sent: Problem): FastifyReply {
  return reply.code(sent.status).type(PROBLEM_MEDIA).send(JSON.stringify(sent))
}

/** The problem document an error is answered with. What is nobody's business outside is not in it. */
export function refusalOf(error: unknown): Problem {
  const { known, status } = isHouseError(error) ? { known: error, status: STATUS[error.code] } : frameworkError(error)
  if (known === null || status === undefined) {
    return problem(500, { code: 'http/failed', message: 'the control room failed at this; its log says why' })
  }
  const words = ['expected', 'came', 'field', 'because'] as const
  const told = words.flatMap((word) => {
    const fact = known.facts[word]
    return typeof fact === 'string' ? [[word, fact] as const] : []
  })
  return problem(status, {
    code: known.code,
    message: status === 503 ? 'the store does not answer now; try again' : known.message,
    ...Object.fromEntries(told),
    ...(known instanceof FaultyRequest ? { errors: [...known.faults] } : {}),
  })
}

/** Answers what never became a request, and ends its connection. */
export function refuseClient(error: NodeJS.ErrnoException, socket: Duplex): void {
  const answer = clientProblem(error)
  if (answer !== null && socket.writable) socket.write(answer)
  socket.destroy(error)
}

/** A problem document for what never became a request, as the bytes of a whole answer; null where nobody listens any more. */
function clientProblem(error: NodeJS.ErrnoException): string | null {
  if (error.code === 'ECONNRESET') return null
  const [status, expected, came] =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? ([408, 'a whole request within 30 s', 'a part of one'] as const)
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? ([431, 'smaller headers', 'headers beyond 16 KiB'] as const)
        : ([400, 'a request that follows HTTP', 'something else'] as const)
  const message = `expected ${expected}, came ${came}`
  const body = JSON.stringify(problem(status, { code: 'http/invalid', message, expected, came }))
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    `Content-Type: ${PROBLEM_MEDIA}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}

interface Framework {
  readonly known: HouseError | null
  readonly status: number | undefined
}

/** Refusals fastify makes before a handler runs, by their codes. */
function frameworkError(error: unknown): Framework {
  if (!(error instanceof Error) || !('statusCode' in error)) return { known: null, status: undefined }
  const code = 'code' in error ? String(error.code) : ''
  const invalid = (status: number, expected: string, came: string) => {
    const facts = { expected, came, field: 'body' }
    return { known: new HouseError('http/invalid', `expected ${expected}, came ${came}`, facts), status }
  }
  switch (error.statusCode) {
    case 400:
      if (code === 'FST_ERR_CTP_EMPTY_JSON_BODY') return invalid(400, 'a JSON body', 'an empty one')
      if (error instanceof SyntaxError || code.includes('JSON')) return invalid(400, 'a JSON body', error.message)
      return invalid(400, 'a request that follows HTTP', error.message)
    case 413:
      return invalid(413, 'a smaller body', 'a body beyond the limit of this route')
    case 415:
      return invalid(415, 'the content type application/json', 'another')
    case 403:
    case 404:
      return { known: new HouseError('http/not-found', 'there is no such address'), status: 404 }
    default:
      return { known: null, status: undefined }
  }
}

/** `value` by `schema`, or `http/invalid` that says for every fault what was expected and what came, the first one in its message. */
export function checked<T extends z.ZodType>(schema: T, value: unknown, what: string): z.output<T> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const faults = result.error.issues.slice(0, MOST_FAULTS).map((issue) => faultOf(issue, value, what))
  const [first] = faults
  const { expected = 'something else', came = 'nothing', field = what } = first ?? {}
  const message = `${field}: expected ${expected}, came ${came}`
  const told = faults.map((one) => ({ field: one.field, message: `expected ${one.expected}, came ${one.came}` }))
  throw new FaultyRequest(message, { expected, came, field }, told)
}

function faultOf(issue: z.core.$ZodIssue, value: unknown, what: string) {
  const path = issue.path.map(String)
  return { field: [what, ...path].join('.'), expected: expectation(issue), came: described(value, path) }
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `no key ${issue.keys.join(', ')}`
  if (issue.code === 'invalid_type') return issue.expected
  if (issue.code === 'invalid_value') return issue.values.map(String).join(' or ')
  return issue.message.replace(/^(Invalid input: )?expected /i, '')
}

const SECRET_FIELDS: ReadonlySet<string> = new Set(['password', 'next', 'code', 'token', 'secret'])

function described(value: unknown, path: readonly string[]): string {
  let at = value
  for (const key of path)
    at = typeof at === 'object' && at !== null ? Object.getOwnPropertyDescriptor(at, key)?.value : undefined
  if (at === undefined) return 'nothing'
  // What somebody typed as a password is not sent back, nor into a log.
  if (path.some((key) => SECRET_FIELDS.has(key))) return `a ${typeof at}`
  if (typeof at === 'object' && at !== null)
    return Array.isArray(at) ? 'a list' : `keys ${Object.keys(at).join(', ')}`.slice(0, 200)
  return typeof at === 'string' || typeof at === 'number' || typeof at === 'boolean'
    ? JSON.stringify(at).slice(0, 200)
    : typeof at
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code)
}
