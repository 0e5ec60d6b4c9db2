import type { Medium, NoticeKind, NoticeState } from '../contract/notice.ts'
import type { Priority } from '../contract/priority.ts'
import type { UtcMs } from '../contract/time.ts'

/** Why a row is there: a message of an alarm, or one that belongs to none. */
export type RowKind = NoticeKind | 'memo' | 'test' | 'code'

/** One message to one person over one channel that is to be queued. `key` is unique for ever, so that planning twice queues once. */
export interface NewRow {
  readonly key: string
  /** Null for what belongs to no alarm. */
  readonly alarm: string | null
  readonly kind: RowKind
  readonly round: number
  readonly step: number
  readonly person: string
  readonly name: string
  readonly channel: string
  readonly medium: Medium
  /** What it is sent as: a message about a red alarm need not be a red message. */
  readonly priority: Priority
  /** Rows of one person, channel and bundle that have not gone yet go together with the first of them; null = alone. */
  readonly bundle: string | null
  /** Not sent before, so that others can go with it. */
  readonly holdUntil: UtcMs
}

/** A row as the dispatcher keeps it. */
export interface DispatchRow extends NewRow {
  readonly id: string
  /** Order of queueing. */
  readonly n: number
  readonly state: NoticeState
  readonly attempts: number
  /** Not sent before, in the dispatcher's own time, which no clock can set: ms. */
  readonly retryAt: number
  /** Whose sending it was in last, and which one; null before the first. */
  readonly batch: string | null
}

/** An open way to a person. */
export interface Way {
  readonly channel: string
  readonly medium: Medium
}

const CALLS: Readonly<Record<RowKind, boolean>> = {
  raise: true,
  again: true,
  escalation: true,
  're-alarm': true,
  'after-suppression': true,
  returned: true,
  late: true,
  acknowledged: false,
  'handed-over': false,
  memo: false,
  test: false,
  code: false,
}

/** Whether a message asks for somebody to take an alarm on, so that it is pointless once a person has (E5, E13). */
export function isCall(kind: RowKind): boolean {
  return CALLS[kind]
}

/** Whether a message may go another way where its own fails: one that proves a way must not. */
export function mayGoAnotherWay(kind: RowKind): boolean {
  return kind !== 'test' && kind !== 'code'
}

/** The place a row has in the key space of its alarm: with person and channel it is unique for ever (E15). */
export function rowKey(place: string, person: string, channel: string): string {
  return `${place}|${person}|${channel}`
}

/** The place of a ladder's step: its messages and those in their stead share it. */
export function stepPlace(alarm: string, round: number, step: number): string {
  return `${alarm}|${round}|${step}`
}

/** The same row over another channel of the same person, in the same key space. */
export function inStead(row: NewRow, way: Way): NewRow {
  const place = row.key.slice(0, row.key.length - `|${row.person}|${row.channel}`.length)
  return {
    key: rowKey(place, row.person, way.channel),
    alarm: row.alarm,
    kind: row.kind,
    round: row.round,
    step: row.step,
    person: row.person,
    name: row.name,
    channel: way.channel,
    medium: way.medium,
    priority: row.priority,
    bundle: row.bundle,
    holdUntil: row.holdUntil,
  }
}
