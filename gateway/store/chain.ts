import { z } from 'zod'
import type { Fidelity } from '../../core/contract/chain.ts'
import { FIRST_PREV, Link, type LinkHead, type StreamId } from '../../core/contract/chain.ts'
import { Sha256 } from '../../core/contract/text.ts'
import type { UtcMs } from '../../core/contract/time.ts'
import type { Verdict } from '../../core/contract/lanes.ts'
import { isHouseError } from '../../core/kit/errors.ts'
import { hashOfLink } from '../../platform/chain.ts'
import type { Log } from '../../platform/log.ts'
import type { Sqlite } from '../../platform/sqlite.ts'
import { linkRow, linksIn, type Entry } from './link-rows.ts'
import type { Meta } from './schema.ts'
import type { LinkRef, ReceiptFate, StoredLink, WaitingLink } from './store.ts'

/** What the next link continues: its number, the hash before it, and the first reading it may account for. */
const Head = z.object({
  n: z.number().int().nonnegative(),
  prev: Sha256,
  from: z.number().int().nonnegative(),
})
type Head = z.infer<typeof Head>

const FRESH: Head = { n: 0, prev: FIRST_PREV, from: 0 }

type WithoutPlace<L> = L extends unknown ? Omit<L, 'site' | 'stream' | 'n' | 'prev'> : never

/** A link before it has got its place in the chain. */
export type Draft = WithoutPlace<Link>

/** A range's body, packed. */
export interface Body {
  readonly fidelity: Fidelity
  readonly packed: Uint8Array
}

const NOTHING: Body = { fidelity: 'raw', packed: new Uint8Array(0) }

export interface ChainOptions {
  readonly meta: Meta
  readonly site: string
  readonly log: Log
  /** False where nothing ever survives a power cut: then links may be sent at once. */
  readonly isOnDisk: boolean
}

/**
 * The links of a store that wait for their receipts, in the table `link`, with the end of the chain they continue. What they are is kept
 * in memory too, without the bodies. Methods that write throw `store/failed`.
 */
export class Chain {
  readonly #db: Sqlite
  readonly #options: ChainOptions
  #head: Head
  /** The chain has a place to go on from in the file. */
  readonly isNew: boolean
  /** In the order they were made. */
  #waiting: Entry[] = []
  #aside: Entry[] = []
  /** They may be lost in a power cut, and their numbers be used again: they must not be sent. Those of a killed run are among them. */
  #unsynced: Entry[] = []
  /** How many have left `#unsynced` since it was opened. */
  #released = 0
  #bytes = 0
  #readings = 0
  #ranges = 0
  #reduced = 0

  constructor(db: Sqlite, options: ChainOptions) {
    this.#db = db
    this.#options = options
    const head = options.meta.parsed('chain', Head)
    this.isNew = head === null
    this.#head = head ?? FRESH
    for (const { entry, isAside } of linksIn(db)) {
      if (isAside) {
        this.#aside.push(entry)
        this.#count(entry, 1)
      } else this.#add(entry)
    }
  }

  /** The first reading no link accounts for yet. */
  get from(): number {
    return this.#head.from
  }

  /** Bytes of all links, readings and number of ranges that wait, and ranges that are not whole any more. */
  get size(): { readonly bytes: number; readonly readings: number; readonly ranges: number; readonly reduced: number } {
    return { bytes: this.#bytes, readings: this.#readings, ranges: this.#ranges, reduced: this.#reduced }
  }

  /** Links that may be sent. */
  get waiting(): readonly WaitingLink[] {
    return this.#waiting
  }

  /** When the oldest reading in a range was taken; null when there is none. */
  get oldestAt(): UtcMs | null {
    return this.#waiting.find(({ at }) => at !== null)?.at?.[0] ?? null
  }

  /** Begins again under another name. Inside a transaction; `begun` follows when it has succeeded. */
  writeFresh(): void {
    this.#options.meta.set('chain', JSON.stringify(FRESH))
  }

  begun(): void {
    this.#head = FRESH
  }

  /** Appends a link in one transaction with `also`. */
  append(stream: StreamId, draft: Draft, parts: { readonly body?: Body; readonly also?: () => void } = {}): Link {
    const { site, meta } = this.#options
    const { n, prev, from } = this.#head
    const link = Link.parse({ ...draft, site, stream, n, prev })
    const hash = hashOfLink(link)
    const head = { n: n + 1, prev: hash, from: 'to' in link ? link.to + 1 : from }
    const entry = this.#db.transaction(() => {
      parts.also?.()
      meta.set('chain', JSON.stringify(head))
      return this.#insert(link, hash, parts.body ?? NOTHING)
    })
    this.#head = head
    this.#add(entry)
    return link
  }

  /**
   * Takes a link that another store has made, in one transaction with `also`. It may be sent at once: nothing is numbered behind it here,
   * and it may have been sent from there.
   */
  adopt({ head: { link, fidelity }, hash, body }: StoredLink, also: () => void): void {
    const entry = this.#db.transaction(() => {
      also()
      return this.#insert(link, hash, { fidelity, packed: body })
    })
    this.#waiting.push(entry)
    this.#count(entry, 1)
  }

  /** What has been appended so far, for `release`; it stays right whatever is released meanwhile. */
  mark(): number {
    return this.#released + this.#unsynced.length
  }

  /** The links appended before `mark` was taken may be sent. */
  release(mark: number): void {
    const synced = this.#unsynced.splice(0, Math.max(0, mark - this.#released))
    this.#released += synced.length
    this.#waiting.push(...synced)
  }

  find(ref: LinkRef): Entry | null {
    return this.#waiting[this.#placeOf(ref)] ?? null
  }

  /**
   * Null when it is not there, and when its row is damaged: that is logged, and the link set aside. Whether a body is what its link vouches
   * for is for others to see. Throws `store/failed`.
   */
  read(entry: Entry, sign?: (hash: string) => string): StoredLink | null {
    const row = linkRow(this.#db, entry)
    if (row === 'damaged') this.#damaged(entry)
    if (row === 'damaged' || row === null) return null
    const { link, hash, body } = row
    const { fidelity } = entry
    const head: LinkHead = sign === undefined ? { link, fidelity } : { link, fidelity, signature: sign(hash) }
    return { head, hash, body }
  }

  receipt(ref: LinkRef, hash: string, verdict: Verdict): ReceiptFate {
    const place = this.#placeOf(ref)
    const entry = this.#waiting[place]
    if (entry === undefined) return 'unknown'
    const row = this.#db.one(z.object({ hash: z.unknown() }), 'select hash from link where id = ?', entry.id)
    if (row !== null && row.hash !== hash) return 'forged'
    if (verdict === 'keep') return 'done'
    this.#waiting.splice(place, 1)
    if (verdict === 'accept') {
      this.#count(entry, -1)
      this.#db.run('delete from link where id = ?', entry.id)
    } else {
      this.#aside.push(entry)
      this.#db.run('update link set aside = 1 where id = ?', entry.id)
    }
    return 'done'
  }

  /** Ranges that were set aside, and those that wait; the oldest of each come first. */
  get ranges(): readonly Iterable<Entry>[] {
    return [rangesIn(this.#aside), rangesIn(this.#waiting)]
  }

  /** Gives a range another body, in one transaction with `also`. */
  replace(entry: Entry, { fidelity, packed }: Body, also: () => void): void {
    const { bytes } = this.#db.transaction(() => {
      also()
      const sql =
        'update link set fidelity = ?, body = ?, bytes = bytes - octet_length(body) + ? where id = ? returning bytes'
      return (
        this.#db.one(z.object({ bytes: z.number() }), sql, fidelity, packed, packed.length, entry.id) ?? { bytes: 0 }
      )
    })
    const after = { ...entry, fidelity, bytes }
    for (const entries of [this.#aside, this.#waiting]) {
      const place = entries.indexOf(entry)
      if (place >= 0) entries[place] = after
    }
    this.#count(entry, -1)
    this.#count(after, 1)
  }

  #insert(link: Link, hash: string, { fidelity, packed }: Body): Entry {
    const { stream, n, kind } = link
    const text = JSON.stringify(link)
    const [from, to] = 'to' in link ? [link.from, link.to] : [null, null]
    const at = link.kind === 'range' ? link.at : null
    const boot = 'dating' in link ? link.dating.boot : null
    const bytes = text.length + packed.length
    const { lastId } = this.#db.run(
      `insert into link (stream, n, kind, aside, fidelity, first_seq, last_seq, first_at, last_at, boot, bytes, hash, link, body)
       values (?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[stream, n, kind, fidelity, from, to, at?.[0] ?? null, at?.[1] ?? null, boot, bytes, hash, text, packed],
    )
    return { id: lastId, stream, n, kind, from, to, at, boot, fidelity, bytes }
  }

  #add(entry: Entry): void {
    if (this.#options.isOnDisk) this.#unsynced.push(entry)
    else this.#waiting.push(entry)
    this.#count(entry, 1)
  }

  #count({ kind, from, to, fidelity, bytes }: Entry, sign: 1 | -1): void {
    this.#bytes += sign * bytes
    if (kind !== 'range') return
    this.#ranges += sign
    this.#readings += sign * ((to ?? 0) - (from ?? 0) + 1)
    if (fidelity !== 'raw') this.#reduced += sign
  }

  /** What the link said is lost, so it cannot be sent; it is told once. */
  #damaged(entry: Entry): void {
    const place = this.#waiting.indexOf(entry)
    if (place < 0) return
    this.#waiting.splice(place, 1)
    this.#aside.push(entry)
    this.#options.log.error(
      { code: 'store/failed', stream: entry.stream, n: entry.n },
      'a link of the chain is damaged in the store; it is set aside, unsent, and the control room will miss it',
    )
    try {
      this.#db.run('update link set aside = 1 where id = ?', entry.id)
    } catch (error) {
      if (!isHouseError(error, 'store/failed')) throw error
      // A disk that takes no mark: it is found damaged again after the next start.
    }
  }

  /** Receipts mostly come for the oldest, or for the newest. */
  #placeOf({ stream, n }: LinkRef): number {
    const isIt = (entry: Entry) => entry.n === n && entry.stream === stream
    const last = this.#waiting.at(-1)
    return last !== undefined && isIt(last) ? this.#waiting.length - 1 : this.#waiting.findIndex(isIt)
  }
}

function* rangesIn(entries: readonly Entry[]): Generator<Entry, void, undefined> {
  for (const entry of entries) if (entry.kind === 'range') yield entry
}
