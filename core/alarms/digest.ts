import type { Medium } from '../contract/notice.ts'
import type { Priority } from '../contract/priority.ts'
import type { UtcMs } from '../contract/time.ts'
import { later } from '../kit/time.ts'

/** Messages of one site that are not red wait so long for others of the same site (quiet grouping). */
export const GROUP_MS = 30_000
/** What is told in the next digest waits so long where its step says nothing else. */
export const DIGEST_MS = 10 * 60_000
/** Most alarms in one message. */
export const MOST_LINES = 50
/** Most bytes of one line of a digest, and of what stands around the lines; whoever writes digests keeps to it. */
export const LINE_BYTES = 120
export const FRAME_BYTES = 240
/** A short message says how many there are and names the worst, so it stands for more of them. */
const MOST_COUNTED = 200

/** The bundle of everything that waits for a digest, whatever its site. */
export const DIGEST_BUNDLE = '*'

/** When a row may go and with what. */
export interface Hold {
  readonly bundle: string | null
  readonly holdUntil: UtcMs
}

/** A call goes at once when it is red (E10), and else with others of its site, or with whatever waits as long as its step allows. */
export function holdOfCall(priority: Priority, facts: { site: string; digestMs?: number; now: UtcMs }): Hold {
  const { site, digestMs, now } = facts
  if (priority === 'red') return { bundle: null, holdUntil: now }
  if (digestMs !== undefined) return { bundle: DIGEST_BUNDLE, holdUntil: later(now, digestMs) }
  return { bundle: site, holdUntil: later(now, GROUP_MS) }
}

/** What need not wake anybody waits for the next digest: not long where the alarm is a grave one. */
export function holdOfLine(priority: Priority, now: UtcMs): Hold {
  const isGrave = priority === 'red' || priority === 'orange'
  return { bundle: DIGEST_BUNDLE, holdUntil: later(now, isGrave ? GROUP_MS : DIGEST_MS) }
}

/** How many alarms one message over a channel can tell. */
export function linesThatFit(medium: Medium, mostBytes: number): number {
  if (medium === 'sms' || medium === 'voice' || medium === 'push') return MOST_COUNTED
  return Math.max(1, Math.min(MOST_LINES, Math.floor((mostBytes - FRAME_BYTES) / (LINE_BYTES + 1))))
}
