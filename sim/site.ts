import type { z } from 'zod'
import type { Activity, SiteLoad } from '../core/contract/activity.ts'
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
  /** What its serial side runs at, where that is not the usual rate. */
  readonly baud?: number
}

/** What all devices have. */
interface SimDeviceBase {
  readonly id: string
  readonly name: Bilingual
  /** vendor/model of the device profile. */
  readonly profile: string
  readonly bus: string
  /** Poll period as the contract writes durations. */
  readonly every: string
  /** Periods of slow and rare points, where they are not the usual ones. */
  readonly pace?: { readonly slow?: string; readonly rare?: string }
  /** Points to read; all of the profile's when absent. */
  readonly points?: readonly string[]
  readonly spans?: Spans
  /** Makes the device's model: its values as a pure function of scenario time in seconds. */
  readonly model: (world: World) => (seconds: number) => PointValues
  /** Points that count on from where they were when the simulator last ended. */
  readonly counters?: readonly string[]
}

/** A Modbus device on its unit id, or a DL/T 645 meter on its address of 12 digits. */
export type SimDevice = SimDeviceBase &
  ({ readonly unit: number; readonly address?: never } | { readonly unit?: never; readonly address: string })

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
  /** What it draws when nothing is wrong, and how its signals are put together, where they are. */
  readonly load?: z.input<typeof SiteLoad>
  readonly activity?: z.input<typeof Activity>
  /** The port of the line between its gateway and the broker, where the scenario can cut it. */
  readonly relayPort?: number
  /** The gateway's own 4G modem, behind a serial server on this port, and its number. */
  readonly modem?: { readonly port: number; readonly number: string }
}
