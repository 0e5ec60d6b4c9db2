import { z } from 'zod'
import type { NoticeMessage } from '../../core/contract/notice.ts'
import { HouseError, messageOf } from '../../core/kit/errors.ts'
import { defineNotifier, shortened, type Notifier } from './notifier.ts'

const WITHIN_MS = 10_000
const MOST_BYTES = 4_096

const Params = z
  .object({ url: z.url({ protocol: /^https?$/, error: 'expected an http:// or https:// address' }) })
  .strict()

/**
 * POSTs the message as JSON. 2xx = taken; 4xx but 408 and 429 = refused for good; anything else, or no answer in 10
 * s, = try again. Redirects are not followed. The header `Idempotency-Key` is the notice id, so a receiver can
 * recognise a repeat. Errors name the address by its origin only: the rest of it may be a secret.
 */
export const webhookNotifier: Notifier = defineNotifier({
  kind: 'webhook',
  params: Params,
  send: async ({ url }, message, signal) => {
    const receiver = new URL(url).origin
    const response = await post(url, message, AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]))
    const answer = shortened(`HTTP ${response.status} ${await startOf(response)}`)
    if (response.ok) return { answer }
    const { status } = response
    const forGood = status >= 400 && status < 500 && status !== 408 && status !== 429
    throw new HouseError(
      forGood ? 'notify/refused' : 'notify/temporary',
      `webhook ${receiver}: expected 2xx, came ${answer}`,
      { receiver, status },
    )
  },
})

async function post(url: string, message: NoticeMessage, signal: AbortSignal): Promise<Response> {
  const receiver = new URL(url).origin
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': message.notice, 'user-agent': 'pitwatch' },
      body: JSON.stringify(message),
      redirect: 'manual',
      signal,
    })
  } catch (error) {
    throw new HouseError('notify/temporary', `webhook ${receiver}: expected an answer, came ${reasonOf(error)}`, {
      receiver,
    })
  }
}

/** Why a request got no answer, without the address in it. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'an unknown failure'
  if (error.name === 'TimeoutError') return `none in ${WITHIN_MS} ms`
  const { cause } = error
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code
  return cause instanceof Error ? messageOf(cause) : messageOf(error)
}

/**
 * The first bytes of an answer as text. The status has been given by then, so a body that breaks off changes nothing.
 */
async function startOf(response: Response): Promise<string> {
  if (response.body === null) return ''
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  try {
    for await (const chunk of response.body) {
      text += decoder.decode(chunk, { stream: true })
      bytes += chunk.byteLength
      if (bytes >= MOST_BYTES) break
    }
  } catch {
    return text
  }
  return text
}
