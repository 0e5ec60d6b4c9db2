import type { Dating } from '../../core/contract/clock.ts'
import type { Receipt } from '../../core/contract/lanes.ts'
import { MonoMs } from '../../core/contract/time.ts'
import { elapsed } from '../../core/kit/time.ts'
import { encodeLinkMessage } from '../../platform/chain.ts'
import type { Log } from '../../platform/log.ts'
import type { WaitingLink } from '../store/store.ts'
import { keyOf, nextLink, patienceMs, type SentLink } from './backlog.ts'
import { forgedReceipt } from './forged-receipt.ts'
import type { DatingOf } from './redate.ts'
import { TrendLane } from './trend-lane.ts'
import type { UplinkStore } from './uplink-store.ts'

/** Ranges of a boot that has no trusted time wait so long on connections for one, ms. */
const DATING_WITHIN_MS = 600_000

/** The boots are looked at again after so long, ms. */
const LOOK_EVERY_MS = 1_000

/** Receipts of what waits no longer that are known when they come again. */
const REMEMBERED = 512

/** A message of the range or trend lane that goes now, a piece of work that was done for one, or nothing to do for now. */
export type BackfillStep =
  | { readonly is: 'message'; readonly lane: 'range' | 'trend'; readonly payload: Uint8Array }
  | { readonly is: 'work' }
  | { readonly is: 'nothing' }

export interface BackfillOptions {
  readonly site: string
  readonly store: Pick<UplinkStore, 'links' | 'link' | 'decoded' | 'receipt'>
  readonly datingOf: DatingOf
  readonly points: () => number
  readonly log: Log
}

/** Sends the links of the store, and a trend before a backlog that takes long, until the control room has receipted them. */
export class Backfill {
  readonly #options: BackfillOptions
  readonly #trend: TrendLane
  readonly #sent = new Map<string, SentLink>()
  /** Links sent in this run that still wait: others cannot be receipted. */
  readonly #everSent = new Set<string>()
  readonly #receipted = new Map<string, string>()
  readonly #dated = new Set<string>()
  #undated: ReadonlySet<string> = new Set()
  /** How long there has been a connection on which a boot could have been dated, ms. */
  #connectedMs = 0
  #lookedAt: MonoMs | null = null
  #receiptedSentAt: MonoMs | null = null
  #counts = { accepted: 0, rejected: 0, kept: 0 }

  constructor(options: BackfillOptions) {
    this.#options = options
    this.#trend = new TrendLane(options)
  }

  /** What the control room has said of links since the start. */
  get counts(): Readonly<{ accepted: number; rejected: number; kept: number }> {
    return this.#counts
  }

  /** The host asks for births: it has just come, so what it has not receipted has most likely not reached it. */
  again(): void {
    // What the control room has asked to keep is kept as long as it has asked.
    for (const [key, { notBefore }] of this.#sent) if (notBefore === null) this.#sent.delete(key)
  }

  /** The connection is new: nothing is on its way any more. */
  restart(): void {
    this.again()
    this.#trend.restart()
    this.#lookedAt = null
    this.#receiptedSentAt = null
  }

  /** What to send now, and notes it as sent. `rate` is what the line carries, bytes a second. Throws `store/failed`. */
  step(rate: number | null, now: MonoMs): BackfillStep {
    const { store } = this.#options
    const waiting = store.links()
    if (waiting.length === 0) return { is: 'nothing' }
    this.#look(waiting, now)
    const undated = this.#undated
    const toTell = undated.size === 0 ? waiting : waiting.filter(({ boot }) => boot === null || !undated.has(boot))
    const next = nextLink({
      waiting,
      sent: this.#sent,
      now,
      rate,
      receiptedSentAt: this.#receiptedSentAt,
      undated,
      hasTrend: this.#trend.hasNext(toTell, now),
    })
    switch (next.is) {
      case 'nothing':
        return next
      case 'trend': {
        const step = this.#trend.step(toTell, now)
        return step.is === 'message' ? { ...step, lane: 'trend' } : step
      }
      case 'link':
        return this.#send(next.link, now)
    }
  }

  /** Throws `message/malformed` for a receipt that nobody can have given who has read what was sent, `store/failed`. */
  receipted(receipt: Extract<Receipt, { lane: 'range' | 'trend' }>, now: MonoMs): void {
    if (receipt.lane === 'trend') {
      this.#trend.receipted(receipt)
      return
    }
    const { n, hash, verdict, reason } = receipt
    const key = keyOf(receipt)
    if (this.#receipted.get(key) === hash) return
    if (!this.#everSent.has(key)) throw forgedReceipt('a link that was never sent', { n })
    const fate = this.#options.store.receipt(receipt, hash, verdict)
    if (fate === 'forged') throw forgedReceipt('not the hash of its link', { n })
    const sent = this.#sent.get(key)
    if (sent !== undefined) this.#receiptedSentAt = MonoMs.parse(Math.max(this.#receiptedSentAt ?? 0, sent.at))
    if (verdict === 'keep') {
      this.#counts.kept += 1
      const times = sent?.times ?? 1
      this.#sent.set(key, { at: now, times, notBefore: MonoMs.parse(now + patienceMs(times)) })
      return
    }
    this.#forget(key, hash)
    if (verdict === 'accept') this.#counts.accepted += 1
    else this.#rejected(n, reason)
  }

  #send(link: WaitingLink, now: MonoMs): BackfillStep {
    const key = keyOf(link)
    this.#sent.set(key, { at: now, times: (this.#sent.get(key)?.times ?? 0) + 1, notBefore: null })
    const stored = this.#options.store.link(link)
    // It is not asked for again before its receipt would be overdue.
    if (stored === null) return { is: 'work' }
    this.#everSent.add(key)
    return { is: 'message', lane: 'range', payload: encodeLinkMessage(stored) }
  }

  #forget(key: string, hash: string): void {
    this.#sent.delete(key)
    this.#everSent.delete(key)
    this.#receipted.set(key, hash)
    const [oldest] = this.#receipted.keys()
    if (this.#receipted.size > REMEMBERED && oldest !== undefined) this.#receipted.delete(oldest)
  }

  #rejected(n: number, reason: string | undefined): void {
    this.#counts.rejected += 1
    if (this.#counts.rejected > 1) return
    this.#options.log.warn(
      { code: 'message/malformed', n, why: reason ?? 'no reason given' },
      'the control room refuses a part of the readings for good; it is set aside, and further ones are only counted',
    )
  }

  /** Finds the boots whose ranges are better kept until their time is known, and forgets what waits no longer. */
  #look(waiting: readonly WaitingLink[], now: MonoMs): void {
    const passed = this.#lookedAt === null ? 0 : elapsed(this.#lookedAt, now)
    if (this.#lookedAt !== null && passed < LOOK_EVERY_MS) return
    this.#lookedAt = now
    // Over all connections: on a line that is cut every few minutes nothing would ever go.
    this.#connectedMs += passed
    const keys = this.#sent.size > 0 ? new Set(waiting.map(keyOf)) : null
    for (const key of this.#sent.keys()) if (keys?.has(key) === false) this.#sent.delete(key)
    const last = new Map<string, WaitingLink>()
    if (this.#connectedMs < DATING_WITHIN_MS) {
      for (const link of waiting) if (link.kind === 'range' && link.boot !== null) last.set(link.boot, link)
    }
    this.#undated = new Set([...last].filter(([boot, link]) => !this.#isDated(boot, link)).map(([boot]) => boot))
  }

  #isDated(boot: string, range: WaitingLink): boolean {
    if (this.#dated.has(boot)) return true
    const dating = this.#options.datingOf(boot) ?? this.#datingIn(range)
    const isDated = dating !== null && (dating.source !== 'none' || dating.uncertaintyMs !== null)
    if (isDated) this.#dated.add(boot)
    return isDated
  }

  #datingIn(range: WaitingLink): Dating | null {
    const link = this.#options.store.link(range)?.head.link
    return link?.kind === 'range' ? link.dating : null
  }
}
