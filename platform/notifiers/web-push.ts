import { createHash } from 'node:crypto'
import webPush from 'web-push'
import { z } from 'zod'
import type { NoticeMessage } from '../../core/contract/notice.ts'
import type { PushSubscription } from '../../core/contract/push.ts'
import { HouseError, isHouseError } from '../../core/kit/errors.ts'
import { bytesOf, cutBytes } from './fitting.ts'
import {
  type ChannelDeps,
  defineNotifier,
  type Handed,
  type Notifier,
  type OpenChannel,
  shortened,
} from './notifier.ts'
import { post, type Posted } from './post.ts'
import { type PushKeys, pushKeys } from './push-keys.ts'
import { isOk, withinLimit } from './robot.ts'

/** What the page's worker gets, after decryption. */
export interface PushPayload extends Pick<
  NoticeMessage,
  'notice' | 'title' | 'alarm' | 'number' | 'priority' | 'raisedAt' | 'language' | 'simulated'
> {
  readonly body: string
}

const Params = z
  .object({
    /** Whom a push service can write to about us. */
    contact: z.email({ error: 'expected an e-mail address' }),
    /** Push services that messages may go to, by host or by its last part; nothing else is ever asked. */
    services: z
      .array(z.string().min(1))
      .min(1)
      .default([
        ...['fcm.googleapis.com', 'jmt17.google.com', 'push.services.mozilla.com'],
        ...['notify.windows.com', 'web.push.apple.com'],
      ]),
    within: withinLimit('10s'),
  })
  .strict()
type Params = z.infer<typeof Params>

/** A record of the encryption has 4,096 bytes; this leaves it room. (RFC 8188 §2, RFC 8291 §4) */
const MOST_BYTES = 3_500

/** How long a push service keeps a message for a browser that is asleep, s. Later than that somebody else has been called. */
const KEPT_S = 4 * 3_600

/** Whether messages may be sent to a push service at this address: over TLS, unless it is this machine, and to those named only. */
export function isPushService(endpoint: string, services: readonly string[]): boolean {
  if (!URL.canParse(endpoint)) return false
  const { protocol, hostname, username, password } = new URL(endpoint)
  const isSafe =
    protocol === 'https:' || (protocol === 'http:' && (hostname === '127.0.0.1' || hostname === 'localhost'))
  const isNamed = services.some((service) => hostname === service || hostname.endsWith(`.${service}`))
  return isSafe && isNamed && username === '' && password === ''
}

/** The push services a channel with these parameters may ask. Only for parameters without faults. */
export function pushServices(params: unknown): readonly string[] {
  return Params.parse(params).services
}

/**
 * Web Push to every browser in which the person has asked for it, encrypted for that browser (RFC 8291). The address is the name the
 * person signs in with. Taken = one push service has taken it; a browser that is gone is forgotten.
 */
export const webPushNotifier: Notifier = defineNotifier({
  kind: 'web-push',
  medium: 'push',
  params: Params,
  address: z.string().min(1).max(64),
  budget: () => ({ most: null, perMs: 60_000, reserved: 0, penaltyMs: 60_000 }),
  mostBytes: MOST_BYTES,
  open: openPush,
})

function openPush(params: Params, { id, folder, subscriptions }: ChannelDeps): OpenChannel {
  const what = `web-push ${id}`
  const one = async (to: PushSubscription, message: NoticeMessage, signal: AbortSignal): Promise<Handed> => {
    const host = new URL(to.endpoint).host
    const request = requestOf(to, message, { contact: params.contact, keys: pushKeys(folder) })
    const posted = await post(
      { ...request, what: `${what} ${host}`, withinMs: params.within, secrets: [to.endpoint, to.keys.auth] },
      signal,
    )
    if (isOk(posted.status)) return { answer: shortened(`HTTP ${posted.status} ${host}`) }
    if (posted.status === 404 || posted.status === 410) await subscriptions?.remove(to.endpoint)
    throw pushFault(`${what} ${host}`, posted)
  }
  return {
    send: async (message, user, signal) => {
      const all = (await subscriptions?.of(user)) ?? []
      const browsers = all.filter(({ endpoint }) => isPushService(endpoint, params.services))
      if (browsers.length === 0) {
        throw new HouseError(
          'notify/refused',
          `${what}: expected a browser of ${user} that asked for push, came none`,
          {
            ...{ user, why: 'address' },
          },
        )
      }
      const done = await Promise.allSettled(browsers.map((browser) => one(browser, message, signal)))
      const taken = done.flatMap((end) => (end.status === 'fulfilled' ? [end.value.answer] : []))
      if (taken.length > 0) return { answer: shortened(taken.join(', ')) }
      throw worthMost(done.flatMap((end): unknown[] => (end.status === 'rejected' ? [end.reason] : [])))
    },
  }
}

function requestOf(
  { endpoint, keys: browser }: PushSubscription,
  message: NoticeMessage,
  { contact, keys }: { readonly contact: string; readonly keys: PushKeys },
) {
  const isUrgent = message.priority === 'red' || message.priority === 'orange'
  const { headers, body } = webPush.generateRequestDetails(
    { endpoint, keys: { ...browser } },
    JSON.stringify(payloadOf(message)),
    {
      vapidDetails: { subject: `mailto:${contact}`, ...keys },
      TTL: KEPT_S,
      urgency: isUrgent ? 'high' : 'normal',
      contentEncoding: 'aes128gcm',
      // A newer message of the same alarm takes the place of one that still waits for the browser to wake. (RFC 8030 §5.4)
      topic: createHash('sha256')
        .update(message.alarm ?? message.notice)
        .digest('base64url')
        .slice(0, 32),
    },
  )
  return {
    url: endpoint,
    // `fetch` counts the bytes itself.
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'Content-Length')),
    body: new Uint8Array(body),
  }
}

/** What is sent, small enough for one record. */
function payloadOf(message: NoticeMessage): PushPayload {
  const { notice, title, alarm, number, priority, raisedAt, language, simulated, short } = message
  const rest = { notice, title: cutBytes(title, 500), alarm, number, priority, raisedAt, language, simulated }
  return { ...rest, body: cutBytes(short, MOST_BYTES - 100 - bytesOf(JSON.stringify(rest))) }
}

function pushFault(what: string, { status, text, retryAfterMs }: Posted): HouseError {
  const message = shortened(`${what}: expected 201, came HTTP ${status} ${text}`)
  const facts = { what, status }
  if (status === 429)
    return new HouseError('notify/throttled', message, { ...facts, penaltyMs: retryAfterMs ?? 60_000 })
  if (status === 404 || status === 410) return new HouseError('notify/refused', message, { ...facts, why: 'address' })
  if (status === 413) return new HouseError('notify/refused', message, { ...facts, why: 'text' })
  if (status === 400 || status === 401 || status === 403) {
    return new HouseError('notify/refused', message, { ...facts, why: 'account' })
  }
  return new HouseError('notify/temporary', message, facts)
}

/** Of several failures the one that leaves most hope. */
function worthMost(faults: readonly unknown[]): unknown {
  const rank = (fault: unknown) =>
    isHouseError(fault, 'notify/temporary') ? 0 : isHouseError(fault, 'notify/throttled') ? 1 : 2
  return [...faults].sort((a, b) => rank(a) - rank(b))[0]
}
