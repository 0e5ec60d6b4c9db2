import type { AlarmTransition } from '../../core/contract/alarm.ts'
import { systemClock } from '../../platform/clock.ts'
import { OutboxLane } from '../../platform/outbox.ts'
import type { Line } from './line.ts'
import { forgedReceipt } from './forged-receipt.ts'
import { type DatingOf, redate } from './redate.ts'
import type { StoreReads } from './store-reads.ts'
import type { UplinkStore } from './uplink-store.ts'

export interface AlarmLaneOptions {
  readonly topic: string
  readonly store: Pick<UplinkStore, 'alarms' | 'alarm' | 'receiptAlarm'>
  readonly reads: StoreReads
  readonly datingOf: DatingOf
  readonly resendMs: number
  /** Told which occurrence a transition goes out of, just before it does. */
  readonly before: (occurrence: string, line: Line) => void
}

/** Alarm transitions that wait: the next of a rule goes when the one before it is receipted, so that none overtakes another (I12). */
export class AlarmLane {
  readonly #options: AlarmLaneOptions
  readonly #lane: OutboxLane

  constructor(options: AlarmLaneOptions) {
    this.#options = options
    this.#lane = new OutboxLane({ resendMs: options.resendMs, window: 64 })
    for (const { occurrence, n } of options.store.alarms()) this.#add(occurrence, n)
  }

  add(transitions: readonly AlarmTransition[]): void {
    for (const { occurrence, n } of transitions) this.#add(occurrence, n)
  }

  restart(): void {
    this.#lane.restart()
  }

  /** Publishes what is due, dated by what is known of the time now. */
  send(line: Line): void {
    const { topic, store, reads, datingOf } = this.#options
    for (const key of this.#lane.take(systemClock.mono())) {
      const { occurrence, n } = alarmOf(key)
      const transition = reads.read(key, () => store.alarm(occurrence, n))
      if (transition === 'unreadable') {
        // What may never be read again must not hold up the later alarms of its rule.
        this.#lane.receipted(key)
        this.#lane.add({ key, group: key })
        continue
      }
      if (transition === null) {
        this.#lane.receipted(key)
        continue
      }
      this.#options.before(occurrence, line)
      // It fails when the connection ends; the transition is still in the store and goes out with the next.
      line.publish(topic, JSON.stringify(redate(transition, datingOf)), { qos: 1 }).catch(() => undefined)
    }
  }

  /** False when it was not waiting. Throws `message/malformed` for one that was never sent, `store/failed`. */
  receipted(occurrence: string, n: number): boolean {
    const key = alarmKey(occurrence, n)
    if (this.#lane.isUnsent(key)) throw forgedReceipt('an alarm that was never sent', { occurrence, n })
    this.#options.store.receiptAlarm(occurrence, n)
    return this.#lane.receipted(key)
  }

  #add(occurrence: string, n: number): void {
    // Without its last part, the time of its raise, an occurrence names its site and rule.
    this.#lane.add({ key: alarmKey(occurrence, n), group: occurrence.slice(0, occurrence.lastIndexOf('.')) })
  }
}

function alarmKey(occurrence: string, n: number): string {
  return `${occurrence}#${n}`
}

function alarmOf(key: string): { occurrence: string; n: number } {
  const cut = key.lastIndexOf('#')
  return { occurrence: key.slice(0, cut), n: Number(key.slice(cut + 1)) }
}
