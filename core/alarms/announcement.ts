import type { NoticeKind } from '../contract/notice.ts'

/**
 * What a step of an alarm's life asks of whoever tells people, to be done in the same commit (I21). A suppressed alarm asks for nothing
 * and counts what is owed.
 */
export type Announcement =
  | { readonly do: 'nothing' }
  /**
   * Call people: the ladder from its first step, everybody anew. Of `again` while nobody had acknowledged, the ladder that runs keeps its
   * place and its first step is told beside it: a condition that cycles must not hold the ladder down for ever.
   */
  | {
      readonly do: 'begin'
      readonly kind: Extract<NoticeKind, 'raise' | 'again' | 're-alarm' | 'after-suppression' | 'late'>
    }
  /**
   * Tell those who would be called first, in their next digest. It begins no ladder and stops none; one that a return had ended is taken up
   * where it stood if the alarm is active.
   */
  | { readonly do: 'digest'; readonly kind: Extract<NoticeKind, 'again' | 'after-suppression' | 'late'> }
  /** The condition is gone and nobody has acknowledged: those who were told are told. The ladder of red and orange goes on. */
  | { readonly do: 'returned' }
  /** Call nobody any more: what is queued is cancelled; those who were told hear once who has it, if a person has. */
  | { readonly do: 'end'; readonly why: 'acknowledged' | 'withdrawn' | 'suppressed' | 'closed' }

/** What asks for people to be told of the alarm now; held back while it is suppressed. */
export type Telling = Extract<Announcement, { readonly do: 'begin' | 'digest' }>
