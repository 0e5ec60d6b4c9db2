import type { ChannelLamp } from '../../../core/contract/notice.ts'
import type { PushKey, PushSubscription } from '../../../core/contract/push.ts'
import type { Person } from '../../../core/contract/roster.ts'
import type { Bilingual } from '../../../core/contract/text.ts'
import type { MonoMs } from '../../../core/contract/time.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Callback } from '../../../platform/notifiers/notifier.ts'
import { pushKeys } from '../../../platform/notifiers/push-keys.ts'
import { isPushService, pushServices } from '../../../platform/notifiers/web-push.ts'
import type { AlarmDesk } from '../alarms/desk.ts'
import type { Channel } from '../config.ts'
import type { Database } from '../db/database.ts'
import type { Channels, HeardOver } from './channels.ts'
import type { Lamps } from './lamps.ts'
import type { Memo, QueueMemos } from './memo.ts'
import type { PushSubscriptions } from './push-subscriptions.ts'

/** Between two test calls to the same person over the same channel. */
const TEST_EVERY_MS = 30_000

/** Forged reports of one channel are written into the ledger at most this often, with their count. */
const JOURNAL_EVERY_MS = 60_000

/** What people and providers do about channels. */
export interface ChannelActs {
  lamps(): readonly ChannelLamp[]
  /** Queues a test call. Throws `http/not-found`, `http/conflict` (not a way to this person), `http/too-many`. */
  test(channel: string, facts: { readonly person: string; readonly by: string }): Promise<void>
  /** Throws `http/not-found` where there is no channel for push messages. */
  pushKey(): PushKey
  /** Throws `http/not-found`, `http/invalid` for a push service that is not one of ours. */
  subscribe(user: string, subscription: PushSubscription): Promise<void>
  /** Answers whether there was such a one. */
  unsubscribe(user: string, endpoint: string): Promise<boolean>
  /** Takes what a provider says of what it was given. Throws `http/not-found`, `http/forbidden` when it is not the provider. */
  report(channel: string, callback: Callback): Promise<Readonly<Record<string, unknown>>>
}

export interface ChannelActsDeps {
  readonly list: readonly Channel[]
  readonly channels: Channels
  readonly lamps: Pick<Lamps, 'list'>
  readonly subscriptions: PushSubscriptions
  /** Where the keys of push messages lie. */
  readonly folder: string
  readonly person: (id: string) => Person | null
  readonly queueMemos: QueueMemos
  readonly heard: HeardOver
  readonly db: Database
  readonly desk: Pick<AlarmDesk, 'append' | 'record' | 'time'>
  readonly pace: Clock
}

const TEST_TITLE: Bilingual = { 'zh-CN': '【试呼】值守系统通道测试', en: '[Test] a call to try the way' }
const TEST_TEXT: Bilingual = {
  'zh-CN': '这是一次通道测试，不是报警，无需处置。收到即说明此通道可以找到您。',
  en: 'This is a test of the way to you, not an alarm. There is nothing to do: that it came is all there is to it.',
}
const TEST_SHORT: Bilingual = { 'zh-CN': '【试呼】通道测试，非报警。', en: '[Test] not an alarm.' }

export function openChannelActs(deps: ChannelActsDeps): ChannelActs {
  const { list, channels, subscriptions, folder, lamps, desk } = deps
  const push = list.find(({ kind }) => kind === 'web-push')
  const needPush = (): Channel => {
    if (push !== undefined) return push
    throw new HouseError('http/not-found', 'expected a channel of kind web-push in the configuration, came none')
  }
  return {
    lamps: () => lamps.list(),
    test: testCalls(deps),
    pushKey: () => ({ channel: needPush().id, publicKey: pushKeys(folder).publicKey }),
    subscribe: async (user, subscription) => {
      const services = pushServices(needPush().with)
      if (!isPushService(subscription.endpoint, services)) {
        const facts = { expected: `a push service of ${services.join(', ')}`, came: hostOf(subscription.endpoint) }
        throw new HouseError('http/invalid', `endpoint: expected ${facts.expected}, came ${facts.came}`, facts)
      }
      await subscriptions.add(user, subscription, await desk.time())
    },
    unsubscribe: (user, endpoint) => subscriptions.leave(user, endpoint),
    report: reports(channels, deps),
  }
}

function testCalls({ channels, person: find, db, desk, queueMemos, pace }: ChannelActsDeps): ChannelActs['test'] {
  const calledAt = new Map<string, MonoMs>()
  return async (channel, { person: id, by }) => {
    const person = find(id)
    if (!channels.has(channel)) throw unknown('channel', channel)
    if (person === null) throw unknown('person', id)
    if (!person.contacts.some((contact) => contact.channel === channel)) {
      throw new HouseError('http/conflict', `expected a contact of ${id} over ${channel}, came none: add it first`)
    }
    const way = `${id}/${channel}`
    const last = calledAt.get(way)
    if (last !== undefined && pace.mono() - last < TEST_EVERY_MS) {
      throw new HouseError('http/too-many', `${way}: expected ${TEST_EVERY_MS / 1_000} s between two test calls`)
    }
    calledAt.set(way, pace.mono())
    const now = await desk.time()
    await db.transaction(async (q) => {
      const memo: Memo = {
        ...({ kind: 'test', priority: 'blue', over: { channel } } as const),
        ...{ key: `test/${way}/${now}`, person: id, title: TEST_TITLE, text: TEST_TEXT, short: TEST_SHORT },
      }
      await queueMemos(q, [memo], now)
      const actor = { kind: 'person', name: by } as const
      await desk.append(q, [{ actor, act: 'test-call', subject: id, detail: { channel } }])
    })
  }
}

function reports(channels: Channels, { desk, heard, pace }: ChannelActsDeps): ChannelActs['report'] {
  const refused = new Map<string, { count: number; journaledAt: MonoMs | null }>()
  const journal = async (channel: string, why: string) => {
    const known = refused.get(channel) ?? { count: 0, journaledAt: null }
    known.count += 1
    refused.set(channel, known)
    if (known.journaledAt !== null && pace.mono() - known.journaledAt < JOURNAL_EVERY_MS) return
    known.journaledAt = pace.mono()
    const detail = { why, count: known.count }
    known.count = 0
    const actor = { kind: 'system', name: 'channels' } as const
    await desk.record({ actor, act: 'report-refused', subject: channel, detail })
  }
  return async (id, callback) => {
    const entry = channels.get(id)
    if (entry?.channel.report === undefined) throw unknown('channel that takes reports', id)
    const reported = entry.channel.report(callback)
    if (reported.is === 'refused') {
      await journal(id, reported.why)
      throw new HouseError('http/forbidden', `expected a report of the provider of ${id}, came one ${reported.why}`)
    }
    for (const what of reported.what) await heard(entry, what)
    return reported.answer
  }
}

function hostOf(endpoint: string): string {
  return URL.canParse(endpoint) ? new URL(endpoint).host : 'no address'
}

function unknown(what: string, name: string): HouseError {
  return new HouseError('http/not-found', `there is no ${what} ${name}`, { name })
}
