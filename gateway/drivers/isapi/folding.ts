import type { CameraEvent } from '../../../core/contract/evidence.ts'
import type { MonoMs, UtcMs } from '../../../core/contract/time.ts'
import type { CameraMessage } from './alert.ts'

/** An event that is going on. */
interface OngoingEvent extends Omit<CameraEvent, 'phase'> {
  readonly lastMono: MonoMs
}

/** The events of one camera that are on, by event, target and channel. */
export type FoldState = ReadonlyMap<string, OngoingEvent>

export interface Instant {
  readonly at: UtcMs
  readonly mono: MonoMs
}

export interface Folded {
  readonly state: FoldState
  /** Starts and ends this step brought, in their order. */
  readonly events: readonly CameraEvent[]
}

/** No event is on. */
export const NOTHING_ON: FoldState = new Map()

/**
 * Folds a message into the events it repeats: the first active one is a start, further ones only keep the event on, an
 * inactive one ends every event of that name on that channel (it often comes without the target). `device` is the camera.
 */
export function foldMessage(state: FoldState, message: CameraMessage, now: Instant & { device: string }): Folded {
  const channel = message.channel ?? 0
  if (message.state === 'inactive') {
    return endWhere(state, now.at, (event) => event.event === message.event && event.channel === channel)
  }
  const key = `${message.event}|${message.target}|${channel}`
  const known = state.get(key)
  const ongoing: OngoingEvent = {
    device: now.device,
    event: message.event,
    target: message.target,
    channel,
    at: known?.at ?? now.at,
    count: (known?.count ?? 0) + 1,
    lastMono: now.mono,
  }
  const next = new Map(state).set(key, ongoing)
  return { state: next, events: known === undefined ? [said(ongoing, 'start', now.at)] : [] }
}

/** Ends every event that has not been repeated for `endsAfterMs`: many cameras never say that an event is over. */
export function foldSilence(state: FoldState, now: Instant, endsAfterMs: number): Folded {
  return endWhere(state, now.at, (event) => now.mono - event.lastMono >= endsAfterMs)
}

/** When the next event ends if it is not repeated; null when none is on. */
export function nextEnd(state: FoldState, endsAfterMs: number): number | null {
  const ends = [...state.values()].map((event) => event.lastMono + endsAfterMs)
  return ends.length === 0 ? null : Math.min(...ends)
}

function endWhere(state: FoldState, at: UtcMs, isOver: (event: OngoingEvent) => boolean): Folded {
  const over = [...state].filter(([, event]) => isOver(event))
  if (over.length === 0) return { state, events: [] }
  const next = new Map(state)
  for (const [key] of over) next.delete(key)
  return { state: next, events: over.map(([, event]) => said(event, 'end', at)) }
}

function said(ongoing: OngoingEvent, phase: CameraEvent['phase'], at: UtcMs): CameraEvent {
  const { lastMono: _, ...event } = ongoing
  return { ...event, phase, at }
}
