import { HouseError, messageOf } from '../../core/kit/errors.ts'
import { shortened } from './notifier.ts'

/** Bytes of an answer that are read; what a provider says is short. */
const MOST_ANSWER_BYTES = 16 << 10

/** One POST. */
export interface PostRequest {
  /** Who is asked, for messages about it; the address itself may hold a secret. */
  readonly what: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array<ArrayBuffer>
  /** For the whole of it: connecting, sending, and the answer to its end. */
  readonly withinMs: number
  /** Never in an answer or an error, also where the other side says them back to us. */
  readonly secrets: readonly string[]
}

/** What came back. */
export interface Posted {
  readonly status: number
  /** The answer's first bytes. */
  readonly text: string
  /** Whether the answer came to its end in time and within the bytes that are read. */
  readonly isWhole: boolean
  /** What the other side asks us to wait, where it says so in seconds. */
  readonly retryAfterMs: number | null
}

/**
 * POSTs and reads the answer, however it behaves: redirects are not followed, an endless answer is cut off by bytes, and a slow one or
 * a connection with nobody at its end by time. Throws `notify/temporary` when there is no answer.
 */
export async function post(request: PostRequest, signal: AbortSignal): Promise<Posted> {
  const { what, url, headers, body, withinMs, secrets } = request
  const limit = AbortSignal.any([signal, AbortSignal.timeout(withinMs)])
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'user-agent': 'pitwatch', ...headers },
      body,
      redirect: 'manual',
      signal: limit,
    })
    const { text, isWhole } = await startOf(response)
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
    const retryAfterMs = Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 86_400) * 1_000 : null
    return { status: response.status, text: redacted(text, secrets), isWhole, retryAfterMs }
  } catch (error) {
    const why = redacted(reasonOf(error, withinMs), secrets)
    throw new HouseError('notify/temporary', `${what}: expected an answer, came ${why}`, { what })
  }
}

/** Text without the secrets in it, as they are and as they stand in an address. */
export function redacted(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret !== '')
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
    .reduce((clean, secret) => clean.replaceAll(secret, '***'), text)
}

/** Why a request got no answer, without the address in it. */
function reasonOf(error: unknown, withinMs: number): string {
  if (!(error instanceof Error)) return 'an unknown failure'
  if (error.name === 'TimeoutError') return `none in ${withinMs} ms`
  const { cause } = error
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code
  return shortened(cause instanceof Error ? messageOf(cause) : messageOf(error))
}

async function startOf(response: Response): Promise<{ readonly text: string; readonly isWhole: boolean }> {
  if (response.body === null) return { text: '', isWhole: true }
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  try {
    for await (const chunk of response.body) {
      text += decoder.decode(chunk, { stream: true })
      bytes += chunk.byteLength
      if (bytes >= MOST_ANSWER_BYTES) return { text, isWhole: false }
    }
  } catch {
    // The status has been given by then; whether that is enough is for the caller to say.
    return { text, isWhole: false }
  }
  return { text, isWhole: true }
}
