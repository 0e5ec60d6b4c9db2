import type { NoticeState } from '../contract/notice.ts'
import { type DispatchRow, inStead, isCall, mayGoAnotherWay, type NewRow, type Way } from './dispatch-row.ts'

/** How one attempt to send ended. */
export type Outcome =
  | { readonly is: 'accepted'; readonly answer: string; readonly ref?: string }
  /** Trying again can help. */
  | { readonly is: 'temporary'; readonly answer: string }
  /** The provider takes nothing for so long, ms, from anybody or for this receiver; the attempt does not count. */
  | { readonly is: 'throttled'; readonly answer: string; readonly penaltyMs: number; readonly isForAll: boolean }
  | { readonly is: 'refused'; readonly answer: string }

/** Tries before a message goes another way. */
export const MOST_ATTEMPTS = 3
const LONGEST_PAUSE_MS = 60_000
/** A provider that names no time is left alone for this long all the same, ms. */
export const LEAST_PENALTY_MS = 1_000

/** What is known around a row when its attempt has ended. */
export interface Around {
  /** Whether its alarm still waits for a person; true for what belongs to none. */
  readonly awaits: boolean
  /** Whether a ladder goes on calling for its alarm. */
  readonly hasLadder: boolean
  /** The person's other open ways, and what became of the row there; null = there is none yet. */
  readonly others: readonly (Way & { readonly state: NoticeState | null })[]
  /** Dispatcher's time, ms. */
  readonly t: number
}

/** A row after its attempt, and rows on the person's other channels in its stead (E2). */
export interface Settled {
  readonly state: Extract<NoticeState, 'accepted' | 'queued' | 'failed' | 'cancelled'>
  readonly attempts: number
  readonly retryAt: number
  readonly fallbacks: readonly NewRow[]
}

/** Pause before the next try after the `attempts`-th, ms: 2, 4, 8 … s, at most a minute. */
export function pauseAfter(attempts: number): number {
  return Math.min(LONGEST_PAUSE_MS, 2_000 * 2 ** Math.max(0, attempts - 1))
}

/**
 * What becomes of a row that was being sent. Taken is taken, also after an acknowledgement; what was not taken is not sent after one (E5,
 * E13). A message that fails for good, or for the third time, goes over every other channel of the person, in the same key space, so that there
 * are never more rows than persons × channels (E2, E15). The last way of something that nothing else repeats is never given up for
 * a failure that can pass.
 */
export function settleRow(row: DispatchRow, outcome: Outcome, around: Around): Settled {
  const { attempts } = row
  const kept = { attempts, retryAt: row.retryAt, fallbacks: [] }
  if (outcome.is === 'accepted') return { ...kept, state: 'accepted' }
  if (isCall(row.kind) && !around.awaits) return { ...kept, state: 'cancelled' }
  switch (outcome.is) {
    case 'throttled':
      return afterThrottle(row, outcome.penaltyMs, around)
    case 'temporary':
      return attempts < MOST_ATTEMPTS ? again(row, around) : giveUp(row, around, true)
    case 'refused':
      return giveUp(row, around, false)
  }
}

/** A red message does not wait for a provider that takes nothing, when the person has another channel; null = it stays. */
export function moveAway(row: DispatchRow, around: Pick<Around, 'others'>): readonly NewRow[] | null {
  if (row.priority !== 'red' || !mayGoAnotherWay(row.kind)) return null
  const rows = fallbacksOf(row, around)
  return rows.length === 0 ? null : rows
}

/** A message that was taken and could not be delivered goes the person's other ways, and never this one again. */
export function settleUndelivered(row: DispatchRow, around: Around): Settled {
  const isPointless = isCall(row.kind) && !around.awaits
  const fallbacks = isPointless ? [] : fallbacksOf(row, around)
  return { state: 'failed', attempts: row.attempts, retryAt: row.retryAt, fallbacks }
}

function afterThrottle(row: DispatchRow, penaltyMs: number, around: Around): Settled {
  const attempts = Math.max(0, row.attempts - 1)
  const moved = moveAway(row, around)
  if (moved !== null) return { state: 'failed', attempts, retryAt: row.retryAt, fallbacks: moved }
  return { state: 'queued', attempts, retryAt: around.t + Math.max(LEAST_PENALTY_MS, penaltyMs), fallbacks: [] }
}

function again(row: DispatchRow, { t }: Around): Settled {
  return { state: 'queued', attempts: row.attempts, retryAt: t + pauseAfter(row.attempts), fallbacks: [] }
}

function giveUp(row: DispatchRow, around: Around, canPass: boolean): Settled {
  const fallbacks = fallbacksOf(row, around)
  const isHoped = fallbacks.length > 0 || around.others.some(({ state }) => state !== null && HOPEFUL[state])
  const isRepeated = around.hasLadder || !mayGoAnotherWay(row.kind)
  if (canPass && !isHoped && !isRepeated) return again(row, around)
  return { state: 'failed', attempts: row.attempts, retryAt: row.retryAt, fallbacks }
}

function fallbacksOf(row: DispatchRow, { others }: Pick<Around, 'others'>): readonly NewRow[] {
  if (!mayGoAnotherWay(row.kind)) return []
  return others.filter(({ state }) => state === null).map((way) => inStead(row, way))
}

const HOPEFUL: Readonly<Record<NoticeState, boolean>> = {
  queued: true,
  sending: true,
  accepted: true,
  delivered: true,
  seen: true,
  failed: false,
  cancelled: false,
}
