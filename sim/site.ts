import type { z } from 'zod'
import type { RuleConfig, Site } from '../core/contract/site.ts'
import type { Bilingual } from '../core/contract/text.ts'
import type { Sight } from './camera/alert.ts'
import type { PointValues, Spans } from './modbus/image.ts'
import type { Scenario } from './scenario.ts'

/** What every model depends on besides time: the same world always behaves the same. */
export interface World {
  readonly seed: number
  readonly scenario: Scenario
}

export interface SimBus {
  readonly id: string
  readonly kind: 'tcp' | 'rtu-over-tcp'
  /** The port it is served on unless that is taken. */
  readonly port: number
}

export interface SimDevice {
  readonly id: string
  readonly name: Bilingual
  /** vendor/model of the device profile. */
  readonly profile: string
  readonly bus: string
  readonly unit: number
  /** Poll period as the contract writes durations. */
  readonly every: string
  /** Points to read; all of the profile's when absent. */
  readonly points?: readonly string[]
  readonly spans?: Spans
  /** Makes the device's model: its values as a pure function of scenario time in seconds. */
  readonly model: (world: World) => (seconds: number) => PointValues
}

export interface SimCamera {
  readonly id: string
  readonly name: Bilingual
  readonly profile: string
  readonly port: number
  /** What it sees, as a pure function of scenario time in seconds. */
  readonly model: (world: World) => (seconds: number) => Sight | null
}

/** A fictional site: what stands there, how it behaves and what its gateway watches for. */
export interface SimSite {
  readonly site: z.input<typeof Site> & { readonly simulated: true }
  readonly buses: readonly SimBus[]
  readonly devices: readonly SimDevice[]
  readonly cameras: readonly SimCamera[]
  readonly rules: readonly z.input<typeof RuleConfig>[]
  /** The port of the line between its gateway and the broker, where the scenario can cut it. */
  readonly relayPort?: number
}
