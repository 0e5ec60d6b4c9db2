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
  readonly points: readonly (Omit<DeviceBirth['points'][number], 'latest'> & {
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

  constructor(devices: readonly BirthDevice[]) {
    const named = devices.map(({ device, points }) => ({ device, points: points.map(({ point }) => point) }))
    const aliases = aliasesOf(named)
    this.#known = new Map(
      devices.map((birth) => {
        const { device, points } = birth
        const known: Known = {
          birth,
          aliases: aliases.get(device) ?? { sequence: 0, points: new Map() },
          validFor: new Map(points.map(({ point, validForMs }) => [point, validForMs])),
          latest: new LatestReadings(
            device,
            points.map(({ point }) => point),
          ),
        }
        return [device, known]
      }),
    )
  }

  /** Remembers the newest reading of each point for the next birth. */
  note({ device, readings }: DeviceReadings): void {
    if (device !== null) this.#known.get(device)?.latest.note(readings)
  }

  /** A DBIRTH of each device, in the order of the configuration; each is made when it is asked for, since they are large. */
  *all(at: UtcMs): Generator<{ readonly device: string; readonly payload: Payload }, void, undefined> {
    for (const { birth, aliases, validFor, latest: known } of this.#known.values()) {
      const points = birth.points.map(({ validForMs: _expected, ...info }) => {
        const latest = known.of(info.point)
        // What was seen beats what was expected, and saves the property in every message that follows.
        if (latest !== null) validFor.set(info.point, latest.validUntil - latest.at)
        return { ...info, latest }
      })
      yield { device: birth.device, payload: deviceBirth(at, { ...birth, points }, { aliases, validFor }) }
    }
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
