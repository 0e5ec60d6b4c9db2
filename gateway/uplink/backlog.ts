import type { MonoMs } from '../../core/contract/time.ts'
import { elapsed } from '../../core/kit/time.ts'
import type { LinkRef, WaitingLink } from '../store/store.ts'

/** When a link was sent last and how often; `notBefore` where the control room has asked to keep it for now. */
export interface SentLink {
  readonly at: MonoMs
  readonly times: number
  readonly notBefore: MonoMs | null
}

export interface BacklogView {
  /** In the order they were made. */
  readonly waiting: readonly WaitingLink[]
  /** By `keyOf`. */
  readonly sent: ReadonlyMap<string, SentLink>
  readonly now: MonoMs
  /** Bytes a second the line carries; null as long as nobody knows. */
  readonly rate: number | null
  /** When the link was sent that was receipted last; null before the first receipt of this connection. */
  readonly receiptedSentAt: MonoMs | null
  /** Ranges of these boots wait for a time that can be trusted. */
  readonly undated: ReadonlySet<string>
  /** Whether a piece of the trend could be sent. */
  readonly hasTrend: boolean
}

/** What goes next: a link, a piece of the trend, or nothing until time passes or a receipt comes. */
export type NextLink =
  { readonly is: 'link'; readonly link: WaitingLink } | { readonly is: 'trend' } | { readonly is: 'nothing' }

/** A backlog that takes longer, ms, is told as a trend first, and then from its newest end. */
export const LONG_MS = 120_000

/** Ranges on their way at once. */
export const WINDOW = 12

/** A receipt may take so long, ms; twice as long each time it does not come. */
const PATIENCE = { first: 30_000, most: 600_000 } as const

/**
 * Which link goes next. Datings go first: they are small and say how to read the rest. A backlog that drains soon goes oldest first,
 * behind its starts and gaps. A long one is told as a trend, before the starts of a night of power cuts, then goes newest first, so that
 * ranges closed meanwhile go before old ones.
 */
export function nextLink(view: BacklogView): NextLink {
  const dating = view.waiting.find((link) => link.kind === 'dating' && isDue(view, link))
  if (dating !== undefined) return { is: 'link', link: dating }
  const isLong = drainMs(view) > LONG_MS
  if (isLong && view.hasTrend) return { is: 'trend' }
  const small = view.waiting.find((link) => link.kind !== 'range' && isDue(view, link))
  if (small !== undefined) return { is: 'link', link: small }
  const hasRoom = onTheirWay(view) < WINDOW
  const isWanted = (link: WaitingLink) =>
    link.kind === 'range' && (hasRoom || view.sent.has(keyOf(link))) && !isHeld(view, link) && isDue(view, link)
  const next = isLong ? view.waiting.findLast(isWanted) : view.waiting.find(isWanted)
  return next === undefined ? { is: 'nothing' } : { is: 'link', link: next }
}

/** What tells one link from another. */
export function keyOf({ stream, n }: LinkRef): string {
  return `${stream}#${n}`
}

/** How long what waits will take, ms; 0 as long as nobody knows the rate. */
export function drainMs({ waiting, rate }: Pick<BacklogView, 'waiting' | 'rate'>): number {
  if (rate === null) return 0
  return (waiting.reduce((sum, { bytes }) => sum + bytes, 0) * 1_000) / rate
}

/** How long the receipt of a message that was sent so many times may take, ms. */
export function patienceMs(times: number): number {
  return Math.min(PATIENCE.most, PATIENCE.first * 2 ** Math.max(0, times - 1))
}

function isDue({ sent, now }: BacklogView, link: WaitingLink): boolean {
  const last = sent.get(keyOf(link))
  if (last === undefined) return true
  if (last.notBefore !== null) return now >= last.notBefore
  return elapsed(last.at, now) >= patienceMs(last.times)
}

function isHeld({ undated }: BacklogView, { boot }: WaitingLink): boolean {
  return boot !== null && undated.has(boot)
}

/**
 * Links that fill the window. One whose receipt is overdue no longer counts once a later one has been receipted: the control room is
 * there, and what it cannot answer must not hold up the rest.
 */
function onTheirWay(view: BacklogView): number {
  let count = 0
  for (const { at, times, notBefore } of view.sent.values()) {
    if (notBefore !== null) continue
    const isOverdue = elapsed(at, view.now) >= patienceMs(times)
    const isPassed = view.receiptedSentAt !== null && view.receiptedSentAt > at
    if (!(isOverdue && isPassed)) count += 1
  }
  return count
}
