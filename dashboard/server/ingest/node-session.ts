import type { SiteAbout } from '../../../core/contract/lanes.ts'
import type { Topic } from '../../../core/contract/topics.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import type { Payload } from '../../../platform/sparkplug.ts'
import {
  type BornDevice,
  readDeviceBirth,
  readDeviceData,
  readNodeBirth,
  readNodeDeath,
  type TelemetryReading,
} from '../../../platform/telemetry.ts'

export type SparkplugTopic = Extract<Topic, { kind: 'sparkplug-node' | 'sparkplug-device' }>

/** What a message of an edge node means. `gap` = messages before it are missing, so births may be. */
export type NodeNews =
  | { readonly kind: 'node-born'; readonly about: SiteAbout }
  | { readonly kind: 'node-died' }
  | { readonly kind: 'device-born'; readonly born: BornDevice; readonly gap: boolean }
  | { readonly kind: 'device-died'; readonly device: string; readonly gap: boolean }
  | {
      readonly kind: 'data'
      readonly stream: string
      readonly born: BornDevice
      readonly readings: readonly TelemetryReading[]
      readonly gap: boolean
    }
  /** Data of the node itself, which a gateway of ours has none of. */
  | { readonly kind: 'node-data'; readonly gap: boolean }
  /** It needs a birth this control room has not seen. */
  | { readonly kind: 'unborn' }
  /** The death of a connection that has already been replaced. */
  | { readonly kind: 'late-death' }

/** The host's side of one edge node's Sparkplug session. */
export interface NodeSession {
  /** Throws `message/malformed`; the session is then as before. */
  take(topic: SparkplugTopic, payload: Payload): NodeNews
  /** Whether a birth has been seen that no death has ended. */
  isBorn(): boolean
}

interface Life {
  readonly bdSeq: number
  readonly stream: string
  seq: number
  readonly devices: Map<string, BornDevice>
}

export function openNodeSession(): NodeSession {
  let life: Life | null = null

  const takeBirth = (topic: SparkplugTopic, payload: Payload): NodeNews => {
    const { bdSeq, about } = readNodeBirth(payload)
    if (about.site.id !== topic.site) {
      throw new HouseError('message/malformed', `NBIRTH of ${topic.site} is about another site, ${about.site.id}`)
    }
    life = { bdSeq, stream: about.stream, seq: payload.seq ?? 0, devices: new Map() }
    return { kind: 'node-born', about }
  }

  const takeDeath = (payload: Payload): NodeNews => {
    const { bdSeq } = readNodeDeath(payload)
    // [tck-id-payloads-ndeath-bdseq] the death of an earlier connection may come after the birth of the next
    if (life !== null && life.bdSeq !== bdSeq) return { kind: 'late-death' }
    life = null
    return { kind: 'node-died' }
  }

  return {
    isBorn: () => life !== null,
    take: (topic, payload) => {
      if (topic.type === 'NBIRTH') return takeBirth(topic, payload)
      if (topic.type === 'NDEATH') return takeDeath(payload)
      if (life === null) return { kind: 'unborn' }
      return takeOfLife(life, topic, payload)
    },
  }
}

function takeOfLife(life: Life, topic: SparkplugTopic, payload: Payload): NodeNews {
  const gap = () => {
    // [tck-id-payloads-sequence-num-incrementing] 255 is followed by 0
    const isNext = payload.seq === undefined || payload.seq === (life.seq + 1) % 256
    life.seq = payload.seq ?? life.seq
    return !isNext
  }
  if (topic.kind === 'sparkplug-node') {
    if (topic.type === 'NCMD')
      throw new HouseError('message/malformed', 'an NCMD is for gateways, not for the control room')
    return { kind: 'node-data', gap: gap() }
  }
  switch (topic.type) {
    case 'DBIRTH': {
      const born = readDeviceBirth(payload, topic.device)
      life.devices.set(topic.device, born)
      return { kind: 'device-born', born, gap: gap() }
    }
    case 'DDATA': {
      const born = life.devices.get(topic.device)
      if (born === undefined) return { kind: 'unborn' }
      const readings = readDeviceData(payload, born)
      return { kind: 'data', stream: life.stream, born, readings, gap: gap() }
    }
    case 'DDEATH':
      return { kind: 'device-died', device: topic.device, gap: gap() }
    case 'DCMD':
      throw new HouseError('message/malformed', 'a DCMD is for gateways, not for the control room')
  }
}
