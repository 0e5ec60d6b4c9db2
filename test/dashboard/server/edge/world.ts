import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AlarmWord, DutySheet, EdgeAct, sheetSigned, wordSigned } from '../../../../core/contract/edge.ts'
import { Receipt } from '../../../../core/contract/lanes.ts'
import { Roster } from '../../../../core/contract/roster.ts'
import type { UtcMs } from '../../../../core/contract/time.ts'
import { topicOf, topicText } from '../../../../core/contract/topics.ts'
import type { DutyView } from '../../../../core/alarms/duty-view.ts'
import { planRoster } from '../../../../core/alarms/roster/plan.ts'
import { type AlarmDesk, openAlarmDesk } from '../../../../dashboard/server/alarms/desk.ts'
import type { BrokerLink } from '../../../../dashboard/server/broker/link.ts'
import { type Database, openDatabase } from '../../../../dashboard/server/db/database.ts'
import { applyActs } from '../../../../dashboard/server/edge/apply-acts.ts'
import { type EdgeDesk, openEdgeDesk } from '../../../../dashboard/server/edge/edge-desk.ts'
import type { Channels } from '../../../../dashboard/server/notify/channels.ts'
import { type Dispatcher, openDispatcher } from '../../../../dashboard/server/notify/dispatcher.ts'
import type { Clock } from '../../../../platform/clock.ts'
import { makeKey } from '../../../../platform/identity/keys.ts'
import { signCommand, verifyCommand } from '../../../../platform/identity/signatures.ts'
import { recordingLog } from '../alarms/world.ts'

export const KEY = makeKey()
export const SITE = 'east-pit'
export const ZHANG = '+8613900000001'
export const LI = '+8613900000003'

const day = { id: 'day', name: { 'zh-CN': '白班', en: 'day' }, from: '08:00', to: '20:00' }
const night = { id: 'night', name: { 'zh-CN': '夜班', en: 'night' }, from: '20:00', to: '08:00' }
const step = (role: string, after = '0s') => ({ after, call: [{ role, by: ['sms'] }] })

function person(id: string, name: string, address: string) {
  return {
    id,
    name,
    contacts: [
      { channel: 'modem', address },
      { channel: 'mail', address: `${id}@example.org` },
    ],
  }
}

export const rosterOf = (change: Record<string, unknown> = {}) =>
  Roster.parse({
    persons: [
      person('zhang', '张甲', ZHANG),
      person('wang', '王乙', '+86 139-0000-0002'),
      person('li', '李丙', LI),
      { id: 'mail-only', name: '赵丁', contacts: [{ channel: 'mail', address: 'z@example.org' }] },
    ],
    roles: [
      { id: 'duty', name: { 'zh-CN': '值班员', en: 'duty officer' }, fallback: ['li', 'mail-only'] },
      { id: 'leader', name: { 'zh-CN': '带班领导', en: 'leader' }, fallback: ['li'] },
      { id: 'office', name: { 'zh-CN': '办公室', en: 'office' }, fallback: ['wang'] },
    ],
    tables: [
      {
        role: 'duty',
        shifts: [day, night],
        cycle: { startsOn: '2026-01-01', crews: [['zhang'], ['wang']], turn: 'shift' },
      },
    ],
    ladders: {
      red: { steps: [step('duty'), step('leader', '2min')], loop: '10min' },
      orange: { steps: [step('duty')], loop: '30min' },
      yellow: { steps: [step('office')], loop: '8h' },
    },
    office: { notices: 'office', leader: 'leader' },
    ...change,
  })

/** What the control room has said on a topic last, read as its gateway would. */
export interface EdgeWorld {
  readonly db: Database
  readonly desk: AlarmDesk
  readonly edge: EdgeDesk
  readonly dispatcher: Dispatcher
  readonly log: ReturnType<typeof recordingLog>
  /** Messages that went out by SMS: to whom and why. */
  readonly sent: string[]
  readonly receipts: Receipt[]
  readonly sheets: DutySheet[]
  readonly words: AlarmWord[]
  publish: BrokerLink['publish']
  setRoster(next: Roster): void
  act(act: EdgeAct): void
  acts(): Promise<string[]>
  restart(): Promise<void>
  end(): Promise<void>
}

export function openEdgeWorld(clock: Clock, sites: () => readonly string[] = () => [SITE]): EdgeWorld {
  const folder = mkdtempSync(join(tmpdir(), 'pitwatch-edge-'))
  const log = recordingLog()
  const [sent, receipts, sheets, words] = [[] as string[], [] as Receipt[], [] as DutySheet[], [] as AlarmWord[]]
  const followers: (() => void)[] = []
  let roster = rosterOf()
  let plan = planRoster(roster, null)
  const duty: DutyView = {
    get roster() {
      return roster
    },
    onDuty: (role, at) => plan.onDuty(role, at),
    spans: (role, from, to) => plan.spans(role, from, to),
    person: (id) => roster.persons.find((one) => one.id === id) ?? null,
  }
  const note: BrokerLink['publish'] = (topic, payload) => {
    const text = typeof payload === 'string' ? payload : Buffer.from(payload).toString()
    const kind = topicOf(topic)?.kind
    if (kind === 'receipt') receipts.push(Receipt.parse(JSON.parse(text)))
    if (kind === 'duty') sheets.push(DutySheet.parse(JSON.parse(text)))
    if (kind === 'alarm-word') words.push(AlarmWord.parse(JSON.parse(text)))
    return Promise.resolve()
  }
  const channel = {
    send: ({ to, kind }: { to: string; kind: string }) => {
      sent.push(`${to} ${kind}`)
      return Promise.resolve({ answer: 'ok' })
    },
  }
  const budget = { most: null, perMs: 60_000, reserved: 0, penaltyMs: 0 }
  const entry = { id: 'modem', kind: 'sms', medium: 'sms', mostBytes: 1_000, budget, channel } as const
  const channels: Channels = new Map([['modem', entry]])
  const open = () => {
    const db = openDatabase(join(folder, 'control.db'))
    const desk = openAlarmDesk({ db, clock, log, prefix: 'PW', alongside: applyActs })
    const edge = openEdgeDesk({
      ...{ db, desk, log, sites, group: 'county', prefix: 'PW' },
      book: {
        ...duty,
        get roster() {
          return roster
        },
        onChange: (told) => void followers.push(told),
      },
      isSms: (id) => id === 'modem',
      sign: (signed) => signCommand(signed, KEY),
      publish: (topic, payload, how) => world.publish(topic, payload, how),
    })
    const dispatcher = openDispatcher({
      ...{ db, desk, duty, channels, clock, log, networkClock: clock, publicUrl: 'http://127.0.0.1:1' },
      ...{ siteName: () => null, pointName: () => null },
    })
    return { db, desk, edge, dispatcher }
  }
  let now: ReturnType<typeof open>
  const world: EdgeWorld = {
    ...{ log, sent, receipts, sheets, words, publish: note },
    get db() {
      return now.db
    },
    get desk() {
      return now.desk
    },
    get edge() {
      return now.edge
    },
    get dispatcher() {
      return now.dispatcher
    },
    setRoster: (next) => {
      roster = next
      plan = planRoster(roster, null)
      for (const told of followers) told()
    },
    act: (act) => {
      const topic = topicText({ kind: 'edge-act', group: 'county', site: SITE })
      now.edge.take({ topic, payload: Buffer.from(JSON.stringify(act)) })
    },
    acts: async () => (await now.desk.ledger({ after: 0, limit: 1_000 })).entries.map(({ act }) => act),
    restart: async () => {
      await now.dispatcher.stop()
      await now.db.close()
      now = open()
    },
    end: async () => {
      await now.dispatcher.stop()
      await now.db.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  now = open()
  return world
}

export function isGenuine(said: DutySheet | AlarmWord): boolean {
  const signed = 'alarms' in said ? wordSigned(said) : sheetSigned(said)
  return verifyCommand(signed, said.signature ?? '', KEY)
}

export function actOf(occurrence: string, n: number, did: EdgeAct['did'], at: UtcMs): EdgeAct {
  return EdgeAct.parse({ site: SITE, occurrence, n, at, did })
}
