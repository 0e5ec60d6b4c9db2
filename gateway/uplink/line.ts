import { systemClock } from '../../platform/clock.ts'
import type { MqttSession, PublishOptions } from '../../platform/mqtt.ts'
import { Flow } from './flow.ts'

/** What MQTT adds to topic and payload, bytes. */
const PACKET_BYTES = 8

/** Of so many bytes that nobody will confirm the broker is asked whether it has read them. */
const ASK_BYTES = 8 * 1_024

/** One connection that knows how much is on its way. Everything the uplink publishes goes through it. */
export class Line implements MqttSession {
  readonly #mqtt: MqttSession
  readonly #flow: Flow
  readonly #onConfirmed: () => void
  /** Bytes behind the last message the broker will confirm. */
  #unasked = 0

  constructor(mqtt: MqttSession, options: { readonly bitRate: number | null; readonly onConfirmed: () => void }) {
    this.#mqtt = mqtt
    this.#flow = new Flow(options.bitRate === null ? null : options.bitRate / 8, systemClock.mono())
    this.#onConfirmed = options.onConfirmed
  }

  get signal(): AbortSignal {
    return this.#mqtt.signal
  }

  /** Bytes a second the line has shown to carry; null before it has shown anything. */
  get rate(): number | null {
    return this.#flow.rate()
  }

  /** How long bulk has to wait, ms: 0 now, Infinity until something is confirmed. */
  get bulkWaitMs(): number {
    const waitMs = this.#flow.bulkWaitMs(systemClock.mono())
    // As long as nobody knows what the line carries, only an answer ends the wait.
    if (waitMs > 0 && this.#unasked > 0 && this.rate === null) this.#ask()
    return waitMs
  }

  /** Whether live data would only make alarms wait. */
  get isJammed(): boolean {
    return this.#flow.isJammed(systemClock.mono())
  }

  async publish(topic: string, payload: Uint8Array | string, options: PublishOptions = {}): Promise<void> {
    const bytes = sizeOf(topic, payload)
    const published = this.#mqtt.publish(topic, payload, options)
    const sent = this.#flow.sent(bytes, systemClock.mono(), options.qos === 1)
    this.#unasked = options.qos === 1 ? 0 : this.#unasked + bytes
    if (this.#unasked >= ASK_BYTES) this.#ask()
    await published
    if (options.qos === 1) this.#confirmed(sent)
  }

  /** Publishes at QoS 1 what counts against the configured bit rate. */
  async bulk(topic: string, payload: Uint8Array): Promise<void> {
    this.#flow.spent(sizeOf(topic, payload), systemClock.mono())
    await this.publish(topic, payload, { qos: 1 })
  }

  subscribe(filters: readonly string[]): Promise<void> {
    return this.#mqtt.subscribe(filters)
  }

  async reached(): Promise<void> {
    const sent = this.#flow.sent(0, systemClock.mono(), true)
    this.#unasked = 0
    await this.#mqtt.reached()
    this.#confirmed(sent)
  }

  leave(why: string): void {
    this.#mqtt.leave(why)
  }

  #ask(): void {
    // It fails when the connection ends, and then nothing is on its way any more.
    this.reached().catch(() => undefined)
  }

  #confirmed(sent: Parameters<Flow['confirmed']>[0]): void {
    this.#flow.confirmed(sent, systemClock.mono())
    this.#onConfirmed()
  }
}

function sizeOf(topic: string, payload: Uint8Array | string): number {
  return (
    PACKET_BYTES +
    Buffer.byteLength(topic) +
    (typeof payload === 'string' ? Buffer.byteLength(payload) : payload.length)
  )
}
