import type { UtcMs } from '../../core/contract/time.ts'
import type { Payload } from '../../platform/sparkplug.ts'
import {
  aliasesOf,
  deviceBirth,
  deviceData,
  type Aliases,
  type DeviceBirth,
  type NumberedReadings,
} from '../../platform/telemetry.ts'
import { LatestReadings } from './latest-readings.ts'

/** A device as its births tell it, before any reading. */
export interface BirthDevice extends Omit<DeviceBirth, 'points'> {
  readonly points: readonly (Omit<DeviceBirth['points'][number], 'latest' | 'range'> & {
    readonly range: readonly [number, number] | null
    /** How long a reading is expected to stay valid, ms. */
    readonly validForMs: number
  })[]
}

/** Readings of one device as they were committed; the device is null where there are none. */
export interface DeviceReadings extends NumberedReadings {
  readonly device: string | null
}

interface Known {
  readonly birth: BirthDevice
  readonly aliases: Aliases
  /** How long readings stay valid, as the last birth told it. */
  readonly validFor: Map<string, number>
  readonly latest: LatestReadings
}

/** The node's devices with their aliases and last readings: what DBIRTH and DDATA are made of. */
export class Births {
  readonly #known: ReadonlyMap<string, Known>

  /** `before` hands on what was read last of devices that stay. */
  constructor(devices: readonly BirthDevice[], before: Births | null = null) {
    const named = devices.map(({ device, points }) => ({ device, points: points.map(({ point }) => point) }))
    const aliases = aliasesOf(named)
    this.#known = new Map(
      devices.map((birth) => {
        const { device, points } = birth
        const latest = new LatestReadings(
          device,
          points.map(({ point }) => point),
        )
        const known: Known = {
          birth,
          aliases: aliases.get(device) ?? { sequence: 0, points: new Map() },
          validFor: new Map(points.map(({ point, validForMs }) => [point, validForMs])),
          latest,
        }
        before?.handOn(device, latest)
        return [device, known]
      }),
    )
  }

  /** In the order of the configuration. */
  get devices(): readonly string[] {
    return [...this.#known.keys()]
  }

  /** How many points the node has. */
  get points(): number {
    return [...this.#known.values()].reduce((sum, { birth }) => sum + birth.points.length, 0)
  }

  /** Remembers the newest reading of each point for the next birth. */
  note({ device, readings, uncertaintyMs }: DeviceReadings): void {
    if (device !== null) this.#known.get(device)?.latest.note(readings, uncertaintyMs)
  }

  /** Notes in `latest` what was read last of its device. */
  handOn(device: string, latest: LatestReadings): void {
    const known = this.#known.get(device)
    for (const { point } of known?.birth.points ?? []) {
      const last = known?.latest.of(point) ?? null
      if (last !== null) latest.note([last.reading], last.uncertaintyMs)
    }
  }

  /** The DBIRTH of a device; null for one that is configured no longer. */
  birth(at: UtcMs, device: string): Payload | null {
    const known = this.#known.get(device)
    if (known === undefined) return null
    const { birth, aliases, validFor } = known
    const points = birth.points.map(({ validForMs: _expected, range, ...rest }) => {
      const info = { ...rest, range: range === null ? null : ([range[0], range[1]] satisfies [number, number]) }
      const last = known.latest.of(info.point)
      if (last === null) return { ...info, latest: null }
      const { reading, uncertaintyMs } = last
      // What was seen beats what was expected, and saves the property in every message that follows.
      validFor.set(info.point, reading.validUntil - reading.at)
      return { ...info, latest: { ...reading, uncertaintyMs } }
    })
    return deviceBirth(at, { ...birth, points }, { aliases, validFor })
  }

  /** A DDATA of readings of one device; null for points or a device that are configured no longer, and for no readings. */
  data(at: UtcMs, { device, ...numbered }: DeviceReadings, historical: boolean): Payload | null {
    const known = device === null ? undefined : this.#known.get(device)
    if (known === undefined || numbered.readings.length === 0) return null
    const { aliases, validFor } = known
    if (!numbered.readings.every(({ point }) => aliases.points.has(point))) return null
    return deviceData(at, numbered, { aliases, validFor, historical })
  }
}
