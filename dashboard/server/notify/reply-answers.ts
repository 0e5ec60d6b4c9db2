import type { Actor } from '../../../core/contract/ledger.ts'
import type { Medium } from '../../../core/contract/notice.ts'
import type { Person } from '../../../core/contract/roster.ts'
import type { LedgerAction } from '../alarms/ledger.ts'
import type { Memo } from './memo.ts'
import { LOCKED_FOR_MS, type ReplyOutcome } from './reply-rows.ts'
import { filled, LOCKED, REPLY_ANSWERS } from './reply-texts.ts'

const REPLIES: Actor = { kind: 'system', name: 'replies' }

/** An answer that counted for nothing. */
export interface RefusedReply {
  /** The last digits of the number; more is not told. */
  readonly last: string
  readonly person: Person | null
  readonly medium: Medium
  readonly outcome: ReplyOutcome
  /** How many wrong ones in a row that makes. */
  readonly wrong: number
}

export function refusedAct({ last, person, medium, outcome }: RefusedReply): LedgerAction {
  const why = outcome === 'locking' ? 'code' : outcome
  return {
    ...{ actor: REPLIES, act: 'reply-refused', subject: person?.id ?? 'unknown' },
    detail: { from: last, why, medium },
  }
}

export function lockedAct({ last, person, wrong }: RefusedReply): LedgerAction {
  return {
    ...{ actor: REPLIES, act: 'reply-locked', subject: person?.id ?? 'unknown' },
    detail: { from: last, wrong, forMs: LOCKED_FOR_MS },
  }
}

/** What the office is told of a locked number. */
export function lockedMemos(key: string, { last, person, wrong }: RefusedReply, office: readonly string[]): Memo[] {
  const values = { name: person?.name ?? '', last, count: String(wrong) }
  const text = filled(LOCKED.text, values)
  return office.map((one) => ({
    ...{ key: `reply-locked|${key}|${one}`, kind: 'memo', priority: 'orange', person: one, over: 'all' },
    ...{ title: LOCKED.title, text, short: text },
  }))
}

/** What was done with an answer. */
export interface AnsweredReply {
  readonly outcome: ReplyOutcome
  readonly person: Person | null
  readonly number: string
  readonly words: Readonly<Record<string, string>>
}

/** The text a person gets for an answer by SMS; empty where there is nothing to say. */
export function answerMemo(key: string, { outcome, person, number, words }: AnsweredReply): Memo[] {
  if (person === null || outcome === 'number' || outcome === 'locked') return []
  const text = filled(REPLY_ANSWERS[outcome === 'locking' ? 'code' : outcome], { number, ...words })
  return [
    {
      ...{ key: `reply|${key}`, kind: 'memo', priority: 'yellow', person: person.id, over: { media: ['sms'] } },
      ...{ title: text, text, short: text },
    },
  ]
}
