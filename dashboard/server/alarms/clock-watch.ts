import type { LedgerAction } from './ledger.ts'
import type { SteadyTime } from './steady-time.ts'

/** A set-back worth writing down, ms; what clocks are corrected by every day is less. */
const WORTH_MS = 1_000

export interface ClockLook {
  /** For the ledger, when the clock was set back (further) since the last look. */
  readonly entry: LedgerAction | null
  /** How far the wall clock is behind, ms; 0 = it is not. */
  readonly setBackMs: number
}

/** Notices when somebody sets the wall clock back. (§3.4) */
export function openClockWatch(time: SteadyTime): { look(): ClockLook } {
  let seen = 0
  return {
    look: () => {
      const setBackMs = Math.floor(time.behind())
      const byMs = setBackMs - seen
      // While the clock catches up, it is known to be behind.
      seen = byMs >= WORTH_MS ? setBackMs : Math.min(seen, setBackMs)
      if (byMs < WORTH_MS) return { entry: null, setBackMs: setBackMs < WORTH_MS ? 0 : setBackMs }
      const detail = { byMs, behindMs: setBackMs, wallAt: time.wall() }
      const entry: LedgerAction = {
        actor: { kind: 'system', name: 'control-room' },
        act: 'clock-set-back',
        subject: 'clock',
        detail,
      }
      return { entry, setBackMs }
    },
  }
}
