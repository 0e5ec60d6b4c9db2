import { z } from 'zod'
import type { UtcMs } from '../../core/contract/time.ts'
import { decodeRangeBody, type RangeBatch } from '../../core/decode/range-body.ts'
import { encodeTrendBody } from '../../core/decode/trend-body.ts'
import { trendColumns } from '../../core/decode/trend-columns.ts'
import { isHouseError } from '../../core/kit/errors.ts'
import { hashOfBody, packBody, unpackBody } from '../../platform/chain.ts'
import type { Log } from '../../platform/log.ts'
import type { Body, Chain } from './chain.ts'
import type { Entry } from './link-rows.ts'
import type { Meta } from './schema.ts'
import type { StoredLink, StoreLimits } from './store.ts'

/** Most bytes that a body may unfold to. */
const MOST_PLAIN_BYTES = 16 * 2 ** 20

const COLUMN_MS = 60_000

/** Minutes are kept when they take no more than this part of the readings' room. */
const WORTH_IT = 2 / 3

const NOTHING: Body = { fidelity: 'none', packed: new Uint8Array(0) }

const Lost = z.object({ reduced: z.number(), dropped: z.number() })

/** Readings of which a store has kept minutes only, and nothing, since it was made. */
export type Lost = z.infer<typeof Lost>

export interface FidelityOptions {
  readonly chain: Chain
  readonly meta: Meta
  readonly limits: StoreLimits
  readonly log: Log
}

/** Keeps a store within its limits: the oldest ranges become minutes, and then nothing; what they were stays in the chain. */
export class Fidelity {
  readonly #options: FidelityOptions
  readonly maxBytes: number
  readonly #maxAgeMs: number
  #lost: Lost
  #isFull = false
  readonly #undated = new Set<number>()

  constructor(options: FidelityOptions) {
    this.#options = options
    this.maxBytes = options.limits.bytes ?? 2 ** 30
    this.#maxAgeMs = options.limits.ageMs ?? 90 * 86_400_000
    this.#lost = options.meta.parsed('lost', Lost) ?? { reduced: 0, dropped: 0 }
  }

  get lost(): Lost {
    return this.#lost
  }

  /** Takes a little off the oldest range when the store holds more than it may; true when it did. Throws `store/failed`. */
  reduce(openBytes: number, now: UtcMs): boolean {
    const { chain, log } = this.#options
    const isOver = chain.size.bytes + openBytes > this.maxBytes
    const did = this.#reduceOld(now - this.#maxAgeMs) || (isOver && this.#reduceOldest())
    if (did && !this.#isFull) {
      log.warn(
        { code: 'store/failed', bytes: chain.size.bytes, maxBytes: this.maxBytes },
        'the store is full or holds readings that are too old: the oldest are kept as minutes, or not at all; see to the connection',
      )
    }
    if (did) this.#isFull = true
    else if (this.#isFull && chain.size.reduced === 0) {
      log.info({ ...this.#lost }, 'the store has room again; what was reduced before has been sent')
      this.#isFull = false
    }
    return did
  }

  /** Counts a link that was reduced before this store took it. */
  adopted({ from, to, fidelity }: Pick<Entry, 'from' | 'to' | 'fidelity'>): void {
    if (fidelity === 'raw') return
    const readings = (to ?? 0) - (from ?? 0) + 1
    this.#note(fidelity === 'minutes' ? { reduced: readings, dropped: 0 } : { reduced: 0, dropped: readings })
  }

  /** Deletes a body that the disk has damaged; true when it did. */
  dropDamaged(entry: Entry): void {
    this.#options.log.error(
      { code: 'store/failed', stream: entry.stream, n: entry.n },
      'a range in the store is damaged; it is sent without its readings',
    )
    this.#replace(entry, NOTHING)
  }

  #reduceOld(before: number): boolean {
    return this.#options.chain.ranges.some((ranges) => this.#reduceOldIn(ranges, before))
  }

  #reduceOldIn(ranges: Iterable<Entry>, before: number): boolean {
    for (const entry of ranges) {
      if ((entry.at?.[1] ?? Infinity) >= before) return false
      if (entry.fidelity !== 'raw' || !this.#isDated(entry)) continue
      const minutes = this.#minutesOf(entry)
      this.#replace(entry, minutes ?? NOTHING)
      return true
    }
    return false
  }

  /** Whether the times of a range were known when it was closed: one of a machine that woke in 1970 only looks old. */
  #isDated(entry: Entry): boolean {
    if (this.#undated.has(entry.id)) return false
    const link = this.#options.chain.read(entry)?.head.link
    const isDated = link?.kind !== 'range' || link.dating.uncertaintyMs !== null
    if (!isDated) this.#undated.add(entry.id)
    return isDated
  }

  #reduceOldest(): boolean {
    let oldest: Entry | null = null
    for (const entry of oneAfterAnother(this.#options.chain.ranges)) {
      if (entry.fidelity === 'none') continue
      oldest ??= entry
      if (entry.fidelity !== 'raw') continue
      const minutes = this.#minutesOf(entry)
      const isWorthIt = minutes !== null && minutes.packed.length <= WORTH_IT * entry.bytes
      // Where minutes save little, more is left when the oldest goes.
      if (isWorthIt) this.#replace(entry, minutes)
      else this.#replace(oldest, NOTHING)
      return true
    }
    if (oldest !== null) this.#replace(oldest, NOTHING)
    return oldest !== null
  }

  #minutesOf(entry: Entry): Body | null {
    const batches = decodedRange(this.#options.chain.read(entry))
    return batches === null
      ? null
      : { fidelity: 'minutes', packed: packBody(encodeTrendBody(trendColumns(batches, COLUMN_MS))) }
  }

  #replace(entry: Entry, body: Body): void {
    const readings = (entry.to ?? 0) - (entry.from ?? 0) + 1
    const { reduced, dropped } = this.#lost
    const lost =
      body.fidelity === 'minutes'
        ? { reduced: reduced + readings, dropped }
        : { reduced: entry.fidelity === 'minutes' ? reduced - readings : reduced, dropped: dropped + readings }
    this.#options.chain.replace(entry, body, () => this.#options.meta.set('lost', JSON.stringify(lost)))
    this.#lost = lost
  }

  #note(more: Lost): void {
    const lost = { reduced: this.#lost.reduced + more.reduced, dropped: this.#lost.dropped + more.dropped }
    this.#options.meta.set('lost', JSON.stringify(lost))
    this.#lost = lost
  }
}

function* oneAfterAnother<T>(lists: readonly Iterable<T>[]): Generator<T, void, undefined> {
  for (const list of lists) yield* list
}

/** The readings of a raw range; null when they are reduced, or not what the link vouches for. */
export function decodedRange(stored: StoredLink | null): readonly RangeBatch[] | null {
  const plain = stored === null ? null : plainBody(stored)
  try {
    return plain === null ? null : decodeRangeBody(plain)
  } catch (error) {
    if (!isHouseError(error, 'message/malformed')) throw error
    return null
  }
}

/** Whether the body of a raw range is what its link vouches for. */
export function isWhole(stored: StoredLink): boolean {
  return plainBody(stored) !== null
}

function plainBody({ head: { link, fidelity }, body }: StoredLink): Uint8Array | null {
  if (link.kind !== 'range' || fidelity !== 'raw') return null
  try {
    const plain = unpackBody(body, MOST_PLAIN_BYTES)
    return hashOfBody(plain) === link.body ? plain : null
  } catch (error) {
    if (!isHouseError(error, 'message/malformed')) throw error
    return null
  }
}
