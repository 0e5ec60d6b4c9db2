import type { AlarmQuality } from '../../contract/proof.ts'
import { UtcMs } from '../../contract/time.ts'

const MINUTE_MS = 60_000
export const WINDOW_MS = 10 * MINUTE_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
/** A flood begins with a window of more than so many alarms and ends with one of fewer than so many. (EEMUA 191) */
const FLOOD_ABOVE = 10
const FLOOD_BELOW = 5

/** What the desk had to bear between two instants. `times` = when alarms came (T3), in any order, all in [from, to). */
export function loadOf(
  times: readonly number[],
  { from, to }: { readonly from: number; readonly to: number },
): Pick<AlarmQuality, 'rate' | 'hourly' | 'floods' | 'floodShare'> {
  const sorted = times.toSorted((a, b) => a - b)
  const windows = countsPer(WINDOW_MS, sorted, { from, to })
  const floods = floodsIn(windows, from, to)
  const per = (ms: number) => (sorted.length * ms) / (to - from)
  return {
    rate: {
      ...{ per10Min: per(WINDOW_MS), perHour: per(HOUR_MS), perDay: per(DAY_MS) },
      windowsOver10: windows.filter((count) => count > FLOOD_ABOVE).length / windows.length,
      peakHour: mostWithin(sorted, HOUR_MS),
      peakMinute: mostWithin(sorted, MINUTE_MS),
    },
    hourly: countsPer(HOUR_MS, sorted, { from, to }),
    floods,
    floodShare: floods.reduce((sum, flood) => sum + flood.to - flood.from, 0) / (to - from),
  }
}

function countsPer(
  ms: number,
  times: readonly number[],
  { from, to }: { readonly from: number; readonly to: number },
): number[] {
  const counts = new Array<number>(Math.ceil((to - from) / ms)).fill(0)
  for (const at of times) {
    const index = Math.floor((at - from) / ms)
    counts[index] = (counts[index] ?? 0) + 1
  }
  return counts
}

function floodsIn(windows: readonly number[], from: number, to: number): AlarmQuality['floods'] {
  const floods: AlarmQuality['floods'] = []
  let began: number | null = null
  let alarms = 0
  const end = (index: number) => {
    if (began === null) return
    const [start, stop] = [from + began * WINDOW_MS, Math.min(to, from + index * WINDOW_MS)]
    floods.push({ from: UtcMs.parse(start), to: UtcMs.parse(stop), alarms })
    began = null
    alarms = 0
  }
  for (const [index, count] of windows.entries()) {
    if (began !== null && count < FLOOD_BELOW) end(index)
    if (began === null && count > FLOOD_ABOVE) began = index
    if (began !== null) alarms += count
  }
  end(windows.length)
  return floods
}

/** Most of them in any stretch of so many ms, its end not in it. */
function mostWithin(sorted: readonly number[], ms: number): number {
  let most = 0
  let first = 0
  for (const [index, at] of sorted.entries()) {
    while ((sorted[first] ?? at) <= at - ms) first += 1
    most = Math.max(most, index - first + 1)
  }
  return most
}
