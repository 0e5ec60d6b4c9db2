import type { Dice } from './dice.ts'
import { follow } from './span.ts'
import type { PitSite } from './site.ts'
import type { World } from './world.ts'

const MOTOR_PF = 0.83
const OTHER_PF = 0.97

/** What the meter shows, changed in place by `read`: W, A, V, Hz, kW.h. */
export interface MeterFace {
  readonly isSilent: boolean
  readonly powerW: number
  readonly amps: Float64Array
  readonly volts: number
  readonly frequency: number
  readonly powerFactor: number
  readonly energyKWh: number
  read(t: number): void
}

/** The site's meter with its noise, its resolution and its faults. */
export function meterOf(world: World, dice: Dice): MeterFace {
  return new NoisyMeter(world, dice)
}

class NoisyMeter implements MeterFace {
  isSilent = false
  powerW = 0
  readonly amps = new Float64Array(3)
  volts = 0
  frequency = 50
  powerFactor = 1
  energyKWh = 0
  readonly #world: World
  readonly #site: PitSite
  readonly #dice: Dice
  readonly #gaps
  readonly #spikes
  readonly #stuck
  readonly #startKWh: number

  constructor(world: World, dice: Dice) {
    this.#world = world
    this.#site = world.site
    this.#dice = dice
    this.#gaps = follow(world.faults.gaps)
    this.#spikes = follow(world.faults.spikes)
    this.#stuck = follow(world.faults.stuck)
    this.#startKWh = dice.uniform(1_000, 90_000)
  }

  read(t: number): void {
    const { deed, hasMains } = this.#world
    const isCut = deed?.cutsMeter === true && t >= deed.from
    const isGap = this.#gaps.at(t) !== null
    this.isSilent = isGap || isCut || (!hasMains && this.#site.meter.diesWithMains)
    const isStuck = this.#stuck.at(t) !== null
    const spike = this.#spikes.at(t)
    if (this.isSilent || isStuck) return
    this.#measure()
    if (spike !== null) this.powerW = spike.value === 'zero' ? 0 : 65_535 * this.#site.meter.resolutionW
  }

  #measure(): void {
    const { phaseW, volts, motorW, joules } = this.#world
    const { noise, resolutionW, ctError, isSwapped } = this.#site.meter
    const gain = (1 + ctError) * (1 + noise * this.#dice.gauss())
    const watts = phaseW[0]! + phaseW[1]! + phaseW[2]!
    const motorShare = watts > 0 ? Math.min(1, motorW / watts) : 0
    const pf = OTHER_PF - (OTHER_PF - MOTOR_PF) * motorShare
    this.powerW = stepped(watts * gain, resolutionW)
    this.volts = stepped(volts, 0.1)
    for (let phase = 0; phase < 3; phase++) {
      const shown = isSwapped && phase > 0 ? 3 - phase : phase
      this.amps[shown] = volts > 0 ? stepped((phaseW[phase]! * gain) / (volts * pf), 0.01) : 0
    }
    this.frequency = volts > 0 ? stepped(50 + 0.015 * this.#dice.gauss(), 0.01) : 0
    this.powerFactor = watts > 0 ? stepped(pf + 0.004 * this.#dice.gauss(), 0.001) : 1
    this.energyKWh = stepped(this.#startKWh + (joules * (1 + ctError)) / 3.6e6, 0.01)
  }
}

/** A value as an instrument of this resolution shows it. */
export function stepped(value: number, resolution: number): number {
  return Math.round(Math.round(value / resolution) * resolution * 1e6) / 1e6
}
