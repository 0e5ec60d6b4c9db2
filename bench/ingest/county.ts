import { encodePayload as peerEncode } from 'sparkplug-payload/lib/sparkplugbpayload.js'
import { QUANTITIES, type Quantity } from '../../core/contract/quantity.ts'
import type { Reading } from '../../core/contract/reading.ts'
import { MonoMs, UtcMs } from '../../core/contract/time.ts'
import { topicText } from '../../core/contract/topics.ts'
import { encodePayload, type Payload } from '../../platform/sparkplug.ts'
import { aliasesOf, deviceBirth, deviceData, nodeBirth } from '../../platform/telemetry.ts'

export const GROUP = 'county'
export const SITES = 20
export const POINTS_PER_DEVICE = 50
export const DEVICE = 'feeder'
export const VALID_FOR_MS = 60_000
const BOOT = 'abcdef0123456789'

const KINDS: readonly Quantity[] = ['power', 'voltage', 'current', 'frequency', 'energy']
const POINTS = Array.from({ length: POINTS_PER_DEVICE }, (_, index) => ({
  point: `point-${index}`,
  quantity: KINDS[index % KINDS.length] ?? 'power',
}))

export interface Message {
  readonly topic: string
  readonly payload: Uint8Array
}

/** One gateway with one device of fifty points, as it would speak. */
export interface Pit {
  readonly site: string
  readonly stream: string
  births(): readonly Message[]
  /** Its next fifty readings, live. */
  live(at: number): Message
  /** The same for a decoder that needs the type of each value beside it. */
  liveTyped(at: number): Message
}

/** What a point shows at its `n`th reading: two decimal places, and it moves. */
export function valueOf(point: number, n: number): number {
  return Math.round(23_000 + 500 * Math.sin(n / 50 + point) + (((n + point) * 7_919) % 97)) / 100
}

export function pitOf(index: number, startedAt: number): Pit {
  const site = `pit-${index}`
  const stream = `bench${String(index).padStart(4, '0')}`
  const aliases = aliasesOf([{ device: DEVICE, points: POINTS.map(({ point }) => point) }]).get(DEVICE)
  if (aliases === undefined) throw new Error('the device has no aliases')
  const validFor = new Map(POINTS.map(({ point }) => [point, VALID_FOR_MS]))
  let seq = 0
  let step = 0
  const next = () => (seq = (seq + 1) % 256)
  const ofDevice = (type: 'DBIRTH' | 'DDATA', payload: Payload): Message => ({
    topic: topicText({ kind: 'sparkplug-device', type, group: GROUP, site, device: DEVICE }),
    payload: encodePayload({ ...payload, seq: next() }),
  })
  const name = { 'zh-CN': site, en: site }
  return {
    site,
    stream,
    births: () => {
      const at = UtcMs.parse(startedAt)
      const dating = { boot: BOOT, offsetMs: startedAt, uncertaintyMs: 10, source: 'ntp' as const }
      const place = {
        kind: 'closed-pit' as const,
        area: name,
        zone: 'UTC',
        place: { x: 1, y: 1 },
        simulated: true,
        headline: `${DEVICE}/point-0`,
      }
      const about = { site: { id: site, name, ...place }, version: '1', stream, dating, rules: [] }
      seq = 0
      const node = { ...nodeBirth({ at, bdSeq: 0, about }), seq: 0 }
      const points = POINTS.map(({ point, quantity }) => {
        return {
          device: DEVICE,
          point,
          name: null,
          quantity,
          unit: QUANTITIES[quantity].unit,
          range: null,
          latest: null,
        }
      })
      const birth = deviceBirth(at, { device: DEVICE, name, profile: 'bench', points }, { aliases, validFor })
      const topic = topicText({ kind: 'sparkplug-node', type: 'NBIRTH', group: GROUP, site })
      return [{ topic, payload: encodePayload(node) }, ofDevice('DBIRTH', birth)]
    },
    liveTyped: (at) => {
      const metrics = POINTS.map(({ point }, place) => {
        return { name: point, timestamp: at, type: 'Double' as const, value: valueOf(place, step) }
      })
      step += 1
      return {
        topic: topicText({ kind: 'sparkplug-device', type: 'DDATA', group: GROUP, site, device: DEVICE }),
        payload: peerEncode({ timestamp: at, metrics, seq: next() }),
      }
    },
    live: (at) => {
      const firstSeq = step * POINTS_PER_DEVICE
      const readings = POINTS.map(({ point }, place): Reading => {
        const stamp = {
          at: UtcMs.parse(at),
          mono: MonoMs.parse(at - startedAt),
          validUntil: UtcMs.parse(at + VALID_FOR_MS),
        }
        return { device: DEVICE, point, value: valueOf(place, step), quality: 'good', reason: null, ...stamp }
      })
      step += 1
      const numbered = { firstSeq, readings, uncertaintyMs: 10 }
      return ofDevice('DDATA', deviceData(UtcMs.parse(at), numbered, { aliases, validFor, historical: false }))
    },
  }
}

/** Names of the points of a device, in their order. */
export const POINT_NAMES: readonly string[] = POINTS.map(({ point }) => point)

export const DATING = { boot: BOOT, uncertaintyMs: 10, source: 'ntp' } as const
