import type { SiteAbout } from '../../core/contract/lanes.ts'
import { type SparkplugType, topicText } from '../../core/contract/topics.ts'
import type { Clock } from '../../platform/clock.ts'
import { encodePayload, type Payload } from '../../platform/sparkplug.ts'
import { deviceDeath, nodeBirth, nodeDeath } from '../../platform/telemetry.ts'
import type { Births, DeviceReadings } from './births.ts'
import type { Line } from './line.ts'

export interface NodeOptions {
  readonly group: string
  readonly site: string
  /** As they are at the time of a birth. */
  readonly about: () => SiteAbout
  readonly births: () => Births
  readonly clock: Clock
}

/**
 * One Sparkplug session: from the births on one MQTT connection to its end. It numbers messages and forms topics; what to send when
 * is for others to decide. Messages are published in the order of the calls, at QoS 0 and not retained.
 */
export class NodeSession {
  readonly #options: NodeOptions
  readonly line: Line
  /** The bdSeq that stands in this connection's will. */
  readonly #bdSeq: number
  #seq = 0
  /** Devices whose DBIRTH is still to come in a birth sequence that has begun; null before the first NBIRTH. */
  #unborn: string[] | null = null
  readonly #alive = new Set<string>()

  constructor(options: NodeOptions, line: Line, bdSeq: number) {
    this.#options = options
    this.line = line
    this.#bdSeq = bdSeq
  }

  /** Whether the birth sequence is complete, so that data may follow. [tck-id-operational-behavior-data-commands-rebirth-action-1] */
  get isBorn(): boolean {
    return this.#unborn?.length === 0
  }

  /** Whether there is a birth that a death would end. */
  get hasBegun(): boolean {
    return this.#unborn !== null
  }

  /**
   * NBIRTH, at the start and again whenever a host asks; no data until `nextBirth` has told of every device.
   * [tck-id-payloads-nbirth-seq] [tck-id-operational-behavior-data-commands-rebirth-action-2] seq begins anew with 0, bdSeq stays.
   */
  async birth(): Promise<void> {
    const { about, births, clock } = this.#options
    this.#seq = 0
    this.#alive.clear()
    this.#unborn = [...births().devices]
    await this.#node('NBIRTH', nodeBirth({ at: clock.now(), bdSeq: this.#bdSeq, about: about() }))
  }

  /** The next DBIRTH of the sequence, one at a time since they are large; a device that is gone gets none. True after the last. */
  async nextBirth(isGone: (device: string) => boolean): Promise<boolean> {
    const device = this.#unborn?.shift()
    if (device !== undefined && !isGone(device)) await this.deviceBorn(device)
    return this.isBorn
  }

  isAlive(device: string): boolean {
    return this.#alive.has(device)
  }

  /** DBIRTH of a device that is there. [tck-id-message-flow-device-birth-publish-nbirth-wait] */
  async deviceBorn(device: string): Promise<void> {
    const payload = this.#options.births().birth(this.#options.clock.now(), device)
    if (payload === null) return
    this.#alive.add(device)
    await this.#device('DBIRTH', device, payload)
  }

  /** DDEATH of a device that is gone. [tck-id-operational-behavior-device-ddeath] */
  async deviceDied(device: string): Promise<void> {
    this.#alive.delete(device)
    await this.#device('DDEATH', device, deviceDeath(this.#options.clock.now()))
  }

  /** DDATA. False when the births know the device or one of its points no longer, or the device is not born. */
  async data(numbered: DeviceReadings, historical: boolean): Promise<boolean> {
    const { device } = numbered
    if (device === null || !this.#alive.has(device)) return false
    const payload = this.#options.births().data(this.#options.clock.now(), numbered, historical)
    if (payload === null) return false
    await this.#device('DDATA', device, payload)
    return true
  }

  /** NDEATH before a deliberate DISCONNECT, which makes the broker forget the will. [tck-id-operational-behavior-edge-node-intentional-disconnect-ndeath] */
  async death(): Promise<void> {
    this.#unborn = null
    const { group, site, clock } = this.#options
    const payload = encodePayload(nodeDeath(clock.now(), this.#bdSeq))
    await this.line.publish(deathTopic(group, site), payload, { qos: 1 })
  }

  #node(type: 'NBIRTH', payload: Payload): Promise<void> {
    const { group, site } = this.#options
    return this.#send(topicText({ kind: 'sparkplug-node', type, group, site }), payload)
  }

  #device(
    type: Extract<SparkplugType, 'DBIRTH' | 'DDATA' | 'DDEATH'>,
    device: string,
    payload: Payload,
  ): Promise<void> {
    const { group, site } = this.#options
    return this.#send(topicText({ kind: 'sparkplug-device', type, group, site, device }), payload)
  }

  #send(topic: string, payload: Payload): Promise<void> {
    const seq = this.#seq
    // [tck-id-payloads-sequence-num-incrementing] 255 is followed by 0
    this.#seq = (this.#seq + 1) % 256
    return this.line.publish(topic, encodePayload({ ...payload, seq }))
  }
}

/** Where a node's NDEATH goes. */
export function deathTopic(group: string, site: string): string {
  return topicText({ kind: 'sparkplug-node', type: 'NDEATH', group, site })
}
