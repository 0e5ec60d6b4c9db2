import { HouseError } from '../../core/kit/errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { readSecret } from '../../platform/secrets.ts'
import type { Batch, Driver } from '../driver.ts'
import type { Reach } from '../deterrent/output.ts'
import { fieldDriver, type FieldDriver, type OpenBus } from '../field-drivers.ts'
import type { HealthFacts } from '../health.ts'
import type { Memory } from '../memory.ts'
import { supervise } from '../supervisor.ts'
import { changed, changeOf, type Piece } from './change.ts'
import { type Line, openLine } from './line.ts'
import type { BusPiece, CameraPiece, DevicePiece, FieldPieces } from './pieces.ts'

export interface FieldParts {
  readonly clock: Clock
  readonly log: Log
  readonly memory: Memory
  /** The folder that names of secret files count from. */
  readonly baseFolder: string
  /** The gateway's store. */
  readonly storeFolder: string
  /** Takes what is read. */
  readonly accept: (batch: Batch) => Promise<void>
}

/** A piece that runs, and how it is ended. */
interface Running<P extends Piece, D extends Driver> {
  readonly piece: P
  readonly driver: D
  end(): Promise<void>
}

/** Everything of a gateway that touches the site: open buses and the tasks that read devices and hear cameras. */
export class Field {
  readonly #parts: FieldParts
  readonly #lines = new Map<string, Line>()
  readonly #devices = new Map<string, Running<DevicePiece, FieldDriver>>()
  readonly #cameras = new Map<string, Running<CameraPiece, Driver>>()
  #order: FieldPieces = { buses: [], devices: [], cameras: [] }

  /** Nothing runs yet. */
  constructor(parts: FieldParts) {
    this.#parts = parts
  }

  /** The pieces that run. */
  get pieces(): FieldPieces {
    return this.#order
  }

  /** How buses and devices are, in the order of the configuration. */
  get facts(): Pick<HealthFacts, 'buses' | 'devices'> {
    return {
      buses: this.#order.buses.flatMap(({ id }) => this.#lines.get(id)?.bus ?? []),
      devices: this.#order.devices.flatMap(({ id }) => this.#devices.get(id)?.driver ?? []),
    }
  }

  /** A bus that is open now, with what is configured of it; null for another. */
  line(bus: string): OpenBus | null {
    return this.#lines.get(bus) ?? null
  }

  /** Where a Modbus device can be reached now; null for another, and for one that is not read now. */
  reach(device: string): Reach | null {
    const piece = this.#devices.get(device)?.piece.device
    const line = piece === undefined ? undefined : this.#lines.get(piece.bus)
    return piece?.unit === undefined || line === undefined ? null : { bus: line.bus, unit: piece.unit }
  }

  /**
   * Stops and starts what differs from `to`; what is the same goes on untouched. `between` is called when what is not wanted has
   * ended and nothing new has begun. Throws `config/invalid` when a piece cannot be made; then only some of `to` run, and
   * another settling puts that right. One settling at a time.
   */
  async settle(to: FieldPieces, between: () => void): Promise<void> {
    const buses = changeOf(runningOf(this.#lines), to.buses)
    const devices = changeOf(runningOf(this.#devices), to.devices)
    const cameras = changeOf(runningOf(this.#cameras), to.cameras)
    await Promise.all([
      ...devices.stopped.map(({ id }) => this.#devices.get(id)?.end()),
      ...cameras.stopped.map(({ id }) => this.#cameras.get(id)?.end()),
    ])
    for (const { id } of devices.stopped) this.#devices.delete(id)
    for (const { id } of cameras.stopped) this.#cameras.delete(id)
    await this.#closeLines(buses.stopped)
    between()
    this.#order = { buses: changed(buses), devices: changed(devices), cameras: changed(cameras) }
    for (const piece of buses.started) this.#lines.set(piece.id, await this.#open(piece))
    for (const piece of devices.started) this.#devices.set(piece.id, this.#start(piece, await this.#driverOf(piece)))
    for (const piece of cameras.started) this.#cameras.set(piece.id, this.#start(piece, await this.#cameraOf(piece)))
  }

  /** Ends everything. */
  async close(): Promise<void> {
    await this.settle({ buses: [], devices: [], cameras: [] }, () => undefined)
  }

  async #closeLines(stopped: readonly BusPiece[]): Promise<void> {
    for (const { id } of stopped) {
      await this.#lines.get(id)?.close()
      this.#lines.delete(id)
    }
  }

  #open(piece: BusPiece): Promise<Line> {
    const { clock, log, storeFolder } = this.#parts
    return openLine(piece, { clock, log, folder: storeFolder })
  }

  #driverOf(piece: DevicePiece): Promise<FieldDriver> {
    const line = this.#lines.get(piece.device.bus)
    if (line === undefined) throw new HouseError('config/invalid', `${piece.id}: no bus ${piece.device.bus} is open`)
    return fieldDriver(piece, line, this.#parts)
  }

  async #cameraOf({ camera, profile }: CameraPiece): Promise<Driver> {
    const { clock, log, baseFolder } = this.#parts
    const password = readSecret(camera, `password of ${camera.id}`, { baseFolder })
    if (profile.driver !== 'isapi' || password === null)
      throw new HouseError('config/invalid', `${camera.id}: expected a camera with a password, came ${camera.profile}`)
    // A gateway without cameras does without their parsers, 10 MB of them.
    const { isapiDriver } = await import('../drivers/isapi/driver.ts')
    return isapiDriver({ camera, profile, password, clock, log: log.child({ device: camera.id }) })
  }

  #start<P extends Piece, D extends Driver>(piece: P, driver: D): Running<P, D> {
    const { clock, log, accept } = this.#parts
    const stop = new AbortController()
    const done = supervise(driver, accept, { clock, log: log.child({ device: driver.device }), signal: stop.signal })
    const end = () => {
      stop.abort()
      return done
    }
    return { piece, driver, end }
  }
}

function runningOf<P extends Piece>(running: ReadonlyMap<string, { readonly piece: P }>): readonly P[] {
  return Array.from(running.values(), ({ piece }) => piece)
}
