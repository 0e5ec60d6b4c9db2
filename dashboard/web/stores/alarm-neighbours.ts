import type { Alarm } from '../../../core/contract/alarm.ts'
import type { PointInfo } from '../../../core/contract/http.ts'
import type { Quantity } from '../../../core/contract/quantity.ts'

/** Most points drawn around an alarm, its own among them. */
export const MOST_DRAWN = 4

/** What tells most of what goes on at a site, first first: does it draw power, does a fan or pump run, where does the water stand. */
const TELLING: readonly Quantity[] = [
  'power',
  'running',
  'level',
  'air_velocity',
  'gas',
  'presence',
  'contact',
  'current',
  'flow',
  'voltage',
]

/**
 * The points whose trends stand around an alarm: its own, those of the signals it rests on, and then the first point of each telling
 * quantity that is not there yet. At most four; a point the site does not have is left out.
 */
export function pointsAround<T extends PointInfo>(
  alarm: Pick<Alarm, 'point' | 'readings' | 'because'>,
  points: readonly T[],
): readonly T[] {
  const chosen: T[] = []
  const add = (point: T | undefined) => {
    if (point !== undefined && chosen.length < MOST_DRAWN && !chosen.includes(point)) chosen.push(point)
  }
  const byRef = new Map(points.map((point) => [`${point.device}/${point.point}`, point]))
  add(byRef.get(alarm.point))
  for (const { point } of alarm.because ?? []) add(byRef.get(point))
  for (const { device, point } of alarm.readings) add(byRef.get(`${device}/${point}`))
  for (const quantity of TELLING) {
    if (!chosen.some((known) => known.quantity === quantity)) add(points.find((known) => known.quantity === quantity))
  }
  return chosen
}

/** How far the trends around an alarm reach to either side of its raise. */
export const AROUND_MS = 30 * 60_000

/** What is drawn around an alarm: ±30 min of its raise. Until those are over it ends now, and grows. */
export function windowAround({ raisedAt }: Pick<Alarm, 'raisedAt'>, now: number) {
  const end = raisedAt + AROUND_MS
  return { from: raisedAt - AROUND_MS, to: Math.min(end, Math.max(now, raisedAt)), isLive: end > now }
}
