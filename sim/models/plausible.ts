import {
  type Dlt645Point,
  type Dlt645Profile,
  type ModbusPoint,
  type ModbusProfile,
  REGISTERS_OF,
} from '../../core/contract/device-profile.ts'
import { QUANTITIES, type Quantity, UNITS } from '../../core/contract/quantity.ts'
import type { PointValues } from '../modbus/image.ts'
import { balanced } from './load.ts'
import { type Electrical, meter } from './meter.ts'
import { drawOf } from './noise.ts'
import { sdm630Points } from './meter-points.ts'

type Band = readonly [number, number]
type BusProfile = ModbusProfile | Dlt645Profile
type BusPoint = ModbusPoint | Dlt645Point

/** What such things read on an ordinary day, in the quantity's own unit; the first band that a point can hold counts. */
const ORDINARY: Readonly<Record<Quantity, readonly Band[]>> = {
  voltage: [
    [226, 234],
    [24, 27],
    [12.4, 13.8],
  ],
  current: [[3, 40]],
  power: [[900, 7_500]],
  reactive_power: [[200, 1_500]],
  apparent_power: [[1_000, 8_000]],
  power_factor: [[0.88, 0.97]],
  frequency: [[49.95, 50.05]],
  energy: [[1_200, 9_000]],
  reactive_energy: [[200, 2_000]],
  distortion: [[1, 4]],
  level: [[1, 8]],
  pressure: [
    [300, 450],
    [95, 105],
  ],
  air_velocity: [[0.8, 3.5]],
  temperature: [[16, 32]],
  humidity: [[45, 70]],
  fill: [[45, 90]],
  loop_current: [[6, 14]],
  gas: [[0.02, 0.2]],
  rotational_speed: [[1_480, 1_500]],
  vibration_velocity: [[0.6, 2.5]],
  displacement: [[10, 60]],
  flow: [[20, 60]],
  duration: [[36_000, 3_600_000]],
  ratio: [[20, 40]],
  state: [[0, 3]],
  count: [[0, 20]],
  contact: [[0, 0]],
  running: [[1, 1]],
  tamper: [[0, 0]],
  presence: [[0, 0]],
  stream: [[1, 1]],
  fault: [[0, 0]],
}

/** Volts between two phases. */
const LINE_TO_LINE: Band = [392, 404]
/** Oxygen in air, % by volume. */
const OXYGEN: Band = [20.7, 20.9]
const WHOLE_NUMBERS: readonly Quantity[] = ['count', 'ratio', 'state']

/**
 * A believable value for every point of a profile: inside its range, in what its registers can hold, ordinary for its quantity,
 * and for meters such that volts, amperes and watts belong together. The same seed gives the same values. Values are in the
 * quantity's own unit, or in the point's where only the site knows what it stands for.
 */
export function plausibleValues(profile: BusProfile, seed: number): PointValues {
  const measured = electricalPoints(profile, seed)
  return Object.fromEntries(
    profile.points.map((point): [string, number | boolean] => [point.point, valueOf(point, measured, profile, seed)]),
  )
}

function valueOf(point: BusPoint, measured: PointValues, profile: BusProfile, seed: number): number | boolean {
  const own = QUANTITIES[point.quantity]
  if (own.kind === 'boolean') return ORDINARY[point.quantity][0]?.[0] === 1
  const [low, high] = limitsOf(point)
  const fits = (value: number) => value >= low && value <= high && !isSentinel(point, value)
  const known = measured[point.point]
  if (typeof known === 'number' && UNITS[point.unit].own === own.unit && fits(known)) return known
  const share = drawOf(seed, `${profile.profile}/${point.point}`, 0)
  const band = bandsOf(point).find(([from, to]) => fits(from) && fits(to)) ?? [
    low + 0.4 * (high - low),
    low + 0.6 * (high - low),
  ]
  const value = band[0] + share * (band[1] - band[0])
  const whole = Math.round(value)
  return WHOLE_NUMBERS.includes(point.quantity) && fits(whole) ? whole : value
}

function bandsOf(point: BusPoint): readonly Band[] {
  if (point.quantity === 'voltage' && /l\d-?l?\d/.test(point.point)) return [LINE_TO_LINE, ...ORDINARY.voltage]
  if (point.quantity === 'gas' && /oxygen|(^|-)o2($|-)/.test(point.point)) return [OXYGEN, ...ORDINARY.gas]
  return ORDINARY[point.quantity]
}

/** Ends of what a point can show, in the unit that its values are given in. */
function limitsOf(point: BusPoint): Band {
  const held = 'item' in point ? digitsOf(point) : heldBy(point).map((raw) => raw * point.scale + point.offset)
  const low = Math.max(point.range[0], Math.min(...held))
  const high = Math.min(point.range[1], Math.max(...held))
  const factor = factorOf(point)
  return [low * factor, high * factor]
}

function factorOf({ unit, quantity }: BusPoint): number {
  return UNITS[unit].factor / UNITS[QUANTITIES[quantity].unit].factor
}

/** What so many BCD digits can show; the highest bit may be a sign. */
function digitsOf({ bytes, decimals, signed }: Dlt645Point): Band {
  const most = (10 ** (2 * bytes) - 1) / 10 ** decimals
  return signed ? [-0.79 * most, 0.79 * most] : [0, most]
}

function heldBy({ type, bits }: ModbusPoint): Band {
  if (bits !== undefined) return [0, 2 ** (bits[1] - bits[0] + 1) - 1]
  const most = 2 ** (16 * REGISTERS_OF[type])
  switch (type) {
    case 'bit':
      return [0, 1]
    case 'u16':
    case 'u32':
    case 'u64':
      return [0, most - 1]
    case 's16':
    case 's32':
    case 's64':
      return [-most / 2, most / 2 - 1]
    case 'f32':
      return [-3e38, 3e38]
  }
}

function isSentinel(point: BusPoint, value: number): boolean {
  if ('item' in point) return false
  const raw = (value / factorOf(point) - point.offset) / point.scale
  const shown = point.type === 'f32' ? raw : Math.round(raw)
  return point.sentinels.some(({ raw: said }) => {
    return typeof said === 'number' ? said === shown : said[0] <= shown && shown <= said[1]
  })
}

/** What a meter would measure, by the point ids that meters share, all of one load; one phase where the profile knows no second. */
function electricalPoints({ profile, points }: BusProfile, seed: number): PointValues {
  const watts = 2_000 + 6_000 * drawOf(seed, `${profile}/load`, 0)
  const draw = balanced(watts, 0.9 + 0.06 * drawOf(seed, `${profile}/factor`, 0))
  const measure = meter({ seed, name: profile, load: () => draw, live: () => true, startKWh: startKWh(seed, profile) })
  const all = measure(0)
  if (points.some(({ point }) => point.endsWith('-l2'))) return sdm630Points(all)
  const only: Electrical = { ...all, watts: [all.watts[0], 0, 0], vars: [all.vars[0], 0, 0] }
  const single = sdm630Points(only)
  return {
    ...single,
    voltage: single['voltage-l1'] ?? null,
    current: single['current-l1'] ?? null,
  }
}

function startKWh(seed: number, profile: string): number {
  return Math.round(1_000 + 8_000 * drawOf(seed, `${profile}/energy`, 0))
}
