import type { Priority } from '../contract/priority.ts'
import type { UtcMs } from '../contract/time.ts'
import { type Allowance, freeTokens, type Spent } from './budget.ts'
import type { DispatchRow } from './dispatch-row.ts'
import { comparePriority } from './priority.ts'

/** One channel as whoever chooses needs it. */
export interface ChannelFacts {
  readonly allowance: Allowance
  readonly spent: readonly Spent[]
  /** The provider takes nothing before; dispatcher's time, ms. */
  readonly penaltyUntil: number
  /** Messages in hand, and how many may be: a channel that hangs must not be given everything. */
  readonly inHand: number
  readonly mostInHand: number
  /** How many alarms one message can tell. */
  readonly lines: number
}

/** Rows that go out together as one message to one person. The first is what the message is about. */
export interface Batch {
  readonly person: string
  readonly channel: string
  readonly priority: Priority
  /** More than one alarm is told. */
  readonly isDigest: boolean
  readonly rows: readonly DispatchRow[]
}

/** Of the places in hand so many are never given to anything but red. */
const KEPT_FOR_RED = 2

/**
 * Which of one channel's queued rows go now, in the order they are to be begun: worst first, then the oldest (E12). Red ones go one alarm a message, as
 * long as there are tokens (E10, E14). Others go when their hold is over, with their bundle; when more wait than may go, everything that waits
 * for one person goes in as few messages as it fits (E11). Rows of one alarm for one person are one message. What does not go stays.
 */
export function chooseSends(
  rows: readonly DispatchRow[],
  channel: ChannelFacts,
  at: { now: UtcMs; t: number },
): readonly Batch[] {
  if (channel.penaltyUntil > at.t) return []
  const free = freeTokens(channel.allowance, channel.spent, at.t)
  const hands = channel.mostInHand - channel.inHand
  const room = Math.min(free.red, hands)
  if (room <= 0) return []
  const slots = Math.min(free.other, hands - Math.min(KEPT_FOR_RED, channel.mostInHand - 1))
  const queued = rows.filter(({ state }) => state === 'queued').toSorted(byUrgency)
  const ready = queued.filter((row) => isReady(row, at))
  const red = grouped(ready.filter(isRed), Infinity, isSameAlarm)
  const others = slots <= 0 ? [] : foldedOthers(queued, ready, { slots, lines: channel.lines, at })
  const chosen: Group[] = []
  // Each lot is in the order of urgency, and no other is as urgent as red.
  for (const group of [...red, ...others]) {
    if (chosen.length < (isRed(group[0]) ? room : slots)) chosen.push(group)
  }
  return chosen.map(batchOf)
}

/** Rows that go together, in the order of urgency. */
type Group = [DispatchRow, ...DispatchRow[]]

function isRed({ priority }: DispatchRow): boolean {
  return priority === 'red'
}

/** Whether a row may go at this instant. */
export function isReady(
  row: Pick<DispatchRow, 'holdUntil' | 'retryAt'>,
  { now, t }: { now: UtcMs; t: number },
): boolean {
  return row.holdUntil <= now && row.retryAt <= t
}

function foldedOthers(
  queued: readonly DispatchRow[],
  ready: readonly DispatchRow[],
  { slots, lines, at }: { slots: number; lines: number; at: { now: UtcMs; t: number } },
): readonly Group[] {
  const bundles = new Set<string | null>(ready.map(bundleOf).filter((bundle) => bundle !== null))
  const going = queued.filter(
    (row) =>
      !isRed(row) &&
      // What waits for its hold goes along with its bundle; what waits after a failure does not.
      (isReady(row, at) || (bundles.has(bundleOf(row)) && row.retryAt <= at.t)),
  )
  const alone = grouped(going, lines, isSameBundle)
  if (alone.length <= slots) return alone
  return grouped(going, lines, (a, b) => isFoldable(a) && isFoldable(b))
}

/** Groups of rows of one person that `belong` together, in the order of their first rows, each at most `most` rows. */
function grouped(
  rows: readonly DispatchRow[],
  most: number,
  belong: (a: DispatchRow, b: DispatchRow) => boolean,
): readonly Group[] {
  const groups: Group[] = []
  const openOf = new Map<string, Group[]>()
  for (const row of rows) {
    const own = openOf.get(row.person) ?? []
    openOf.set(row.person, own)
    const group = own.find(([first]) => belong(first, row))
    if (group === undefined) {
      const made: Group = [row]
      groups.push(made)
      own.push(made)
      continue
    }
    group.push(row)
    if (group.length >= most) own.splice(own.indexOf(group), 1)
  }
  return groups
}

function batchOf(group: Group): Batch {
  const [{ person, channel, priority }] = group
  const isDigest = group.some(({ alarm }) => alarm !== group[0].alarm)
  // Of one alarm the newest row says most; of several the worst comes first.
  return { person, channel, priority, isDigest, rows: isDigest ? group : group.toReversed() }
}

function isSameAlarm(a: DispatchRow, b: DispatchRow): boolean {
  return a.alarm !== null && a.alarm === b.alarm
}

function isSameBundle(a: DispatchRow, b: DispatchRow): boolean {
  return isSameAlarm(a, b) || (a.bundle !== null && a.bundle === b.bundle)
}

/** What belongs to no alarm says something of its own and goes alone. */
function isFoldable(row: DispatchRow): boolean {
  return row.alarm !== null && !isRed(row)
}

function bundleOf(row: DispatchRow): string | null {
  return row.bundle === null ? null : `${row.person} ${row.bundle}`
}

function byUrgency(a: DispatchRow, b: DispatchRow): number {
  return comparePriority(a.priority, b.priority) || a.holdUntil - b.holdUntil || a.n - b.n
}
