import type { AlarmTransition } from '../../core/contract/alarm.ts'
import type { Receipt } from '../../core/contract/lanes.ts'
import type { MonoMs } from '../../core/contract/time.ts'
import { commandFilter, topicText } from '../../core/contract/topics.ts'
import { isHouseError } from '../../core/kit/errors.ts'
import { systemClock } from '../../platform/clock.ts'
import { hostStateTopic, type HostState } from '../../platform/host-state.ts'
import { openMqtt, type MqttLink, type MqttSession } from '../../platform/mqtt.ts'
import { encodePayload } from '../../platform/sparkplug.ts'
import { nodeDeath } from '../../platform/telemetry.ts'
import { Attendance } from './attendance.ts'
import { Bell } from './bell.ts'
import { type BirthDevice, Births } from './births.ts'
import { Hearing } from './hearing.ts'
import { HOST_UNKNOWN, hostHeard } from './host-watch.ts'
import { Lanes } from './lanes.ts'
import { Line } from './line.ts'
import { deathTopic, type NodeOptions, NodeSession } from './node-session.ts'
import type { Say, Uplink, UplinkCounts, UplinkOptions, UplinkTiming } from './uplink.ts'
import type { CommittedReadings, UplinkStore } from './uplink-store.ts'

/** The last round before the end may take so long, ms. */
const CLOSE_WITHIN_MS = 2_000

/** See `openUplink`. */
export class UplinkLoop implements Uplink {
  readonly #options: UplinkOptions
  readonly #timing: UplinkTiming
  readonly #lanes: Lanes
  readonly #hearing: Hearing
  readonly #attendance: Attendance
  readonly #bell = new Bell()
  #births: Births
  #session: NodeSession | null = null
  #bdSeq = 0
  #birthWanted = false
  /** The stream the last birth told. */
  #stream = ''
  #host = HOST_UNKNOWN
  #heldBack = 0
  #isFull = false
  #tickAt = 0
  #healthAt = 0

  constructor(options: UplinkOptions, timing: UplinkTiming) {
    const { group, log } = options
    this.#options = options
    this.#timing = timing
    this.#births = new Births(options.devices)
    this.#attendance = new Attendance(timing.goneAfterMs)
    this.#lanes = new Lanes({ ...options, ...timing, points: () => this.#births.points })
    const ears = {
      rebirth: () => {
        this.#birthWanted = true
        this.#lanes.again()
      },
      receipt: (receipt: Receipt) => this.#heed(receipt),
      host: (state: HostState) => (this.#host = hostHeard(this.#host, state)),
      lanes: new Map(options.lanes?.map((lane) => [lane.hears, (payload: Uint8Array) => lane.hear(payload)])),
    }
    this.#hearing = new Hearing(ears, { group, log })
  }

  committed(committed: CommittedReadings, transitions: readonly AlarmTransition[]): void {
    const { device, readings } = committed
    this.#births.note(committed)
    if (device !== null) this.#attendance.note(device, readings, systemClock.mono())
    if (this.#lanes.add(committed, transitions)) this.#bell.ring()
    if (device !== null && readings.length > 0) this.#sendLive(device, committed)
  }

  changed(devices: readonly BirthDevice[]): void {
    this.#births = new Births(devices, this.#births)
    this.#birthWanted = true
    this.#bell.ring()
  }

  counts(): UplinkCounts {
    return { ...this.#lanes.counts, heldBack: this.#heldBack, refused: this.#hearing.refused }
  }

  async run(signal: AbortSignal): Promise<void> {
    const { access, group, site, log, mqtt, clock, store } = this.#options
    const link = openMqtt(access, {
      clientId: `pitwatch-gateway-${site}`,
      log,
      ...mqtt,
      // [tck-id-topics-nbirth-bdseq-matching] The number of the will is the number of the births that follow.
      will: () => {
        this.#bdSeq = store.nextBdSeq()
        const payload = encodePayload(nodeDeath(clock.now(), this.#bdSeq))
        return { topic: deathTopic(group, site), payload, qos: 1, retain: false }
      },
      onMessage: (message) => {
        this.#hearing.hear(message)
        this.#bell.ring()
      },
      onConnect: (session) => this.#begin(session),
    })
    const over = new AbortController()
    signal.addEventListener('abort', () => void closeSoon(link, over.signal), { once: true })
    try {
      let pauseMs = this.#timing.tickMs
      while (!signal.aborted) {
        await this.#bell.wait(pauseMs, signal)
        pauseMs = await this.#round(signal)
      }
    } finally {
      await this.#sayDeath()
      over.abort()
      await link.close()
    }
  }

  async #begin(mqtt: MqttSession): Promise<void> {
    const { group, site, lanes = [], bitRate, primaryHost, clock } = this.#options
    const line = new Line(mqtt, { bitRate, onConfirmed: () => this.#bell.ring() })
    // [tck-id-message-flow-edge-node-birth-publish-phid-wait] What another connection has heard of the host says nothing of now, nor
    // does its time: a host whose clock was wrong for a while and has been set back would never be believed again.
    this.#host = HOST_UNKNOWN
    // [tck-id-message-flow-edge-node-ncmd-subscribe] before NBIRTH
    await line.subscribe([
      topicText({ kind: 'sparkplug-node', type: 'NCMD', group, site }),
      `spBv1.0/${group}/DCMD/${site}/+`,
      ...(primaryHost ? [hostStateTopic(group)] : []),
      topicText({ kind: 'receipt', group, site }),
      ...lanes.map(({ hears }) =>
        hears === 'command' ? commandFilter({ group, site }) : topicText({ kind: hears, group, site }),
      ),
    ])
    const say: Say = (to, text, how) => {
      const topic =
        typeof to === 'string' ? { kind: to, group, site } : { kind: 'command' as const, group, site, ...to }
      return line.publish(topicText(topic), text, { ...how, qos: 1 })
    }
    await Promise.all(lanes.map(async (lane) => lane.connected?.(say, mqtt.signal)))
    const node: NodeOptions = { group, site, about: this.#options.about, births: () => this.#births, clock }
    const session = new NodeSession(node, line, this.#bdSeq)
    this.#lanes.restart()
    this.#birthWanted = true
    this.#session = session
    mqtt.signal.addEventListener('abort', () => {
      if (this.#session === session) this.#session = null
    })
    this.#bell.ring()
  }

  /** One round: what time brings about, then everything that may be sent now. Answers how long to wait for the next, ms. */
  async #round(signal: AbortSignal): Promise<number> {
    const session = this.#session
    try {
      await this.#tick(session)
      while (session !== null && this.#session === session && !isOver(signal) && (await this.#hostIsThere(session))) {
        await this.#tellBirth(session)
        this.#lanes.sendAlarms(session.line)
        const waitMs = await this.#sendOne(session)
        if (waitMs > 0) return Math.min(this.#timing.tickMs, Math.ceil(waitMs))
        // A turn for everything else.
        await systemClock.sleep(0)
        await this.#tick(session)
      }
    } catch (error) {
      // A connection that ends is the link's business; it is taken up again with the next one.
      if (!isHouseError(error, 'mqtt/refused')) throw error
    }
    return this.#timing.tickMs
  }

  /** Whether there is a host to say births to; leaves a session whose host has gone, or waits. */
  async #hostIsThere(session: NodeSession): Promise<boolean> {
    if (!this.#options.primaryHost || this.#host.isOnline) return true
    if (!session.hasBegun) return false
    // [tck-id-operational-behavior-edge-node-termination-host-offline]
    await this.#sayDeath()
    session.line.leave('the primary host is offline')
    return false
  }

  async #tellBirth(session: NodeSession): Promise<void> {
    if (!this.#birthWanted) return
    this.#birthWanted = false
    this.#stream = this.#options.store.stream
    await session.birth()
  }

  /** Sends what goes next behind alarms and live data; answers how long to wait before more could go, 0 for not at all, ms. */
  async #sendOne(session: NodeSession): Promise<number> {
    const { line } = session
    const waitMs = line.bulkWaitMs
    if (waitMs > 0) return waitMs
    if (!session.isBorn) {
      const isGone = (device: string) => this.#attendance.isGone(device, systemClock.mono())
      if (await session.nextBirth(isGone)) this.#lanes.born(line)
      return 0
    }
    return (await this.#lanes.sendNext(session)) ? 0 : this.#timing.tickMs
  }

  /** Data of a device that had gone follow its new birth. */
  #sendLive(device: string, committed: CommittedReadings): void {
    const session = this.#session
    if (session === null || !session.isBorn || this.#attendance.isGone(device, systemClock.mono())) return
    if (committed.stream !== this.#stream || this.#birthWanted) {
      this.#birthWanted = true
      this.#bell.ring()
      return
    }
    this.#lanes.wentLive(committed.firstSeq + committed.readings.length)
    if (this.#isHeldBack(session)) return
    if (!session.isAlive(device)) quietly(session.deviceBorn(device))
    quietly(session.data(committed, false))
  }

  /** Whether live data have to wait for their range, because they would make alarms wait. Said once each way. */
  #isHeldBack(session: NodeSession): boolean {
    const { isJammed, rate } = session.line
    const { log } = this.#options
    if (isJammed) this.#heldBack += 1
    if (isJammed === this.#isFull) return isJammed
    this.#isFull = isJammed
    const bytesPerS = rate === null ? null : Math.round(rate)
    if (isJammed) log.warn({ code: 'mqtt/refused', bytesPerS }, 'the line is full: live readings are left to come late')
    else log.info({ bytesPerS, batches: this.#heldBack }, 'the line takes live readings again')
    return isJammed
  }

  /** What time alone brings about: ranges are closed, devices that are silent for long die, health is told. */
  async #tick(session: NodeSession | null): Promise<void> {
    const now = systemClock.mono()
    if (now < this.#tickAt) return
    this.#tickAt = now + this.#timing.tickMs
    await sealRanges(this.#options.store, session === null ? this.#timing.rangeAloneMs : this.#timing.rangeMs)
    if (session === null || !session.isBorn || this.#birthWanted) return
    await this.#tellAttendance(session, now)
    if (now < this.#healthAt) return
    this.#healthAt = now + this.#timing.healthEveryMs
    const { group, site, health } = this.#options
    quietly(session.line.publish(topicText({ kind: 'health', group, site }), JSON.stringify(health())))
  }

  async #tellAttendance(session: NodeSession, now: MonoMs): Promise<void> {
    for (const device of this.#births.devices) {
      const isGone = this.#attendance.isGone(device, now)
      if (isGone && session.isAlive(device)) await session.deviceDied(device)
      else if (!isGone && !session.isAlive(device)) await session.deviceBorn(device)
    }
  }

  #heed(receipt: Receipt): void {
    if (receipt.lane !== 'config' && receipt.lane !== 'running-config') this.#lanes.receipted(receipt)
    for (const lane of this.#options.lanes ?? []) lane.receipted?.(receipt)
  }

  async #sayDeath(): Promise<void> {
    const session = this.#session
    if (session?.hasBegun !== true) return
    const late = systemClock.sleep(1_000)
    await Promise.race([session.death().catch(() => undefined), late])
  }
}

/** Closes readings into ranges that are so old, and makes them durable. */
async function sealRanges(store: UplinkStore, mostAgeMs: number): Promise<void> {
  try {
    let isSealed = false
    while (store.seal(mostAgeMs)) {
      isSealed = true
      await systemClock.sleep(0)
    }
    if (isSealed) await store.durable()
  } catch (error) {
    // The store itself says so.
    if (!isHouseError(error, 'store/failed')) throw error
  }
}

/** A round that waits for a line which takes nothing any more must not hold up the end of the gateway. */
async function closeSoon(link: MqttLink, signal: AbortSignal): Promise<void> {
  await systemClock.sleep(CLOSE_WITHIN_MS, signal).then(
    () => link.close(),
    () => undefined,
  )
}

function isOver(signal: AbortSignal): boolean {
  return signal.aborted
}

/** A publish that fails does so because the connection ended; what waits is still in the store and goes out with the next. */
function quietly(publishing: Promise<unknown>): void {
  publishing.catch(() => undefined)
}
