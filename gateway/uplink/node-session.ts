import type { SiteAbout } from '../../core/contract/lanes.ts'
import { topicText } from '../../core/contract/topics.ts'
import type { Clock } from '../../platform/clock.ts'
import type { MqttSession } from '../../platform/mqtt.ts'
import { encodePayload, type Payload } from '../../platform/sparkplug.ts'
import { nodeBirth, nodeDeath, nodeFloor } from '../../platform/telemetry.ts'
import type { Births, DeviceReadings } from './births.ts'

export interface NodeOptions {
  readonly group: string
  readonly about: SiteAbout
  readonly births: Births
  readonly clock: Clock
}

/**
 * One Sparkplug session: from the births on one MQTT connection to its end. It numbers messages and forms topics; what to send when
 * is for others to decide. Data is published in the order of the calls.
 */
export class NodeSession {
  readonly #options: NodeOptions
  readonly #mqtt: MqttSession
  /** The bdSeq that stands in this connection's will. */
  readonly #bdSeq: number
  #seq = 0

  constructor(options: NodeOptions, mqtt: MqttSession, bdSeq: number) {
    this.#options = options
    this.#mqtt = mqtt
    this.#bdSeq = bdSeq
  }

  get mqtt(): MqttSession {
    return this.#mqtt
  }

  /**
   * NBIRTH and a DBIRTH for each device, at the start and again whenever a host asks.
   * [tck-id-payloads-nbirth-seq] [tck-id-operational-behavior-data-commands-rebirth-action-2] seq begins anew with 0, bdSeq stays.
   */
  async birth(floor: number): Promise<void> {
    const { about, births, clock } = this.#options
    const at = clock.now()
    this.#seq = 0
    // Handed to the socket without a pause in between, so that no data message gets in front of its birth.
    const sent = [this.#node('NBIRTH', nodeBirth({ at, bdSeq: this.#bdSeq, about, floor }))]
    for (const { device, payload } of births.all(at)) sent.push(this.#device('DBIRTH', device, payload))
    await Promise.all(sent)
  }

  /** DDATA. False when the births know the device or one of its points no longer. */
  async data(numbered: DeviceReadings, historical: boolean): Promise<boolean> {
    const payload = this.#options.births.data(this.#options.clock.now(), numbered, historical)
    if (numbered.device === null || payload === null) return false
    await this.#device('DDATA', numbered.device, payload)
    return true
  }

  /** NDATA with the lowest number still held. */
  async floor(floor: number): Promise<void> {
    await this.#node('NDATA', nodeFloor(this.#options.clock.now(), floor))
  }

  /** NDEATH before a deliberate DISCONNECT, which makes the broker forget the will. [tck-id-operational-behavior-edge-node-intentional-disconnect-ndeath] */
  async death(): Promise<void> {
    const { group, about, clock } = this.#options
    const payload = encodePayload(nodeDeath(clock.now(), this.#bdSeq))
    await this.#mqtt.publish(deathTopic(group, about.site.id), payload, { qos: 1 })
  }

  #node(type: 'NBIRTH' | 'NDATA', payload: Payload): Promise<void> {
    const { group, about } = this.#options
    return this.#send(topicText({ kind: 'sparkplug-node', type, group, site: about.site.id }), payload)
  }

  #device(type: 'DBIRTH' | 'DDATA', device: string, payload: Payload): Promise<void> {
    const { group, about } = this.#options
    return this.#send(topicText({ kind: 'sparkplug-device', type, group, site: about.site.id, device }), payload)
  }

  #send(topic: string, payload: Payload): Promise<void> {
    const seq = this.#seq
    // [tck-id-payloads-sequence-num-incrementing] 255 is followed by 0
    this.#seq = (this.#seq + 1) % 256
    return this.#mqtt.publish(topic, encodePayload({ ...payload, seq }), { qos: 0 })
  }
}

/** Where a node's NDEATH goes. */
export function deathTopic(group: string, site: string): string {
  return topicText({ kind: 'sparkplug-node', type: 'NDEATH', group, site })
}
