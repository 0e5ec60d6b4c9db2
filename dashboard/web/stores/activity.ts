import type { MonoMs } from '../../../core/contract/time.ts'
import { elapsed } from '../../../core/kit/time.ts'
import type { PageClock } from '../kit/clock.ts'
import type { SessionStore } from './session.ts'

/** That somebody is there is told at most this often. */
const TELL_EVERY_MS = 30_000

/** How often it is looked whether there is something to tell. */
const LOOK_EVERY_MS = 5_000

const WITHIN_MS = 10_000

/** What only a person does. */
const SIGNS = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const

/** When somebody was last seen at the page, and when the control room was last told. */
export interface Activity {
  readonly seenAt: MonoMs
  readonly toldAt: MonoMs
}

/** What to do at `now`: tell that somebody was there, ask whether the session is locked by now, or nothing. */
export function activityStep({ seenAt, toldAt }: Activity, now: MonoMs, locksAfterMs: number): 'tell' | 'ask' | null {
  if (elapsed(toldAt, seenAt) > 0 && elapsed(toldAt, now) >= TELL_EVERY_MS) return 'tell'
  return elapsed(seenAt, now) > locksAfterMs ? 'ask' : null
}

export interface ActivityDeps {
  readonly clock: PageClock
  readonly session: Pick<SessionStore, 'active' | 'refresh'>
  readonly window: Pick<Window, 'addEventListener'>
  readonly locksAfterMs: number
}

/** Tells the control room while somebody is at the page, and asks it once nobody was for long enough, until `signal` aborts. Never throws. */
export async function followActivity(
  { clock, session, window, locksAfterMs }: ActivityDeps,
  signal: AbortSignal,
): Promise<void> {
  let seenAt = clock.mono()
  let toldAt = seenAt
  const see = () => {
    seenAt = clock.mono()
  }
  for (const sign of SIGNS) window.addEventListener(sign, see, { capture: true, passive: true, signal })
  for (;;) {
    const isOver = await clock.sleep(LOOK_EVERY_MS, signal).then(
      () => false,
      () => true,
    )
    if (isOver) return
    const step = activityStep({ seenAt, toldAt }, clock.mono(), locksAfterMs)
    const within = AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)])
    if (step === 'tell') {
      toldAt = clock.mono()
      await session.active(within).catch(() => undefined)
    } else if (step === 'ask') await session.refresh(within)
  }
}
