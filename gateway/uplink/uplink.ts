import type { AlarmTransition } from '../../core/contract/alarm.ts'
import { type GatewayHealth, Receipt, type SiteAbout } from '../../core/contract/lanes.ts'
import { topicText } from '../../core/contract/topics.ts'
import { HouseError, isHouseError, messageOf } from '../../core/kit/errors.ts'
import { systemClock, type Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { openMqtt, type MqttAccess, type MqttMessage, type MqttOptions, type MqttSession } from '../../platform/mqtt.ts'
import { OutboxLane } from '../../platform/outbox.ts'
import { decodePayload, encodePayload } from '../../platform/sparkplug.ts'
import { isRebirthCommand, nodeDeath } from '../../platform/telemetry.ts'
import type { Committed, GatewayStore } from '../store.ts'
import { Bell } from './bell.ts'
import { type BirthDevice, Births } from './births.ts'
import { deathTopic, type NodeOptions, NodeSession } from './node-session.ts'
import { TelemetryLane } from './telemetry-lane.ts'

export interface UplinkOptions {
  readonly group: string
  readonly about: SiteAbout
  readonly devices: readonly BirthDevice[]
  readonly access: MqttAccess
  readonly store: GatewayStore
  /** Stamps messages. Resends and pauses run by the system's clock, whatever speed this one has. */
  readonly clock: Clock
  readonly log: Log
  readonly health: () => GatewayHealth
  readonly timing?: Partial<UplinkTiming>
  readonly mqtt?: Pick<MqttOptions, 'keepaliveS' | 'pauseMs' | 'chance'>
}

/** Milliseconds of real time, and most messages on their way. */
export interface UplinkTiming {
  readonly healthEveryMs: number
  readonly telemetryResendMs: number
  readonly telemetryWindow: number
  readonly alarmResendMs: number
  readonly evidenceResendMs: number
}

const TIMING: UplinkTiming = {
  healthEveryMs: 10_000,
  telemetryResendMs: 15_000,
  telemetryWindow: 400,
  alarmResendMs: 10_000,
  evidenceResendMs: 20_000,
}

/** The gateway's way to the control room: Sparkplug telemetry and the alarm, evidence and health lanes over one connection. */
export interface Uplink {
  /** Takes notice of a commit: live readings go out at once, alarms and pictures are queued. Quick, never throws. */
  committed(committed: Committed, transitions: readonly AlarmTransition[]): void
  /** Connects, sends and hears receipts until `signal` aborts; then says NDEATH and disconnects. */
  run(signal: AbortSignal): Promise<void>
}

/** Builds the uplink; nothing is sent before `run`. What waits in the store from an earlier run is sent first. */
export function openUplink(options: UplinkOptions): Uplink {
  return new GatewayUplink(options)
}

class GatewayUplink implements Uplink {
  readonly #options: UplinkOptions
  readonly #timing: UplinkTiming
  readonly #births: Births
  readonly #telemetry: TelemetryLane
  readonly #alarms: OutboxLane
  readonly #pictures: OutboxLane
  readonly #bell = new Bell()
  #session: NodeSession | null = null
  #bdSeq = 0
  /** Readings up to here that will never come, because they were dropped. */
  #gapUpTo = -1
  #toldFloor = 0
  #rebirthWanted = false
  #refused = { messages: 0, reported: false }
  /** What could not be read from the store when it was due last. */
  readonly #unreadable = new Set<string>()

  constructor(options: UplinkOptions) {
    this.#options = options
    this.#timing = { ...TIMING, ...options.timing }
    const { telemetryResendMs, telemetryWindow, alarmResendMs, evidenceResendMs } = this.#timing
    this.#births = new Births(options.devices)
    const lane = { resendMs: telemetryResendMs, window: telemetryWindow }
    this.#telemetry = new TelemetryLane(options.store, lane, systemClock.mono())
    this.#alarms = new OutboxLane({ resendMs: alarmResendMs, window: 64 })
    // Pictures are large: two at a time leave room for telemetry on a 4G line.
    this.#pictures = new OutboxLane({ resendMs: evidenceResendMs, window: 2 })
    for (const { occurrence, n } of options.store.alarms()) this.#addAlarm(occurrence, n)
    for (const sha256 of options.store.pictures()) this.#pictures.add({ key: sha256, group: sha256 })
  }

  committed(committed: Committed, transitions: readonly AlarmTransition[]): void {
    this.#births.note(committed)
    for (const { occurrence, n } of transitions) this.#addAlarm(occurrence, n)
    for (const sha256 of committed.pictures) this.#pictures.add({ key: sha256, group: sha256 })
    if (committed.dropped > 0) this.#gapUpTo = this.#options.store.floor() - 1
    const lastSeq = committed.firstSeq + committed.readings.length - 1
    if (committed.readings.length > 0 && this.#session !== null) {
      this.#telemetry.sentLive(lastSeq, systemClock.mono())
      quietly(this.#session.data(committed, false))
    }
    if (transitions.length > 0 || committed.dropped > 0) this.#bell.ring()
  }

  async run(signal: AbortSignal): Promise<void> {
    const { access, group, about, log, mqtt, clock, store } = this.#options
    const link = openMqtt(access, {
      clientId: `pitwatch-gateway-${about.site.id}`,
      log,
      ...mqtt,
      // [tck-id-topics-nbirth-bdseq-matching] The number of the will is the number of the births that follow.
      will: () => {
        this.#bdSeq = store.nextBdSeq()
        const payload = encodePayload(nodeDeath(clock.now(), this.#bdSeq))
        return { topic: deathTopic(group, about.site.id), payload, qos: 1, retain: false }
      },
      onMessage: (message) => this.#hear(message),
      onConnect: (session) => this.#begin(session),
    })
    try {
      while (!signal.aborted) {
        await this.#pump(signal)
      }
    } finally {
      await this.#sayDeath()
      await link.close()
    }
  }

  async #begin(mqtt: MqttSession): Promise<void> {
    const { group, about, store } = this.#options
    const site = about.site.id
    // [tck-id-message-flow-edge-node-ncmd-subscribe] before NBIRTH
    await mqtt.subscribe([
      topicText({ kind: 'sparkplug-node', type: 'NCMD', group, site }),
      topicText({ kind: 'receipt', group, site }),
    ])
    const node: NodeOptions = { group, about, births: this.#births, clock: this.#options.clock }
    const session = new NodeSession(node, mqtt, this.#bdSeq)
    this.#alarms.restart()
    this.#pictures.restart()
    this.#telemetry.restart(systemClock.mono())
    const born = session.birth(store.floor())
    this.#toldFloor = store.floor()
    this.#session = session
    mqtt.signal.addEventListener('abort', () => {
      if (this.#session === session) this.#session = null
    })
    await born
    this.#bell.ring()
  }

  /** One round: waits for something to do, then alarms, pictures, and late telemetry until there is none. */
  async #pump(signal: AbortSignal): Promise<void> {
    await this.#bell.wait(1_000, signal)
    const session = this.#session
    if (session === null || signal.aborted) return
    try {
      let more = true
      while (more && this.#session === session && !isOver(signal)) {
        await this.#answerRebirth(session)
        this.#sendAlarms(session)
        this.#sendPictures(session)
        await this.#tellFloor(session)
        more = await this.#sendLate(session)
      }
      this.#sendHealth(session)
    } catch (error) {
      // A connection that ends is the link's business; it is taken up again with the next one.
      if (!isHouseError(error, 'mqtt/refused')) throw error
    }
  }

  /** What the store gives, or `unreadable` when it refuses; the rest goes on. It is asked for again with the next resend. */
  #fromStore<T>(key: string, read: () => T): T | 'unreadable' {
    try {
      const found = read()
      this.#unreadable.delete(key)
      return found
    } catch (error) {
      if (!isHouseError(error, 'store/failed')) throw error
      if (this.#unreadable.size === 0) {
        this.#options.log.warn(
          { code: error.code, key, why: error.message },
          'waiting messages cannot be read from the store',
        )
      }
      this.#unreadable.add(key)
      return 'unreadable'
    }
  }

  async #answerRebirth(session: NodeSession): Promise<void> {
    if (!this.#rebirthWanted) return
    this.#rebirthWanted = false
    // The host knew no aliases: what it could not read is sent again behind the births.
    this.#telemetry.restart(systemClock.mono())
    this.#toldFloor = this.#options.store.floor()
    await session.birth(this.#toldFloor)
  }

  #sendAlarms(session: NodeSession): void {
    const { group, about, store } = this.#options
    const topic = topicText({ kind: 'alarm', group, site: about.site.id })
    for (const key of this.#alarms.take(systemClock.mono())) {
      const { occurrence, n } = alarmOf(key)
      const transition = this.#fromStore(key, () => store.alarm(occurrence, n))
      if (transition === 'unreadable') continue
      if (transition === null) this.#alarms.receipted(key)
      else quietly(session.mqtt.publish(topic, JSON.stringify(transition), { qos: 1 }))
    }
  }

  #sendPictures(session: NodeSession): void {
    const { group, about, store } = this.#options
    for (const sha256 of this.#pictures.take(systemClock.mono())) {
      const picture = this.#fromStore(sha256, () => store.picture(sha256))
      if (picture === 'unreadable') continue
      const topic = topicText({ kind: 'evidence', group, site: about.site.id, sha256 })
      if (picture === null) this.#pictures.receipted(sha256)
      else quietly(session.mqtt.publish(topic, picture.bytes, { qos: 1 }))
    }
  }

  /** Sends one page of late telemetry; true when there may be more at once. */
  async #sendLate(session: NodeSession): Promise<boolean> {
    const rows = this.#fromStore('telemetry', () => this.#telemetry.take(systemClock.mono()))
    if (rows === 'unreadable') return false
    for (const row of rows) {
      if (await session.data(row, true)) continue
      this.#gapUpTo = Math.max(this.#gapUpTo, row.lastSeq)
      this.#options.store.dropTelemetry(row.firstSeq)
      this.#options.log.warn(
        { code: 'store/failed', device: row.device, readings: row.readings.length },
        'late telemetry is dropped: its device or point is configured no longer, or the row is damaged',
      )
    }
    return rows.length > 0
  }

  /** Where numbers will never come, the control room must not wait for them. */
  async #tellFloor(session: NodeSession): Promise<void> {
    if (this.#gapUpTo < this.#toldFloor) return
    const floor = this.#options.store.floor()
    if (floor <= this.#toldFloor) return
    this.#toldFloor = floor
    await session.floor(floor)
  }

  readonly #healthSent = { at: Number.NEGATIVE_INFINITY }
  #sendHealth(session: NodeSession): void {
    const { group, about, health } = this.#options
    const now = systemClock.mono()
    if (now - this.#healthSent.at < this.#timing.healthEveryMs) return
    this.#healthSent.at = now
    quietly(session.mqtt.publish(topicText({ kind: 'health', group, site: about.site.id }), JSON.stringify(health())))
  }

  #hear(message: MqttMessage): void {
    try {
      if (message.topic.startsWith('spBv1.0/')) {
        if (isRebirthCommand(decodePayload(message.payload))) this.#rebirthWanted = true
      } else this.#heed(Receipt.parse(JSON.parse(Buffer.from(message.payload).toString('utf8'))))
      this.#bell.ring()
    } catch (error) {
      this.#refuse(message.topic, error)
    }
  }

  #heed(receipt: Receipt): void {
    const { store } = this.#options
    switch (receipt.lane) {
      case 'telemetry':
        // A receipt for a stream of before, such as one that lived in memory, says nothing about this one.
        if (receipt.stream !== store.stream) return
        if (receipt.upTo >= store.nextSeq()) {
          const facts = { expected: store.nextSeq() - 1, came: receipt.upTo }
          throw new HouseError('message/malformed', 'a receipt for readings that were never made', facts)
        }
        this.#telemetry.receipted(receipt.upTo, systemClock.mono())
        return
      case 'alarm':
        store.receiptAlarm(receipt.occurrence, receipt.n)
        this.#alarms.receipted(alarmKey(receipt.occurrence, receipt.n))
        return
      case 'evidence':
        store.receiptPicture(receipt.sha256)
        this.#pictures.receipted(receipt.sha256)
    }
  }

  #refuse(topic: string, error: unknown): void {
    this.#refused.messages += 1
    if (this.#refused.reported) return
    this.#refused.reported = true
    this.#options.log.warn(
      { code: 'message/malformed', topic, why: messageOf(error) },
      'a message that does not follow its schema is refused; further ones are only counted',
    )
  }

  #addAlarm(occurrence: string, n: number): void {
    this.#alarms.add({ key: alarmKey(occurrence, n), group: occurrence })
  }

  async #sayDeath(): Promise<void> {
    const session = this.#session
    if (session === null) return
    const late = systemClock.sleep(1_000)
    await Promise.race([session.death().catch(() => undefined), late])
  }
}

function alarmKey(occurrence: string, n: number): string {
  return `${occurrence}#${n}`
}

function alarmOf(key: string): { occurrence: string; n: number } {
  const cut = key.lastIndexOf('#')
  return { occurrence: key.slice(0, cut), n: Number(key.slice(cut + 1)) }
}

function isOver(signal: AbortSignal): boolean {
  return signal.aborted
}

/** A publish that fails does so because the connection ended; its row is still in the store and goes out with the next. */
function quietly(publishing: Promise<unknown>): void {
  publishing.catch(() => undefined)
}
