import { randomBytes } from 'node:crypto'
import { FIRST_PREV, type Link, type RangeLink, StreamId } from '../../core/contract/chain.ts'
import type { Dating } from '../../core/contract/clock.ts'
import { Receipt } from '../../core/contract/lanes.ts'
import type { Reading } from '../../core/contract/reading.ts'
import { MonoMs, UtcMs } from '../../core/contract/time.ts'
import { topicText } from '../../core/contract/topics.ts'
import { encodeRangeBody, type RangeBatch } from '../../core/decode/range-body.ts'
import { Births } from '../../gateway/uplink/births.ts'
import { encodeLinkMessage, hashOfBody, hashOfLink, packBody } from '../../platform/chain.ts'
import { type MqttLink, type MqttSession, openMqtt } from '../../platform/mqtt.ts'
import { encodePayload, type Payload } from '../../platform/sparkplug.ts'
import { nodeBirth, nodeDeath } from '../../platform/telemetry.ts'
import { quietLog } from '../../test/support/quiet-log.ts'
import { aboutOf, DEVICE, deviceOf, GROUP, POINTS, PERIOD_MS, siteId, valueAt } from './site.ts'

/** A range is sent again when its receipt has not come for so long, ms. */
const PATIENCE_MS = 30_000

interface Waiting {
  readonly payload: Uint8Array
  readonly readings: number
  sentAt: number
  firstSentAt: number
}

/** What one simulated gateway has done. */
export interface GatewayTally {
  readonly site: string
  /** Readings sent in ranges, and those of them that were receipted. */
  readonly sent: number
  readonly receipted: number
  readonly rejected: number
  readonly from: number
  readonly to: number
}

/**
 * The control-room side of a gateway and nothing behind it: it speaks Sparkplug and the range lane over a connection of its own, and
 * keeps what waits in memory. Simulated, and says so in its names.
 */
export class SimulatedGateway {
  readonly #index: number
  readonly #births = new Births([deviceOf()])
  readonly #stream = StreamId.parse(randomBytes(10).toString('hex'))
  readonly #dating: Dating
  readonly #link: MqttLink
  readonly #waiting = new Map<string, Waiting>()
  readonly #latencies: number[] = []
  #session: MqttSession | null = null
  #seq = 0
  #round = 0
  #next = 0
  #prev = FIRST_PREV
  #n = 0
  #open: RangeBatch[] = []
  #tally = { sent: 0, receipted: 0, rejected: 0, from: 0, to: 0 }

  constructor(url: string, index: number, dating: Dating) {
    this.#index = index
    this.#dating = dating
    const site = siteId(index)
    this.#chain({ kind: 'start', dating, at: UtcMs.parse(Date.now()), before: null, livedUntil: null }, 0)
    this.#link = openMqtt(
      { url },
      {
        clientId: `simulated-${site}`,
        log: quietLog(),
        will: () => ({
          topic: topicText({ kind: 'sparkplug-node', type: 'NDEATH', group: GROUP, site }),
          payload: encodePayload(nodeDeath(UtcMs.parse(Date.now()), 0)),
          qos: 1,
        }),
        onMessage: ({ topic, payload }) => this.#hear(topic, payload),
        onConnect: (session) => this.#begin(session),
      },
    )
  }

  get isBorn(): boolean {
    return this.#session !== null
  }

  /** Nothing waits for a receipt. */
  get isEmpty(): boolean {
    return this.#waiting.size === 0
  }

  get tally(): GatewayTally {
    return { site: siteId(this.#index), ...this.#tally }
  }

  /** From the sending of a range to its receipt, ms. */
  get latencies(): readonly number[] {
    return this.#latencies
  }

  /** Reads its device: live data go out at once. */
  read(): void {
    const now = Date.now()
    const at = UtcMs.parse(now)
    const mono = MonoMs.parse(Math.max(0, Math.round(now - this.#dating.offsetMs)))
    const readings = Array.from({ length: POINTS }, (_, point): Reading => ({
      ...{ device: DEVICE, point: `point-${point}`, value: valueAt(this.#index, point, this.#round) },
      ...{ quality: 'good' as const, reason: null, at, mono, validUntil: UtcMs.parse(now + 3 * PERIOD_MS) },
    }))
    this.#round += 1
    const numbered = { device: DEVICE, firstSeq: this.#next, readings, uncertaintyMs: 1 }
    this.#births.note(numbered)
    const validForMs = 3 * PERIOD_MS
    this.#open.push({
      ...{ device: DEVICE, firstSeq: this.#next },
      readings: readings.map(({ point, value, quality, reason }) => ({
        point,
        value,
        quality,
        reason,
        mono,
        at,
        validForMs,
      })),
    })
    this.#next += POINTS
    const payload = this.#births.data(at, numbered, false)
    if (payload !== null) this.#say('DDATA', payload)
  }

  /** Closes what was read into a range and sends it. */
  close(): void {
    const batches = this.#open
    const [first, last] = [batches[0], batches.at(-1)]
    if (first === undefined || last === undefined) return
    this.#open = []
    const plain = encodeRangeBody(batches)
    const at: RangeLink['at'] = [UtcMs.parse(first.readings[0]?.at), UtcMs.parse(last.readings[0]?.at)]
    if (this.#tally.from === 0) this.#tally.from = at[0]
    this.#tally.to = at[1]
    const [from, to] = [first.firstSeq, last.firstSeq + last.readings.length - 1]
    const body = packBody(plain)
    this.#chain({ kind: 'range', from, to, dating: this.#dating, at, body: hashOfBody(plain) }, to - from + 1, body)
  }

  /** Sends again what has waited too long. */
  remind(): void {
    for (const waiting of this.#waiting.values()) if (Date.now() - waiting.sentAt > PATIENCE_MS) this.#send(waiting)
  }

  end(): Promise<void> {
    return this.#link.close()
  }

  async #begin(session: MqttSession): Promise<void> {
    const site = siteId(this.#index)
    await session.subscribe([
      topicText({ kind: 'sparkplug-node', type: 'NCMD', group: GROUP, site }),
      topicText({ kind: 'receipt', group: GROUP, site }),
    ])
    this.#session = session
    this.#bear()
    for (const waiting of this.#waiting.values()) this.#send(waiting)
    session.signal.addEventListener('abort', () => (this.#session = null))
  }

  #bear(): void {
    const at = UtcMs.parse(Date.now())
    this.#seq = 0
    this.#say('NBIRTH', nodeBirth({ at, bdSeq: 0, about: aboutOf(this.#index, this.#stream, this.#dating) }))
    const birth = this.#births.birth(at, DEVICE)
    if (birth !== null) this.#say('DBIRTH', birth)
  }

  #say(type: 'NBIRTH' | 'DBIRTH' | 'DDATA', payload: Payload): void {
    const site = siteId(this.#index)
    const topic =
      type === 'NBIRTH'
        ? topicText({ kind: 'sparkplug-node', type, group: GROUP, site })
        : topicText({ kind: 'sparkplug-device', type, group: GROUP, site, device: DEVICE })
    const seq = this.#seq
    this.#seq = (seq + 1) % 256
    this.#session?.publish(topic, encodePayload({ ...payload, seq })).catch(() => undefined)
  }

  #chain(
    draft: DistributiveOmit<Link, 'site' | 'stream' | 'n' | 'prev'>,
    readings: number,
    body: Uint8Array = new Uint8Array(),
  ): void {
    const link: Link = { ...draft, site: siteId(this.#index), stream: this.#stream, n: this.#n, prev: this.#prev }
    this.#prev = hashOfLink(link)
    this.#n += 1
    this.#tally.sent += readings
    const payload = encodeLinkMessage({ head: { link, fidelity: 'raw' }, body })
    const waiting = { payload, readings, sentAt: Infinity, firstSentAt: Infinity }
    this.#waiting.set(this.#prev, waiting)
    this.#send(waiting)
  }

  #send(waiting: Waiting): void {
    if (this.#session === null) return
    waiting.sentAt = Date.now()
    waiting.firstSentAt = Math.min(waiting.firstSentAt, waiting.sentAt)
    const topic = topicText({ kind: 'range', group: GROUP, site: siteId(this.#index) })
    this.#session.publish(topic, waiting.payload, { qos: 1 }).catch(() => undefined)
  }

  #hear(topic: string, payload: Uint8Array): void {
    if (topic.startsWith('spBv1.0/')) {
      this.#bear()
      return
    }
    const receipt = Receipt.parse(JSON.parse(Buffer.from(payload).toString('utf8')))
    if (receipt.lane !== 'range' || receipt.verdict === 'keep') return
    const waiting = this.#waiting.get(receipt.hash)
    if (waiting === undefined) return
    this.#waiting.delete(receipt.hash)
    if (receipt.verdict === 'reject') this.#tally.rejected += 1
    else this.#tally.receipted += waiting.readings
    if (waiting.readings > 0) this.#latencies.push(Date.now() - waiting.firstSentAt)
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never
