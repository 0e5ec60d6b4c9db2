import type { AlarmTransition } from '../../../../core/contract/alarm.ts'
import type { SiteAbout } from '../../../../core/contract/lanes.ts'
import type { Quantity } from '../../../../core/contract/quantity.ts'
import type { Reading, ReadingValue } from '../../../../core/contract/reading.ts'
import { MonoMs, UtcMs } from '../../../../core/contract/time.ts'
import { topicText } from '../../../../core/contract/topics.ts'
import { QUANTITIES } from '../../../../core/contract/quantity.ts'
import { encodePayload, type Payload } from '../../../../platform/sparkplug.ts'
import { aliasesOf, deviceBirth, deviceData, nodeBirth, nodeDeath } from '../../../../platform/telemetry.ts'
import type { BrokerMessage } from '../../../../dashboard/server/broker/link.ts'

export const START = 1_700_000_000_000
export const GROUP = 'county'

const POINTS: readonly { readonly point: string; readonly quantity: Quantity }[] = [
  { point: 'active-power', quantity: 'power' },
  { point: 'voltage', quantity: 'voltage' },
  { point: 'door', quantity: 'contact' },
]

export interface EdgeOptions {
  readonly site?: string
  readonly stream?: string
  /** What its time is worth; null = nobody can say. */
  readonly uncertaintyMs?: number | null
}

export interface SentReading {
  readonly point: string
  readonly value: ReadingValue
  /** ms after START */
  readonly at?: number
  readonly bad?: boolean
}

/** What a gateway with one device would send, message by message. */
export interface Edge {
  readonly site: string
  about(): SiteAbout
  nodeBirth(): BrokerMessage
  deviceBirth(): BrokerMessage
  data(firstSeq: number, readings: readonly SentReading[], historical?: boolean): BrokerMessage
  /** Data of the node itself, with nothing in it. */
  nodeData(): BrokerMessage
  deviceDeath(): BrokerMessage
  death(bdSeq?: number): BrokerMessage
  alarm(part?: Partial<AlarmTransition>): BrokerMessage
  /** A health message; `exchanges` is what its one bus has counted. */
  health(exchanges?: number): BrokerMessage
  /** A message of the range lane. */
  range(payload: Uint8Array): BrokerMessage
  trend(payload: Uint8Array): BrokerMessage
}

export function edge({ site = 'east-pit', stream = 's0000000', uncertaintyMs = 50 }: EdgeOptions = {}): Edge {
  let bdSeq = -1
  let seq = 255
  const device = 'feeder'
  const aliases = aliasesOf([{ device, points: POINTS.map(({ point }) => point) }]).get(device)!
  const validFor = new Map(POINTS.map(({ point }) => [point, 2_500]))
  const now = UtcMs.parse(START)
  const next = () => (seq = (seq + 1) % 256)
  const node = (type: 'NBIRTH' | 'NDATA' | 'NDEATH', payload: Payload): BrokerMessage => ({
    topic: topicText({ kind: 'sparkplug-node', type, group: GROUP, site }),
    payload: encodePayload(payload),
  })
  const ofDevice = (type: 'DBIRTH' | 'DDATA' | 'DDEATH', payload: Payload): BrokerMessage => ({
    topic: topicText({ kind: 'sparkplug-device', type, group: GROUP, site, device }),
    payload: encodePayload(payload),
  })
  const own = (kind: 'alarm' | 'health', value: unknown): BrokerMessage => ({
    topic: topicText({ kind, group: GROUP, site }),
    payload: Buffer.from(JSON.stringify(value)),
  })
  const about = (): SiteAbout => ({
    site: {
      id: site,
      name: { 'zh-CN': '东沟煤矿', en: 'East Gully pit' },
      kind: 'closed-pit',
      area: { 'zh-CN': '青石镇', en: 'Bluestone' },
      zone: 'Asia/Shanghai',
      place: { x: 10, y: 20 },
      simulated: true,
      headline: 'feeder/active-power',
    },
    version: '0.1.0',
    stream,
    dating: {
      boot: 'abcdef0123456789',
      offsetMs: START,
      uncertaintyMs,
      source: uncertaintyMs === null ? 'none' : 'ntp',
    },
    rules: [
      { id: 'winch', type: 'should-be-off', point: 'feeder/active-power', priority: 'red', limit: 500 },
      { id: 'door', type: 'tamper', point: 'feeder/door', priority: 'orange', limit: null },
    ],
  })
  const stored = (readings: readonly SentReading[]): Reading[] =>
    readings.map(({ point, value, at = 0, bad = false }) => ({
      device,
      point,
      value: bad ? null : value,
      quality: bad ? 'bad' : 'good',
      reason: bad ? 'timeout' : null,
      at: UtcMs.parse(START + at),
      mono: MonoMs.parse(Math.max(0, at)),
      validUntil: UtcMs.parse(START + at + 2_500),
    }))
  return {
    site,
    about,
    nodeBirth: () => {
      seq = 0
      bdSeq += 1
      return node('NBIRTH', { ...nodeBirth({ at: now, bdSeq, about: about() }), seq })
    },
    deviceBirth: () => {
      const points = POINTS.map(({ point, quantity }) => {
        return { device, point, name: null, quantity, unit: QUANTITIES[quantity].unit, range: null, latest: null }
      })
      const name = { 'zh-CN': '馈线电表', en: 'Feeder meter' }
      const payload = deviceBirth(now, { device, name, profile: 'eastron/sdm630', points }, { aliases, validFor })
      return ofDevice('DBIRTH', { ...payload, seq: next() })
    },
    data: (firstSeq, readings, historical = false) => {
      const payload = deviceData(
        now,
        { firstSeq, readings: stored(readings), uncertaintyMs },
        { aliases, validFor, historical },
      )
      return ofDevice('DDATA', { ...payload, seq: next() })
    },
    nodeData: () => node('NDATA', { timestamp: START, metrics: [], seq: next() }),
    deviceDeath: () => ofDevice('DDEATH', { timestamp: START, metrics: [], seq: next() }),
    death: (of = bdSeq) => node('NDEATH', nodeDeath(now, of)),
    alarm: (part = {}) =>
      own('alarm', {
        occurrence: `${site}.winch.loa1`,
        n: 1,
        kind: 'raise',
        site,
        rule: 'winch',
        ruleType: 'should-be-off',
        point: 'feeder/active-power',
        priority: 'red',
        at: now,
        explanation: { key: 'should-be-off.raised', values: { value: 7_200, limit: 500 } },
        readings: [],
        evidence: [],
        ...part,
      }),
    health: (exchanges = 0) =>
      own('health', {
        site,
        at: now,
        startedAt: now,
        version: '0.1.0',
        outbox: {
          ...{ readings: 0, ranges: 0, alarm: 0, evidence: 0, bytes: 0, maxBytes: 1 << 30, oldestAt: null },
          ...{ hoursLeft: null, reduced: 0, dropped: 0, state: 'disk' },
        },
        clock: { ...about().dating, systemAheadMs: 0 },
        buses: [
          {
            ...{ id: 'line', state: 'up', exchanges, timeouts: 0, exceptions: 0, malformed: 0, discardedBytes: 0 },
            ...{ staleAnswers: 0, reconnects: 0, busyMs: 0, deadMs: 0 },
          },
        ],
        devices: [],
        rssBytes: 1,
      }),
    range: (payload) => ({ topic: topicText({ kind: 'range', group: GROUP, site }), payload }),
    trend: (payload) => ({ topic: topicText({ kind: 'trend', group: GROUP, site }), payload }),
  }
}
