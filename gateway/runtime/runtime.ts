import type { DeployReport } from '../../core/contract/config-lane.ts'
import type { Batch } from '../driver.ts'
import type { LoadedGateway } from '../../platform/site/loaded-gateway.ts'
import type { Reach } from '../deterrent/output.ts'
import type { OpenBus } from '../field-drivers.ts'
import type { HealthFacts } from '../health.ts'
import { changeOf, fatesOf, type Piece } from './change.ts'
import { Field, type FieldParts } from './field.ts'
import { fieldPieces } from './pieces.ts'
import { type Continuity, type ContinuityWatch, Pulses } from './pulses.ts'

export interface RuntimeParts extends FieldParts {
  /** Told of a configuration in the moment it takes effect, before anything new is read. Must be quick and not throw. */
  readonly onSwitch: (now: LoadedGateway) => void
}

/** Devices that are read more seldom than this are not waited for when a change is measured, in ms. */
const MOST_WATCHED_MS = 30_000

/** What of a gateway is made from its configuration, and can be made anew while it runs. */
export class Runtime {
  readonly #parts: RuntimeParts
  readonly #field: Field
  readonly #pulses = new Pulses()
  #loaded: LoadedGateway
  /** The last change asked for; the next waits for its end. */
  #changing: Promise<unknown> = Promise.resolve()

  /** Nothing runs before `begin`. */
  constructor(loaded: LoadedGateway, parts: RuntimeParts) {
    this.#parts = parts
    this.#loaded = loaded
    this.#field = new Field({ ...parts, accept: (batch) => this.#accept(batch) })
  }

  /** The configuration in effect. */
  get loaded(): LoadedGateway {
    return this.#loaded
  }

  get facts(): Pick<HealthFacts, 'buses' | 'devices'> {
    return this.#field.facts
  }

  /** A bus that is open now, with what is configured of it; null for another. */
  line(bus: string): OpenBus | null {
    return this.#field.line(bus)
  }

  /** Where a Modbus device can be reached now; null while it cannot. */
  reach(device: string): Reach | null {
    return this.#field.reach(device)
  }

  /** Begins to read what the configuration names. Throws `config/invalid` and `config/unreadable`. */
  async begin(): Promise<void> {
    await this.#inTurn(() => this.#field.settle(fieldPieces(this.#loaded), () => undefined))
  }

  /**
   * Goes over to another configuration of the same site: what is the same in both goes on untouched. Answers when the devices that
   * stayed have been heard again, or have not been for too long. When something of it cannot be made the gateway is put back as
   * it was, and the error thrown: `config/invalid`, `config/unreadable`.
   */
  async apply(next: LoadedGateway, signal: AbortSignal): Promise<DeployReport> {
    const { watch, report } = await this.#inTurn(() => this.#apply(next))
    const { clock } = this.#parts
    const longest = Math.min(MOST_WATCHED_MS, 2 * watch.usualMs)
    const over = new AbortController()
    const late = clock.sleep(longest, AbortSignal.any([signal, over.signal])).catch(() => undefined)
    await Promise.race([watch.all, late])
    over.abort()
    return { ...report, continuity: continuityOf(watch.end(clock.mono()), next) }
  }

  /** Ends everything that was begun when `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await aborted(signal)
    await this.close()
  }

  /** Ends everything that was begun. */
  async close(): Promise<void> {
    await this.#inTurn(() => this.#field.close())
  }

  async #apply(next: LoadedGateway): Promise<{ watch: ContinuityWatch; report: Omit<DeployReport, 'continuity'> }> {
    const before = this.#loaded
    const [from, to] = [this.#field.pieces, fieldPieces(next)]
    const report = {
      buses: fatesOf(changeOf(from.buses, to.buses)),
      devices: fatesOf(changeOf<Piece>([...from.devices, ...from.cameras], [...to.devices, ...to.cameras])),
      rules: fatesOf(changeOf(rulePieces(before), rulePieces(next))),
    }
    const { kept, restarted, removed } = report.devices
    this.#pulses.forget([...restarted, ...removed])
    const watch = this.#pulses.watch(kept)
    try {
      await this.#field.settle(to, () => this.#switchTo(next))
    } catch (error) {
      watch.end(0)
      await this.#field.settle(from, () => this.#switchTo(before))
      throw error
    }
    watch.changed()
    return { watch, report }
  }

  #switchTo(loaded: LoadedGateway): void {
    this.#loaded = loaded
    this.#parts.onSwitch(loaded)
  }

  #accept(batch: Batch): Promise<void> {
    this.#pulses.heard(batch.device, this.#parts.clock.mono())
    return this.#parts.accept(batch)
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#changing.then(work)
    this.#changing = done.catch(() => undefined)
    return done
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

/** Rules as pieces: one that judges and counts as before keeps its memory. */
function rulePieces({ plan }: LoadedGateway): readonly Piece[] {
  return plan.rules.map(({ id, as, fingerprint, priority }) => ({ id, key: `${priority} ${as} ${fingerprint}` }))
}

/** Cameras have no period: theirs is no measure. */
function continuityOf(continuities: readonly Continuity[], { config }: LoadedGateway): DeployReport['continuity'] {
  const periods = new Map(config.devices.map(({ id, every }) => [id, every]))
  const measured = continuities.flatMap(({ device, usualMs, gapMs }) => {
    const period = periods.get(device)
    return period === undefined ? [] : [{ device, period, lateMs: Math.max(0, gapMs - usualMs) }]
  })
  return {
    measured: measured.length,
    late: measured.filter(({ lateMs, period }) => lateMs > period).map(({ device }) => device),
    worstLateMs: Math.max(0, ...measured.map(({ lateMs }) => lateMs)),
  }
}
