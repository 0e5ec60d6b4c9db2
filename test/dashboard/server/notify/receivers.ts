import { z } from 'zod'
import { DutyList } from '../../../../core/contract/duty.ts'
import type { NoticeMessage } from '../../../../core/contract/notice.ts'
import { Site } from '../../../../core/contract/site.ts'
import { HouseError } from '../../../../core/kit/errors.ts'
import { defineNotifier, type Notifier } from '../../../../platform/notifiers/notifier.ts'
import { type Dispatcher, openDispatcher } from '../../../../dashboard/server/notify/dispatcher.ts'
import { type ManualClock, manualClock, type World } from '../alarms/world.ts'

export const DUTY: DutyList = DutyList.parse({
  persons: [
    {
      id: 'lin',
      name: '林值班',
      channels: [
        { id: 'phone', kind: 'fake' },
        { id: 'mail', kind: 'fake' },
      ],
    },
    { id: 'qiao', name: 'Qiao', language: 'en', channels: [{ id: 'phone', kind: 'fake' }] },
    { id: 'shen', name: '申领导', channels: [{ id: 'phone', kind: 'fake' }] },
  ],
  order: ['lin', 'qiao', 'shen'],
})

export const SITE: Site = Site.parse({
  id: 'north-gully',
  name: { 'zh-CN': '北沟废井', en: 'North Gully closed pit' },
  kind: 'closed-pit',
  area: { 'zh-CN': '云栖乡', en: 'Yunqi township' },
  place: { x: 1, y: 1 },
})

/** How a receiver takes a message. `die` = it takes it, but the sender's process never learns of it. */
export type Manner = 'takes' | 'busy' | 'refuses' | 'die'

/** Receivers that do as they are told and keep what they were sent. */
export interface Receivers {
  readonly notifier: Notifier
  readonly got: NoticeMessage[]
  manner: (message: NoticeMessage) => Manner | Promise<Manner>
}

export function openReceivers(): Receivers {
  const receivers: Receivers = {
    got: [],
    manner: () => 'takes',
    notifier: defineNotifier({
      kind: 'fake',
      params: z.object({}),
      send: async (_params, message) => {
        receivers.got.push(message)
        const manner = await receivers.manner(message)
        if (manner === 'takes') return { answer: 'ok' }
        if (manner === 'die') return await new Promise<never>(() => undefined)
        throw new HouseError(manner === 'busy' ? 'notify/temporary' : 'notify/refused', manner)
      },
    }),
  }
  return receivers
}

/** A dispatcher over a world, its network time moved by hand too. */
export interface Night {
  readonly receivers: Receivers
  readonly network: ManualClock
  readonly dispatcher: Dispatcher
  /** Both clocks move, then one tick, then everything in hand has ended. */
  after(ms: number): Promise<void>
  /** A new dispatcher over the world as it is now, after a crash. */
  restart(): void
}

export function openNight(world: World, duty: DutyList = DUTY, site: Site | null = SITE): Night {
  const receivers = openReceivers()
  const network = manualClock()
  const open = () =>
    openDispatcher({
      desk: world.desk,
      db: world.db,
      duty,
      notifiers: new Map([['fake', receivers.notifier]]),
      clock: world.clock,
      networkClock: network,
      log: world.log,
      publicUrl: 'http://control.example:8080',
      siteName: () => site,
      pointName: () => null,
    })
  let dispatcher = open()
  return {
    receivers,
    network,
    get dispatcher() {
      return dispatcher
    },
    after: async (ms) => {
      world.clock.advance(ms)
      network.advance(ms)
      await dispatcher.tick()
      await dispatcher.idle()
    },
    restart: () => {
      dispatcher = open()
    },
  }
}
