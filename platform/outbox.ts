import type { MonoMs } from '../core/contract/time.ts'

/** A row that waits for its receipt. Rows of one group arrive in the order they were added. */
export interface OutboxRow {
  readonly key: string
  readonly group: string
}

export interface LaneOptions {
  /** After this long without a receipt a row is sent again, ms. */
  readonly resendMs: number
  /** Most rows on their way at once. */
  readonly window: number
}

/**
 * Decides which rows of a lane to send when. It holds keys only; the rows themselves lie in a store until receipted.
 * In each group only the oldest row is on its way: the next follows its receipt, so nothing overtakes, however often
 * messages are lost or doubled.
 */
export class OutboxLane {
  readonly #options: LaneOptions
  /** Keys of each group, oldest first. */
  readonly #groups = new Map<string, string[]>()
  readonly #groupOf = new Map<string, string>()
  /** When each row on its way was last sent. */
  readonly #sentAt = new Map<string, MonoMs>()
  /** Waiting rows that were ever sent, on whatever connection. */
  readonly #everSent = new Set<string>()

  constructor(options: LaneOptions) {
    this.#options = options
  }

  /** Rows without a receipt. */
  get size(): number {
    return this.#groupOf.size
  }

  /** Adds a row behind those of its group. A key that is already waiting is left as it is. */
  add(row: OutboxRow): void {
    if (this.#groupOf.has(row.key)) return
    this.#groupOf.set(row.key, row.group)
    const waiting = this.#groups.get(row.group)
    if (waiting === undefined) this.#groups.set(row.group, [row.key])
    else waiting.push(row.key)
  }

  /** Keys to send now, `most` of them, never sent ones first, and notes them as sent. */
  take(now: MonoMs, most = Infinity): string[] {
    const onTheirWay = [...this.#sentAt.values()].filter((sent) => now - sent < this.#options.resendMs).length
    const room = Math.min(most, Math.max(0, this.#options.window - onTheirWay))
    const due: { readonly key: string; readonly sent: number }[] = []
    for (const [key] of this.#groups.values()) {
      if (key === undefined) continue
      const sent = this.#sentAt.get(key)
      if (sent === undefined) due.push({ key, sent: Number.NEGATIVE_INFINITY })
      else if (now - sent >= this.#options.resendMs) due.push({ key, sent })
    }
    const chosen = due.sort((a, b) => (a.sent < b.sent ? -1 : a.sent > b.sent ? 1 : 0)).slice(0, room)
    for (const { key } of chosen) {
      this.#sentAt.set(key, now)
      this.#everSent.add(key)
    }
    return chosen.map(({ key }) => key)
  }

  /** The row has gone out as a whole only now: its receipt is waited for from here on. */
  gone(key: string, now: MonoMs): void {
    if (this.#sentAt.has(key)) this.#sentAt.set(key, now)
  }

  /** Whether a row waits of which nobody else can know yet. */
  isUnsent(key: string): boolean {
    return this.#groupOf.has(key) && !this.#everSent.has(key)
  }

  /** Takes a row out that was receipted. False when it was not waiting. */
  receipted(key: string): boolean {
    const group = this.#groupOf.get(key)
    if (group === undefined) return false
    this.#groupOf.delete(key)
    this.#sentAt.delete(key)
    this.#everSent.delete(key)
    const waiting = this.#groups.get(group)?.filter((other) => other !== key) ?? []
    if (waiting.length === 0) this.#groups.delete(group)
    else this.#groups.set(group, waiting)
    return true
  }

  /** The connection is new: nothing is on its way any more. */
  restart(): void {
    this.#sentAt.clear()
  }
}
