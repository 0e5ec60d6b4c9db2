import { signal, type ReadonlySignal } from '@preact/signals'

/** Whether the page hangs on a wall: nobody sits at it, nobody points at it. Part of the address, so that a reload stays there. */
export interface Wall {
  readonly isOn: ReadonlySignal<boolean>
  toggle(): void
}

/** `?wall=1` before the `#`. */
export function openWall(view: Pick<Window, 'location' | 'history'>): Wall {
  const isOn = signal(new URLSearchParams(view.location.search).get('wall') === '1')
  return {
    isOn,
    toggle: () => {
      isOn.value = !isOn.value
      const { pathname, hash } = view.location
      view.history.replaceState(view.history.state, '', `${pathname}${isOn.value ? '?wall=1' : ''}${hash}`)
    },
  }
}

/** The hour of the county's night in which a wall starts anew. (§4.3) */
const RELOAD_HOUR = '04'

/** A page younger than this has had its reload. */
const YOUNG_MS = 2 * 3_600_000

/** What decides whether a wall may start anew. */
export interface WallNow {
  /** `03:07:05` in the county's zone. */
  readonly time: string
  /** Since the page was opened, in ms. */
  readonly ageMs: number
  readonly openRed: number
  /** Whether the control room answers: a page that is let go of while it does not is gone. */
  readonly isLive: boolean
}

/** True once a night, from 04:00 on, as soon as no red alarm is open. */
export function wallReloadIsDue({ time, ageMs, openRed, isLive }: WallNow): boolean {
  return time.startsWith(`${RELOAD_HOUR}:`) && ageMs >= YOUNG_MS && openRed === 0 && isLive
}

/** A wall that has painted nothing for this long starts anew. (§4.3) */
export const FROZEN_AFTER_MS = 30_000

/** How often it is looked at. */
export const FRAME_LOOK_MS = 5_000

/** When a frame was painted last, as far as is known, and when it was looked at; by the page's monotonic clock. */
export interface Painted {
  readonly at: number
  readonly looked: number
}

/** One look at the frames. What was not looked at for long, or is not shown, says nothing about painting. */
export function lookAtFrames(
  { at, looked }: Painted,
  { mono, painted, isShown }: { readonly mono: number; readonly painted: boolean; readonly isShown: boolean },
): { readonly painted: Painted; readonly isFrozen: boolean } {
  const wasAway = !isShown || mono - looked > 3 * FRAME_LOOK_MS
  const last = painted || wasAway ? mono : at
  return { painted: { at: last, looked: mono }, isFrozen: mono - last >= FROZEN_AFTER_MS }
}
