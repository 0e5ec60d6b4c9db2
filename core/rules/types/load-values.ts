import type { Explanation } from '../../contract/alarm.ts'
import type { LoadView } from '../load/view.ts'

/** What every explanation over the site's load tells: power now, what would have been normal at this hour, since when that is known, what runs. */
export function loadValues(load: LoadView | null): Explanation['values'] {
  if (load === null) return {}
  const told = (value: number) => (Number.isFinite(value) ? Math.round(value) : null)
  return {
    power: told(load.power),
    normal: told(load.expected + load.envelope),
    unexplained: told(load.residual),
    days: load.isArmed ? load.daysLearned : null,
    running: load.running,
    runningW: told(load.runningW),
    starts: load.starts.length,
    overdue: load.overdue > 0 ? told(load.overdue) : null,
    stranger: load.stranger > 0 ? told(load.stranger) : null,
  }
}
