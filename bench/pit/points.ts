import { VALID_PERIODS } from '../../core/decode/device-points.ts'
import type { Quantity } from '../../core/contract/quantity.ts'
import type { PitSite } from './site.ts'

/** A point of a site and how it is read. */
export interface PitPoint {
  readonly ref: string
  readonly quantity: Quantity
  /** From one reading to the next, s. */
  readonly everyS: number
  readonly validMs: number
}

const SLOW_S = 30
const RARE_S = 300

/** The points of a site; fast ones are read every `everyS`, the others less often. */
export function pointsOf(site: PitSite, everyS: number): readonly PitPoint[] {
  const point = (ref: string, quantity: Quantity, seconds = everyS): PitPoint => {
    const every = Math.max(everyS, Math.round(seconds / everyS) * everyS)
    return { ref, quantity, everyS: every, validMs: VALID_PERIODS * every * 1_000 }
  }
  const { fitted } = site
  return [
    point('meter/power', 'power'),
    point('meter/current-a', 'current'),
    point('meter/current-b', 'current'),
    point('meter/current-c', 'current'),
    point('meter/voltage', 'voltage'),
    ...(fitted.frequency ? [point('meter/frequency', 'frequency')] : []),
    ...(fitted.powerFactor ? [point('meter/power-factor', 'power_factor', SLOW_S)] : []),
    point('meter/energy', 'energy', SLOW_S),
    ...site.pumps.map((_, index) => point(`io/pump-${index + 1}`, 'running')),
    ...(site.fan?.hasContact === true ? [point('io/fan', 'running')] : []),
    ...(fitted.door ? [point('io/door', 'contact')] : []),
    point('ups/mains-fail', 'fault'),
    point('sump/level', 'level', SLOW_S),
    point('weather/temperature', 'temperature', RARE_S),
    ...(fitted.vibration ? [point('shaft/vibration', 'vibration_velocity')] : []),
    point('gate-camera/stream', 'stream', SLOW_S),
    point('gate-camera/human', 'presence', SLOW_S),
    point('gate-camera/vehicle', 'presence', SLOW_S),
  ]
}
