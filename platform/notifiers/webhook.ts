import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { HouseError } from '../../core/kit/errors.ts'
import {
  type Callback,
  type ChannelDeps,
  defineNotifier,
  type Heard,
  type Notifier,
  type OpenChannel,
  type Reported,
  shortened,
} from './notifier.ts'
import { post, type Posted } from './post.ts'
import { isOk, jsonOf, secretNeed, withinLimit } from './robot.ts'
import { secretOf } from './secret-need.ts'

/** How far a signed time may be from ours before what it signs counts as an old message played again. */
const SKEW_MS = 300_000

/** Header names of what is signed, both ways. */
const SIGNATURE_HEADER = 'pitwatch-signature'
const TIMESTAMP_HEADER = 'pitwatch-timestamp'

const Params = z
  .object({
    /** Signs what is sent, and proves what comes back. */
    secretFile: z.string().min(1).optional(),
    secretEnv: z.string().min(1).optional(),
    within: withinLimit('10s'),
  })
  .strict()

const Url = z.url({ protocol: /^https?$/, error: 'expected an http:// or https:// address' })

/** What a receiver may tell us later, at `/api/channels/<id>/report`. `ref` is the notice id. */
const Report = z
  .object({
    reports: z
      .array(
        z
          .object({
            ref: z.string().min(1).max(200),
            state: z.enum(['delivered', 'undelivered']),
            answer: z.string().max(500).default(''),
          })
          .strict(),
      )
      .max(1_000)
      .default([]),
    replies: z
      .array(z.object({ from: z.string().min(1).max(100), text: z.string().max(1_000) }).strict())
      .max(1_000)
      .default([]),
  })
  .strict()

/** Signature over time and body, in hex: HMAC-SHA256 of `<ms>.<body>`. */
export function webhookSign(at: number, body: string, secret: string): string {
  return createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')
}

/**
 * POSTs the message as JSON to the address. 2xx = taken; 429 = not now; 4xx but 408 = refused for good; anything else, or no answer in
 * time, = try again. The header `Idempotency-Key` is the notice id, so a receiver can recognise a repeat; with a secret
 * `Pitwatch-Timestamp` and `Pitwatch-Signature: sha256=…` prove who sent it and when. Errors name the address by its origin only: the
 * rest of it may be a secret.
 */
export const webhookNotifier: Notifier = defineNotifier({
  kind: 'webhook',
  medium: 'webhook',
  params: Params,
  address: Url,
  budget: () => ({ most: null, perMs: 60_000, reserved: 0, penaltyMs: 60_000 }),
  mostBytes: 60_000,
  secrets: (params) => [secretNeed(params)],
  open: (params, deps) => openWebhook(secretOf(secretNeed(params), deps.id, deps.baseFolder), params.within, deps),
})

function openWebhook(secret: string | null, withinMs: number, { clock }: ChannelDeps): OpenChannel {
  return {
    send: async (message, address, signal) => {
      const { origin, pathname, search } = new URL(address)
      const body = JSON.stringify(message)
      const at = clock.now()
      const posted = await post(
        {
          what: `webhook ${origin}`,
          url: address,
          headers: {
            'content-type': 'application/json',
            'idempotency-key': message.notice,
            [TIMESTAMP_HEADER]: String(at),
            ...(secret === null ? {} : { [SIGNATURE_HEADER]: `sha256=${webhookSign(at, body, secret)}` }),
          },
          ...{ body, withinMs, secrets: [secret ?? '', pathname.length > 1 ? pathname : '', search] },
        },
        signal,
      )
      const answer = shortened(`HTTP ${posted.status} ${posted.text}`)
      if (isOk(posted.status)) return { answer, ref: message.notice }
      throw webhookFault(origin, answer, posted)
    },
    ...(secret === null ? {} : { report: reportsBy(secret) }),
  }
}

function webhookFault(origin: string, answer: string, { status, retryAfterMs }: Posted): HouseError {
  const message = `webhook ${origin}: expected 2xx, came ${answer}`
  const facts = { receiver: origin, status }
  if (status === 429) {
    return new HouseError('notify/throttled', message, {
      ...facts,
      penaltyMs: retryAfterMs ?? 60_000,
      perAddress: true,
    })
  }
  const isForGood = status >= 400 && status < 500 && status !== 408
  if (isForGood) return new HouseError('notify/refused', message, { ...facts, why: 'address' })
  return new HouseError('notify/temporary', message, facts)
}

/** Callbacks signed by `secret`, each taken once: what was seen within the skew is kept so long. */
function reportsBy(secret: string): (callback: Callback) => Reported {
  let seen = new Map<string, number>()
  return ({ headers, body, at }) => {
    const signedAt = Number(headers[TIMESTAMP_HEADER] ?? Number.NaN)
    if (!(Math.abs(at - signedAt) <= SKEW_MS)) return { is: 'refused', why: 'no time, or one of another day' }
    const expected = `sha256=${webhookSign(signedAt, body, secret)}`
    const came = headers[SIGNATURE_HEADER] ?? ''
    if (!isSame(expected, came)) return { is: 'refused', why: 'not signed with the secret of this channel' }
    seen = new Map([...seen].filter(([, until]) => until > at))
    if (seen.has(came)) return { is: 'refused', why: 'played again' }
    const report = Report.safeParse(jsonOf(body))
    if (!report.success) return { is: 'refused', why: shortened(`not a report: ${z.prettifyError(report.error)}`) }
    seen.set(came, at + 2 * SKEW_MS)
    const { reports, replies } = report.data
    const what: readonly Heard[] = [
      ...reports.map(({ ref, state, answer }) => ({ kind: state, ref, answer: shortened(answer) })),
      ...replies.map(({ from, text }) => ({ kind: 'reply' as const, from, text, medium: 'webhook' as const })),
    ]
    return { is: 'heard', what, answer: { taken: what.length } }
  }
}

/** Compares without telling by its time how much was right. */
export function isSame(expected: string, came: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(came)]
  return a.length === b.length && timingSafeEqual(a, b)
}
