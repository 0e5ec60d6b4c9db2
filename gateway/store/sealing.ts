import type { Dating } from '../../core/contract/clock.ts'
import type { StreamId } from '../../core/contract/chain.ts'
import { UtcMs } from '../../core/contract/time.ts'
import { encodeRangeBody, type RangeBatch } from '../../core/decode/range-body.ts'
import { messageOf } from '../../core/kit/errors.ts'
import { hashOfBody, packBody } from '../../platform/chain.ts'
import type { Log } from '../../platform/log.ts'
import type { Chain } from './chain.ts'
import type { Cut, OpenRows } from './open-rows.ts'
import type { Meta } from './schema.ts'

/** Most readings of a range. */
export const MOST_IN_RANGE = 4_096

/** Most bytes of a packed body, so that nothing waits long behind the message it goes with. */
const MOST_BYTES = 15_000

export interface SealingParts {
  readonly meta: Meta
  readonly chain: Chain
  readonly rows: OpenRows
  readonly log: Log
}

/** Closes open rows into ranges of readings that pack well enough for one message each. */
export class Sealing {
  readonly #parts: SealingParts
  /** Readings that fit a range, as the last ones packed. */
  #most = MOST_IN_RANGE

  constructor(parts: SealingParts) {
    this.#parts = parts
  }

  /** True when there are enough readings for a range. */
  get isFull(): boolean {
    return this.#parts.rows.readings >= this.#most
  }

  /** Closes the oldest readings into one range; false when there are none. Throws `store/failed`. */
  seal(stream: StreamId, dating: Dating): boolean {
    const { chain, rows, log } = this.#parts
    const cut = rows.cut(this.#most)
    if (cut === null) return false
    // Numbers that stand in no row were lost with the row.
    if (cut.from > chain.from)
      chain.append(stream, { kind: 'gap', from: chain.from, to: cut.from - 1, cause: 'damaged' })
    try {
      this.#close(stream, dating, cut)
    } catch (error) {
      if (!(error instanceof RangeError || error instanceof TypeError)) throw error
      log.error(
        { code: 'store/failed', from: cut.from, to: cut.to, why: messageOf(error) },
        'readings that no range can hold are lost, and chained as a gap; please report this',
      )
      this.#lose(stream, cut)
    }
    return true
  }

  #close(stream: StreamId, dating: Dating, cut: Cut): void {
    const { meta, chain, rows } = this.#parts
    const plain = encodeRangeBody(cut.batches)
    const packed = packBody(plain)
    if (packed.length > MOST_BYTES && cut.to > cut.from) {
      this.#most = Math.max(1, Math.ceil((cut.to - cut.from + 1) / 2))
      this.#close(stream, dating, rows.cut(this.#most) ?? cut)
      return
    }
    const { from, to } = cut
    const at = timesOf(cut.batches)
    const also = (): void => {
      rows.erase(to)
      meta.set('lived', String(at[1]))
    }
    const link = { kind: 'range', from, to, dating, at, body: hashOfBody(plain) } as const
    chain.append(stream, link, { body: { fidelity: 'raw', packed }, also })
    rows.erased(to)
    if (packed.length < MOST_BYTES / 3) this.#most = Math.min(MOST_IN_RANGE, 2 * this.#most)
  }

  #lose(stream: StreamId, { from, to }: Cut): void {
    const { chain, rows } = this.#parts
    chain.append(stream, { kind: 'gap', from, to, cause: 'damaged' }, { also: () => rows.erase(to) })
    rows.erased(to)
  }
}

function timesOf(batches: readonly RangeBatch[]): [UtcMs, UtcMs] {
  let [first, last] = [Infinity, 0]
  for (const { readings } of batches) {
    for (const { at } of readings) {
      if (at < first) first = at
      if (at > last) last = at
    }
  }
  return [UtcMs.parse(first), UtcMs.parse(last)]
}
