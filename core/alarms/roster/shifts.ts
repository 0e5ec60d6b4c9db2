import type { Shift } from '../../contract/roster.ts'
import { DAY_MS } from './county-day.ts'

/** A shift as milliseconds: from the start of the day it belongs to. */
export interface ShiftTime {
  readonly id: string
  readonly fromMs: number
  /** More than 0, at most a day. */
  readonly lengthMs: number
}

/** A fault of a day's shifts: where they overlap or leave a hole, in the day's own time, `22:00–24:00`. */
export interface ShiftFault {
  readonly kind: 'hole' | 'overlap'
  readonly from: string
  readonly to: string
  /** The shifts it lies between, or those that overlap. */
  readonly shifts: readonly [string, string]
}

/** The shifts in the order they start. */
export function shiftTimes(shifts: readonly Shift[]): ShiftTime[] {
  return shifts
    .map(({ id, from, to }) => {
      const fromMs = msOf(from)
      const toMs = msOf(to)
      // One that ends at or before its start crosses midnight.
      return { id, fromMs, lengthMs: toMs > fromMs ? toMs - fromMs : toMs - fromMs + DAY_MS }
    })
    .sort((a, b) => a.fromMs - b.fromMs)
}

/** Every place where the shifts of a day do not meet; empty = they partition the day (E8). */
export function shiftFaults(shifts: readonly Shift[]): ShiftFault[] {
  const times = shiftTimes(shifts)
  return times.flatMap((time, place): ShiftFault[] => {
    const next = times[place + 1] ?? times[0] ?? time
    const endsAt = time.fromMs + time.lengthMs
    const nextAt = next.fromMs + (place + 1 < times.length ? 0 : DAY_MS)
    const between: ShiftFault['shifts'] = [time.id, next.id]
    if (endsAt < nextAt) return [{ kind: 'hole', from: timeText(endsAt), to: timeText(nextAt), shifts: between }]
    if (endsAt > nextAt) return [{ kind: 'overlap', from: timeText(nextAt), to: timeText(endsAt), shifts: between }]
    return []
  })
}

function msOf(time: string): number {
  return (Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))) * 60_000
}

function timeText(ms: number): string {
  const minutes = Math.floor((ms % DAY_MS) / 60_000)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}
