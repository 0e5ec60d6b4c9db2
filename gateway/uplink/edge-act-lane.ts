import type { EdgeAct } from '../../core/contract/edge.ts'
import { systemClock } from '../../platform/clock.ts'
import { forgedReceipt } from './forged-receipt.ts'
import type { Line } from './line.ts'
import { type DatingOf, redatedAt } from './redate.ts'
import type { StoreReads } from './store-reads.ts'
import type { UplinkStore } from './uplink-store.ts'

export interface EdgeActLaneOptions {
  readonly topic: string
  readonly store: Pick<UplinkStore, 'edgeActs' | 'edgeAct' | 'receiptEdgeAct'>
  readonly reads: StoreReads
  readonly datingOf: DatingOf
  readonly resendMs: number
}

/** Acts that are sent at once. Each stands for itself, so they need not wait for one another. */
const MOST_AT_ONCE = 64
/** What has just gone out is not sent again in front of its alarm, ms. */
const FRESH_MS = 1_000

interface Waiting {
  readonly occurrence: string
  readonly n: number
  /** When it went out last on this connection. */
  sentAt: number | null
  wasSent: boolean
}

/**
 * What the gateway did alone, until the control room has receipted it. Acts of an alarm go out in front of each of its transitions, so that
 * the control room knows who was told before it would tell them itself.
 */
export class EdgeActLane {
  readonly #options: EdgeActLaneOptions
  readonly #waiting = new Map<string, Waiting>()

  constructor(options: EdgeActLaneOptions) {
    this.#options = options
    for (const key of options.store.edgeActs()) this.#add(key)
  }

  add(acts: readonly EdgeAct[]): void {
    for (const act of acts) this.#add(act)
  }

  restart(): void {
    for (const one of this.#waiting.values()) one.sentAt = null
  }

  /** Publishes what is due. */
  send(line: Line): void {
    const { resendMs } = this.#options
    const due = [...this.#waiting.values()].filter((one) => this.#isOlder(one, resendMs))
    for (const one of due.slice(0, MOST_AT_ONCE)) this.#publish(one, line)
  }

  /** Publishes what waits of an occurrence, but what has just gone out. */
  sendOf(occurrence: string, line: Line): void {
    for (const one of this.#waiting.values())
      if (one.occurrence === occurrence && this.#isOlder(one, FRESH_MS)) this.#publish(one, line)
  }

  /** False when it was not waiting. Throws `message/malformed` for one that was never sent, `store/failed`. */
  receipted(occurrence: string, n: number): boolean {
    const key = keyOf({ occurrence, n })
    if (this.#waiting.get(key)?.wasSent === false) throw forgedReceipt('an act that was never sent', { occurrence, n })
    this.#options.store.receiptEdgeAct(occurrence, n)
    return this.#waiting.delete(key)
  }

  #add({ occurrence, n }: Pick<EdgeAct, 'occurrence' | 'n'>): void {
    const key = keyOf({ occurrence, n })
    if (!this.#waiting.has(key)) this.#waiting.set(key, { occurrence, n, sentAt: null, wasSent: false })
  }

  #isOlder({ sentAt }: Waiting, ms: number): boolean {
    return sentAt === null || systemClock.mono() - sentAt >= ms
  }

  #publish(one: Waiting, line: Line): void {
    const { topic, store, reads, datingOf } = this.#options
    const key = keyOf(one)
    const act = reads.read(`act ${key}`, () => store.edgeAct(one.occurrence, one.n))
    if (act === 'unreadable') return
    if (act === null) {
      this.#waiting.delete(key)
      return
    }
    Object.assign(one, { sentAt: systemClock.mono(), wasSent: true })
    const better = redatedAt(act, datingOf)
    const told: EdgeAct = better === null ? act : { ...act, at: better.at, clock: better.clock }
    // It fails when the connection ends; the act is still in the store and goes out with the next.
    line.publish(topic, JSON.stringify(told), { qos: 1 }).catch(() => undefined)
  }
}

function keyOf({ occurrence, n }: Pick<EdgeAct, 'occurrence' | 'n'>): string {
  return `${occurrence}#${n}`
}
