import type { Priority } from '../../../core/contract/priority.ts'
import type { Medium } from '../../../core/contract/notice.ts'
import type { Bilingual } from '../../../core/contract/text.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import type { Query } from '../db/database.ts'

/** A message that belongs to no alarm: a code to prove a contact, a spot check, a test call, the daily root, a gap of the roster. */
export interface Memo {
  /** Unique for ever; the same key again queues nothing. */
  readonly key: string
  readonly kind: 'memo' | 'test' | 'code'
  readonly priority: Priority
  readonly person: string
  /** One channel, or all contacts of the media named, or all. */
  readonly over: { readonly channel: string } | { readonly media: readonly Medium[] } | 'all'
  readonly title: Bilingual
  readonly text: Bilingual
  readonly short: Bilingual
}

/** Queues memos in a transaction of the caller's own; the dispatcher sends them like messages of alarms. */
export type QueueMemos = (q: Query, memos: readonly Memo[], now: UtcMs) => Promise<void>
