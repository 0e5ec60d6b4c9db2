import { Roster } from '../../../../core/contract/roster.ts'
import type { Medium, NoticeMessage } from '../../../../core/contract/notice.ts'
import { Site } from '../../../../core/contract/site.ts'
import type { DutyView } from '../../../../core/alarms/duty-view.ts'
import { BootId } from '../../../../core/contract/clock.ts'
import { HouseError } from '../../../../core/kit/errors.ts'
import type { Budget, OpenChannel } from '../../../../platform/notifiers/notifier.ts'
import type { ChannelEntry, Channels } from '../../../../dashboard/server/notify/channels.ts'
import { type Dispatcher, openDispatcher } from '../../../../dashboard/server/notify/dispatcher.ts'
import { type ManualClock, manualClock, type World } from '../alarms/world.ts'

const role = (id: string, fallback: string) => ({ id, name: { 'zh-CN': id, en: id }, fallback: [fallback] })
const called = (id: string) => ({ call: [{ role: id }] })

/** Lin is called first, then Qiao, then Shen, two minutes apart and over and over. */
export const ROSTER: Roster = Roster.parse({
  persons: [
    {
      id: 'lin',
      name: '林值班',
      contacts: [
        { channel: 'phone', address: '+8613900000001' },
        { channel: 'mail', address: 'lin@example.org' },
      ],
    },
    { id: 'qiao', name: 'Qiao', language: 'en', contacts: [{ channel: 'phone', address: '+8613900000002' }] },
    { id: 'shen', name: '申领导', contacts: [{ channel: 'phone', address: '+8613900000003' }] },
  ],
  roles: [role('duty', 'shen'), role('second', 'shen'), role('leader', 'shen')],
  ladders: {
    red: {
      steps: [called('duty'), { after: '2min', ...called('second') }, { after: '4min', ...called('leader') }],
      loop: '2min',
    },
    orange: { steps: [called('duty'), { after: '10min', ...called('second') }], loop: '10min' },
    yellow: {
      steps: [
        { digest: '10min', ...called('duty') },
        { after: '30min', ...called('second') },
      ],
      loop: '8h',
    },
  },
  office: { notices: 'duty', leader: 'leader' },
})

/** A roster in which everybody keeps their role, unless `crews` says otherwise. */
export function fixedDuty(
  roster: Roster = ROSTER,
  crews: () => Readonly<Record<string, readonly string[]>> = () => ({
    duty: ['lin'],
    second: ['qiao'],
    leader: ['shen'],
  }),
): DutyView {
  return {
    roster,
    spans: () => [],
    person: (id) => roster.persons.find((person) => person.id === id) ?? null,
    onDuty: (id, at) => ({
      ...{ role: id, from: at, until: at, shift: null, source: 'cycle' },
      persons: [...(crews()[id] ?? [])],
    }),
  }
}

export const SITE: Site = Site.parse({
  id: 'north-gully',
  name: { 'zh-CN': '北沟废井', en: 'North Gully closed pit' },
  kind: 'closed-pit',
  area: { 'zh-CN': '云栖乡', en: 'Yunqi township' },
  place: { x: 1, y: 1 },
})

/** How a receiver takes a message. `die` = it takes it, but the sender's process never learns of it. */
export type Manner = 'takes' | 'busy' | 'refuses' | 'throttles' | 'die'

export interface Got extends NoticeMessage {
  readonly channel: string
}

/** Receivers that do as they are told and keep what they were sent. */
export interface Receivers {
  readonly channels: Channels
  readonly got: Got[]
  manner: (message: NoticeMessage, channel: string) => Manner | Promise<Manner>
}

const FREE: Budget = { most: null, perMs: 60_000, reserved: 0, penaltyMs: 60_000 }
const CHANNELS: Readonly<Record<string, { medium: Medium; budget: Budget; mostBytes: number }>> = {
  phone: { medium: 'sms', budget: FREE, mostBytes: 268 },
  mail: { medium: 'mail', budget: FREE, mostBytes: 60_000 },
  robot: { medium: 'robot', budget: { most: 20, perMs: 60_000, reserved: 5, penaltyMs: 600_000 }, mostBytes: 2_048 },
  desk: { medium: 'desk', budget: FREE, mostBytes: 64_000 },
}

export function openReceivers(): Receivers {
  const receivers: Receivers = {
    got: [],
    manner: () => 'takes',
    channels: new Map(
      Object.entries(CHANNELS).map(([id, facts]) => [id, entryOf(id, facts, (message) => take(id, message))]),
    ),
  }
  const take = async (channel: string, message: NoticeMessage) => {
    receivers.got.push({ ...message, channel })
    const manner = await receivers.manner(message, channel)
    if (manner === 'takes') return { answer: 'ok', ref: `${channel}-${receivers.got.length}` }
    if (manner === 'die') return await new Promise<never>(() => undefined)
    if (manner === 'throttles') throw new HouseError('notify/throttled', manner, { penaltyMs: 600_000 })
    throw new HouseError(manner === 'busy' ? 'notify/temporary' : 'notify/refused', manner)
  }
  return receivers
}

function entryOf(
  id: string,
  facts: { medium: Medium; budget: Budget; mostBytes: number },
  send: OpenChannel['send'],
): ChannelEntry {
  return { id, kind: 'fake', ...facts, channel: { send } }
}

/** A phone that takes messages as POSTs of their JSON. */
export function openPhone(url: string): ChannelEntry {
  const post: OpenChannel['send'] = async (message, _address, signal) => {
    const response = await fetch(url, { method: 'POST', body: JSON.stringify(message), signal })
    return { answer: await response.text() }
  }
  return entryOf('phone', { medium: 'sms', budget: FREE, mostBytes: 268 }, post)
}

/** A dispatcher over a world, its network time moved by hand too. */
export interface Night {
  readonly receivers: Receivers
  readonly network: ManualClock
  readonly dispatcher: Dispatcher
  /** Both clocks move, then one tick, then everything in hand has ended. */
  after(ms: number): Promise<void>
  /** The same second by second, as it would be. */
  pass(seconds: number): Promise<void>
  /** A new dispatcher over the world as it is now, after a crash. */
  restart(): void
}

export const BOOT = BootId.parse('0'.repeat(32))

export function openNight(world: World, duty: DutyView = fixedDuty(), site: Site | null = SITE): Night {
  const receivers = openReceivers()
  const network = manualClock()
  const open = () =>
    openDispatcher({
      ...{ desk: world.desk, db: world.db, duty, channels: receivers.channels, clock: world.clock },
      ...{ networkClock: network, boot: BOOT, log: world.log, publicUrl: 'http://control.example:8080' },
      siteName: () => site,
      pointName: () => null,
    })
  let dispatcher = open()
  const after = async (ms: number) => {
    world.clock.advance(ms)
    network.advance(ms)
    await world.desk.runDue()
    await dispatcher.tick()
    await dispatcher.idle()
  }
  return {
    receivers,
    network,
    get dispatcher() {
      return dispatcher
    },
    after,
    pass: async (seconds) => {
      for (let passed = 0; passed < seconds; passed += 1) await after(1_000)
    },
    restart: () => {
      dispatcher = open()
    },
  }
}
