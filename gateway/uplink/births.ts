import type { StoredReading } from '../../core/contract/reading.ts'
import type { UtcMs } from '../../core/contract/time.ts'
import type { Payload } from '../../platform/sparkplug.ts'
import { aliasesOf, deviceBirth, deviceData, type Aliases, type DeviceBirth } from '../../platform/telemetry.ts'

/** A device as its births tell it, before any reading. */
export interface BirthDevice extends Omit<DeviceBirth, 'points'> {
  readonly points: readonly (Omit<DeviceBirth['points'][number], 'latest'> & {
    /** How long a reading is expected to stay valid, ms. */
    readonly validForMs: number
  })[]
}

/** The node's devices with their aliases and last readings: what DBIRTH and DDATA are made of. */
export class Births {
  readonly #devices: readonly BirthDevice[]
  readonly #aliases: ReadonlyMap<string, Aliases>
  readonly #latest = new Map<string, StoredReading>()
  readonly #validFor: ReadonlyMap<string, Map<string, number>>

  constructor(devices: readonly BirthDevice[]) {
    this.#devices = devices
    this.#aliases = aliasesOf(
      devices.map(({ device, points }) => ({ device, points: points.map(({ point }) => point) })),
    )
    this.#validFor = new Map(
      devices.map(({ device, points }) => [
        device,
        new Map(points.map(({ point, validForMs }) => [point, validForMs])),
      ]),
    )
  }

  /** Remembers the newest reading of each point for the next birth. */
  note(readings: readonly StoredReading[]): void {
    for (const reading of readings) this.#latest.set(`${reading.device}/${reading.point}`, reading)
  }

  /** A DBIRTH of each device, in the order of the configuration. */
  all(at: UtcMs): { readonly device: string; readonly payload: Payload }[] {
    return this.#devices.map((birth) => {
      const validFor = this.#validFor.get(birth.device) ?? new Map<string, number>()
      const points = birth.points.map(({ validForMs: _expected, ...info }) => {
        const latest = this.#latest.get(`${info.device}/${info.point}`)
        if (latest === undefined) return { ...info, latest: null }
        // What was seen beats what was expected, and saves the property in every message that follows.
        validFor.set(info.point, latest.validUntil - latest.at)
        return { ...info, latest }
      })
      return {
        device: birth.device,
        payload: deviceBirth(at, { ...birth, points }, this.#tags(birth.device, validFor)),
      }
    })
  }

  /** A DDATA of readings of one device; null for points or a device that are configured no longer. */
  data(at: UtcMs, readings: readonly StoredReading[], historical: boolean): Payload | null {
    const device = readings[0]?.device
    const aliases = device === undefined ? undefined : this.#aliases.get(device)
    if (device === undefined || aliases === undefined) return null
    if (readings.some(({ point }) => !aliases.points.has(point))) return null
    const validFor = this.#validFor.get(device) ?? new Map<string, number>()
    return deviceData(at, readings, { aliases, validFor, historical })
  }

  #tags(
    device: string,
    validFor: ReadonlyMap<string, number>,
  ): { aliases: Aliases; validFor: ReadonlyMap<string, number> } {
    return { aliases: this.#aliases.get(device) ?? { sequence: 0, points: new Map() }, validFor }
  }
}
