import { z } from 'zod'
import { ChannelLamp } from '../../../core/contract/notice.ts'
import { PushKey, PushSubscription } from '../../../core/contract/push.ts'
import { Id } from '../../../core/contract/text.ts'
import { done, EVERYBODY, none, nothing, OPERATORS, route } from './route.ts'

const channelId = z.object({ id: Id })

/** Routes of the ways messages go out: lamps, test calls, subscriptions, reports of providers. */
export const CHANNEL_API = {
  channels: route({
    method: 'GET',
    path: '/api/channels',
    about: 'How every channel stands, and what it did in the last 24 h.',
    allowed: EVERYBODY,
    reach: 'none',
    params: none,
    query: none,
    body: nothing,
    answer: z.array(ChannelLamp),
  }),
  testCall: route({
    method: 'POST',
    path: '/api/channels/:id/test',
    about: 'Sends a person a test over one channel. What became of it is seen at its lamp and in the ledger.',
    allowed: OPERATORS,
    reach: 'none',
    params: channelId,
    query: none,
    body: z.object({ person: Id }).strict(),
    answer: done,
  }),
  channelReport: route({
    method: 'POST',
    path: '/api/channels/:id/report',
    about:
      'A provider says what became of messages, or what a person answered. Proven by the secret of the channel: a token in the address, or a signature over time and body.',
    allowed: 'anyone',
    reach: 'none',
    params: channelId,
    query: z.object({ token: z.string().max(500).optional() }),
    body: z.string(),
    answer: z.record(z.string(), z.unknown()),
    mostBytes: 1 << 20,
  }),
  pushKey: route({
    method: 'GET',
    path: '/api/push/key',
    about: 'The key a browser needs to ask for push messages of this control room.',
    allowed: EVERYBODY,
    reach: 'none',
    params: none,
    query: none,
    body: nothing,
    answer: PushKey,
  }),
  pushSubscribe: route({
    method: 'POST',
    path: '/api/push/subscriptions',
    about: 'This browser wants push messages for whoever is signed in.',
    allowed: EVERYBODY,
    reach: 'none',
    params: none,
    query: none,
    body: PushSubscription,
    answer: done,
  }),
  pushUnsubscribe: route({
    method: 'DELETE',
    path: '/api/push/subscriptions',
    about: 'This browser wants none any more.',
    allowed: EVERYBODY,
    reach: 'none',
    params: none,
    query: none,
    body: z.object({ endpoint: z.url().max(1_000) }).strict(),
    answer: done,
  }),
} as const
