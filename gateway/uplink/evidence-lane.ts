import { topicText } from '../../core/contract/topics.ts'
import { systemClock } from '../../platform/clock.ts'
import { OutboxLane } from '../../platform/outbox.ts'
import { picturePart } from '../../platform/picture-parts.ts'
import { forgedReceipt } from './forged-receipt.ts'
import type { StoreReads } from './store-reads.ts'
import type { UplinkStore } from './uplink-store.ts'

export interface EvidenceLaneOptions {
  readonly group: string
  readonly site: string
  readonly store: Pick<UplinkStore, 'pictures' | 'picture' | 'receiptPicture'>
  readonly reads: StoreReads
  readonly resendMs: number
}

/** Pictures that wait, one after the other and each in parts. */
export class EvidenceLane {
  readonly #options: EvidenceLaneOptions
  readonly #lane: OutboxLane
  #current: { readonly sha256: string; readonly bytes: Uint8Array; offset: number } | null = null

  constructor(options: EvidenceLaneOptions) {
    this.#options = options
    this.#lane = new OutboxLane({ resendMs: options.resendMs, window: 2 })
    this.add(options.store.pictures())
  }

  add(pictures: readonly string[]): void {
    for (const sha256 of pictures) this.#lane.add({ key: sha256, group: sha256 })
  }

  restart(): void {
    this.#lane.restart()
    this.#current = null
  }

  /** The next part to send, and notes it as sent; null when nothing is due. */
  next(): { readonly topic: string; readonly payload: Uint8Array } | null {
    const current = (this.#current ??= this.#due())
    if (current === null) return null
    const { group, site } = this.#options
    const { sha256 } = current
    const { payload, next } = picturePart(current.bytes, current.offset)
    if (next === null) {
      this.#lane.gone(sha256, systemClock.mono())
      this.#current = null
    } else current.offset = next
    return { topic: topicText({ kind: 'evidence', group, site, sha256 }), payload }
  }

  /** False when it was not waiting. Throws `message/malformed` for one that was never sent, `store/failed`. */
  receipted(sha256: string): boolean {
    if (this.#lane.isUnsent(sha256)) throw forgedReceipt('a picture that was never sent', { sha256 })
    this.#options.store.receiptPicture(sha256)
    if (this.#current?.sha256 === sha256) this.#current = null
    return this.#lane.receipted(sha256)
  }

  #due(): { readonly sha256: string; readonly bytes: Uint8Array; offset: number } | null {
    const { store, reads } = this.#options
    for (;;) {
      const [sha256] = this.#lane.take(systemClock.mono(), 1)
      if (sha256 === undefined) return null
      const picture = reads.read(sha256, () => store.picture(sha256))
      if (picture === null) this.#lane.receipted(sha256)
      else if (picture !== 'unreadable') return { sha256, bytes: picture.bytes, offset: 0 }
    }
  }
}
