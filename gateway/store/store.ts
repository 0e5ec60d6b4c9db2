import type { AlarmTransition } from '../../core/contract/alarm.ts'
import type { Fidelity, LinkHead, Link, StreamId } from '../../core/contract/chain.ts'
import type { Dating } from '../../core/contract/clock.ts'
import type { EdgeAct } from '../../core/contract/edge.ts'
import type { GatewayHealth, Verdict } from '../../core/contract/lanes.ts'
import type { Reading } from '../../core/contract/reading.ts'
import type { Instant } from '../../core/rules/rule.ts'
import type { UtcMs } from '../../core/contract/time.ts'
import type { RangeBatch } from '../../core/decode/range-body.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { Picture } from '../driver.ts'

/** What the rules were told: to which times they had come since the readings before, and then readings. */
export interface Judged {
  readonly advanced: readonly Instant[]
  readonly readings: readonly Reading[]
}

/** What the gateway does alone: all it knows of that, as JSON text, and what it has to tell of it. */
export interface AloneKept {
  readonly state: string
  readonly acts: readonly EdgeAct[]
}

/** What one step of the pipeline wants kept. */
export interface Commit {
  readonly device: string | null
  readonly readings: readonly Reading[]
  /** To which times the rules had come before they judged the readings; kept with them. */
  readonly advanced?: readonly Instant[]
  readonly transitions: readonly AlarmTransition[]
  readonly pictures: readonly Picture[]
  /** What the engine remembers when it has judged this step and all before it, as JSON text; undefined leaves the last one. */
  readonly engineState?: string | undefined
  readonly alone?: AloneKept | undefined
}

/** Readings of one batch as they were committed, not in a closed range yet. */
export interface OpenRow {
  readonly device: string
  readonly firstSeq: number
  readonly readings: readonly Reading[]
}

/** What a commit came to. */
export interface Committed {
  /** The readings of the step, numbered from `firstSeq` in `stream`. */
  readonly stream: StreamId
  readonly device: string | null
  readonly firstSeq: number
  readonly readings: readonly Reading[]
  /** Hashes of pictures that now wait to be sent. */
  readonly pictures: readonly string[]
  /** What was done alone and now waits to be told. */
  readonly acts: readonly EdgeAct[]
}

/** Names one link of the store: more than one stream may have some that wait. */
export interface LinkRef {
  readonly stream: StreamId
  readonly n: number
}

/** A link that waits for its receipt and survives a power cut, without its body. */
export interface WaitingLink extends LinkRef {
  readonly kind: Link['kind']
  /** First and last reading of a range or gap; null for others. */
  readonly from: number | null
  readonly to: number | null
  /** First and last time of a range's readings, as they were dated when it was closed; null for others. */
  readonly at: readonly [UtcMs, UtcMs] | null
  /** The boot of a range's readings, or that a dating or start is of; null for a gap. */
  readonly boot: string | null
  readonly fidelity: Fidelity
  /** What it takes in a message, about. */
  readonly bytes: number
}

/** A link as it is sent. */
export interface StoredLink {
  readonly head: LinkHead
  /** The link's own hash, which its receipt must bear. */
  readonly hash: string
  /** Packed; empty for other links than ranges, and for a range of which nothing is left. */
  readonly body: Uint8Array
}

/** What became of a receipt. A forged one names a link, but not its hash. */
export type ReceiptFate = 'done' | 'unknown' | 'forged'

/** What waits in a store and how much room there is; see GatewayHealth. */
export type Capacity = GatewayHealth['outbox']

/**
 * The gateway's durability line: the engine's state and everything that waits for a receipt. What it has read becomes the links of a
 * chain: a commit keeps readings as open rows, and `seal` closes them into ranges.
 * Every method throws `store/failed` when the disk refuses.
 */
export interface GatewayStore extends Disposable {
  /**
   * The name of the stream of readings this store numbers now. It changes in a run only when a store that goes on in memory begins a
   * stream there or ends it: whoever has told it must tell it anew.
   */
  readonly stream: StreamId
  /**
   * Keeps all steps or none, in their order. They survive a killed process when it returns, a power cut when `durable` has resolved:
   * nothing of them may be sent before. Answers one outcome a step.
   */
  commit(steps: readonly Commit[]): readonly Committed[]
  /**
   * Resolves when everything committed, sealed and chained before the call survives a power cut. After it has thrown, readings below
   * `nextSeq` and links may be sent all the same: the next start begins a new stream, so that no number is used twice.
   */
  durable(): Promise<void>
  /**
   * Closes the oldest open rows into one range when there are enough of them for one, or their first is older than `mostAgeMs` by
   * monotonic time; else, when the store holds more than it may, takes a little off the oldest range. True when there may be more to
   * do at once. It takes a few milliseconds, so that what is waiting gets its turn between two calls.
   */
  seal(mostAgeMs: number): boolean
  /** Chains what is known better now of the time of a boot; nothing when that is what was chained last. */
  chainDating(dating: Dating): void
  /** Links that wait and may be sent, in the order they were made. Cheap; the list changes with the store. */
  links(): readonly WaitingLink[]
  /** Null when it waits no longer. */
  link(ref: LinkRef): StoredLink | null
  /** The readings of a range; none for other links, and for one whose readings are reduced, or damaged in the file. */
  decoded(ref: LinkRef): readonly RangeBatch[]
  /** Accepted links are deleted, rejected ones are set aside; one that is to be kept stays as it is. */
  receipt(ref: LinkRef, hash: string, verdict: Verdict): ReceiptFate
  /** Durable readings in no range yet whose number is at least `fromSeq`, oldest first. */
  openRows(fromSeq: number, limit: number): readonly OpenRow[]
  /** The number after that of the last reading that may be sent; in memory all are as durable as they will be. */
  nextSeq(): number
  /** The number of the next connection, 0–255 and round again, kept before it is given. [tck-id-topics-nbirth-bdseq-increment] */
  nextBdSeq(): number
  /** The number that was written last, even when its sync has failed; null before the first. Never throws. */
  lastBdSeq(): number | null
  /** What the engine remembered when it was kept last, as JSON text, or null. */
  engineState(): string | null
  /**
   * The steps with readings that were committed after that was kept, oldest first and as they were judged, whether they have been sent or
   * not: with both an engine is what it was at the last of them. To be asked for before the first commit of a run. None before anything was kept of the engine, and
   * not what was in a range already when a sync had failed.
   */
  unjudged(): Iterable<Judged>
  /** What was kept under `key` with `keepNote`, or null. */
  note(key: string): string | null
  keepNote(key: string, text: string): void
  /** Keys of waiting alarm transitions, oldest first. */
  alarms(): readonly { readonly occurrence: string; readonly n: number }[]
  /** Null when it waits no longer, or when its row is damaged: that is logged and set aside, and waits no longer either. */
  alarm(occurrence: string, n: number): AlarmTransition | null
  receiptAlarm(occurrence: string, n: number): void
  /** What the gateway remembered of being alone when that was kept last, as JSON text, or null. */
  aloneState(): string | null
  /** Keys of what was done alone and waits, oldest first. */
  edgeActs(): readonly { readonly occurrence: string; readonly n: number }[]
  /** Null when it waits no longer, or when its row was damaged: that is logged and removed. */
  edgeAct(occurrence: string, n: number): EdgeAct | null
  receiptEdgeAct(occurrence: string, n: number): void
  /** Hashes of pictures that wait to be sent, oldest first. */
  pictures(): readonly string[]
  picture(sha256: string): Picture | null
  receiptPicture(sha256: string): void
  capacity(): Capacity
  /** Something is wrong that a person must see to: the disk refuses, or a damaged file lies beside the store. */
  hasFault(): boolean
  /** Ranges wait of which minutes are left, or nothing. */
  hasReduced(): boolean
  /** Notes that the program stops of its own will, and closes. Never throws for a disk that refuses. */
  close(): void
}

/** Where a store stops keeping everything. */
export interface StoreLimits {
  /** Most bytes of readings that wait; default 1 GiB. */
  readonly bytes?: number
  /** Readings older than this are kept as minutes, ms; default 90 days. */
  readonly ageMs?: number
  /** Most bytes of pictures that wait, default 256 MiB; beyond it the oldest is dropped, but no transition that names it. */
  readonly pictureBytes?: number
}

export interface StoreOptions {
  readonly site: string
  readonly clock: Clock
  /** How the times of this boot are dated now. */
  readonly dating: () => Dating
  readonly log: Log
  readonly limits?: StoreLimits
  /** The gateway's signature over the hash of a link, base64. */
  readonly sign?: (hash: string) => string
}
