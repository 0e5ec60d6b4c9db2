import type { z } from 'zod'
import type { Refusal } from '../../../core/contract/http.ts'
import { type ErrorCode, HouseError, isHouseError } from '../../../core/kit/errors.ts'

const STATUS: Partial<Record<ErrorCode, number>> = {
  'http/unauthenticated': 401,
  'http/forbidden': 403,
  'http/not-found': 404,
  'http/invalid': 400,
  'http/conflict': 409,
  'http/too-many': 429,
  'identity/invalid': 400,
  'history/unavailable': 503,
  'store/failed': 503,
}

/** The status and body an error is answered with. What is nobody's business outside is not in it. */
export function refusalOf(error: unknown): { readonly status: number; readonly refusal: Refusal } {
  const known = isHouseError(error) ? error : frameworkError(error)
  const status = known === null ? undefined : STATUS[known.code]
  if (known === null || status === undefined) {
    return {
      status: 500,
      refusal: { code: 'http/failed', message: 'the control room failed at this; its log says why' },
    }
  }
  const { expected, came } = known.facts
  return {
    status,
    refusal: {
      code: known.code,
      message: status === 503 ? 'the store does not answer now; try again' : known.message,
      ...(typeof expected === 'string' ? { expected } : {}),
      ...(typeof came === 'string' ? { came } : {}),
    },
  }
}

/** Refusals fastify makes before a handler runs, by their codes. */
function frameworkError(error: unknown): HouseError | null {
  if (!(error instanceof Error) || !('statusCode' in error)) return null
  const code = 'code' in error ? String(error.code) : ''
  const invalid = (expected: string, came: string) =>
    new HouseError('http/invalid', `expected ${expected}, came ${came}`, { expected, came })
  switch (error.statusCode) {
    case 400:
      if (code === 'FST_ERR_CTP_EMPTY_JSON_BODY') return invalid('a JSON body', 'an empty one')
      if (error instanceof SyntaxError || code.includes('JSON')) return invalid('a JSON body', error.message)
      return invalid('a request that follows HTTP', error.message)
    case 413:
      return invalid('a smaller body', 'a body beyond the limit of this route')
    case 415:
      return invalid('the content type application/json', 'another')
    case 403:
    case 404:
      return new HouseError('http/not-found', 'there is no such address')
    default:
      return null
  }
}

/** `value` by `schema`, or `http/invalid` that says for the first fault what was expected and what came. */
export function checked<T extends z.ZodType>(schema: T, value: unknown, what: string): z.output<T> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const path = (issue?.path ?? []).map(String)
  const expected = expectation(issue)
  const came = described(value, path)
  throw new HouseError('http/invalid', `${[what, ...path].join('.')}: expected ${expected}, came ${came}`, {
    expected,
    came,
  })
}

function expectation(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return 'something else'
  if (issue.code === 'unrecognized_keys') return `no key ${issue.keys.join(', ')}`
  if (issue.code === 'invalid_type') return issue.expected
  if (issue.code === 'invalid_value') return issue.values.map(String).join(' or ')
  return issue.message.replace(/^(Invalid input: )?expected /i, '')
}

function described(value: unknown, path: readonly string[]): string {
  let at = value
  for (const key of path)
    at = typeof at === 'object' && at !== null ? Object.getOwnPropertyDescriptor(at, key)?.value : undefined
  if (at === undefined) return 'nothing'
  // What somebody typed as a password is not sent back, nor into a log.
  if (path.includes('password')) return `a ${typeof at}`
  if (typeof at === 'object' && at !== null)
    return Array.isArray(at) ? 'a list' : `keys ${Object.keys(at).join(', ')}`.slice(0, 200)
  return typeof at === 'string' || typeof at === 'number' || typeof at === 'boolean'
    ? JSON.stringify(at).slice(0, 200)
    : typeof at
}
