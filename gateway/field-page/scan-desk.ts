import { z } from 'zod'
import { Id } from '../../core/contract/text.ts'
import type { UtcMs } from '../../core/contract/time.ts'
import type { LineSettings } from '../../core/contract/device-profile.ts'
import type { Bus, BusDevice } from '../../core/contract/site.ts'
import { HouseError, messageOf } from '../../core/kit/errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { LoadedGateway } from '../../platform/site/loaded-gateway.ts'
import type { OpenBus } from '../field-drivers.ts'
import type { FieldBus } from '../link/field-bus.ts'
import { type ScanProgress, scanLine, type ScanReport } from '../technician/scan.ts'
import { unitsOf } from '../technician/scan-plan.ts'
import { SearchedBus } from './borrowed-bus.ts'
import { invalid } from './http.ts'

export const ScanOrder = z
  .object({
    bus: Id,
    /** Such as 1-32,100,247. */
    units: z.string().max(200).default('1-247'),
    /** Time the whole may take. */
    withinS: z.number().int().min(10).max(1_800).default(600),
  })
  .strict()
export type ScanOrder = z.infer<typeof ScanOrder>

export interface ScanDeps {
  readonly runtime: { readonly loaded: LoadedGateway; line(bus: string): OpenBus | null }
  readonly clock: Clock
  readonly log: Log
  /** Ends a scan with the gateway. */
  readonly signal: AbortSignal
}

/** How long a device is given for its first sign, ms: on a wire, and behind a network. */
const PROBE_MS = { wire: 50, network: 300 }
/** Profiles of a finding that are told, best first. */
const MOST_CANDIDATES = 3

interface Scan {
  readonly order: ScanOrder
  readonly by: string
  readonly startedAt: UtcMs
  readonly stop: AbortController
  state: 'running' | 'done' | 'cancelled' | 'failed'
  progress: Pick<ScanProgress, 'spentMs' | 'unit' | 'found'>
  report: ReturnType<typeof reportOf> | null
  error: { readonly code: string; readonly message: string } | null
}

/** One scan at a time over a bus that is being polled, and what came of the last one. */
export class ScanDesk {
  readonly #deps: ScanDeps
  #scan: Scan | null = null

  constructor(deps: ScanDeps) {
    this.#deps = deps
  }

  /** The scan that runs or was the last; null before the first. */
  view() {
    if (this.#scan === null) return null
    const { stop: _stop, order, ...told } = this.#scan
    return { ...order, ...told }
  }

  /** Begins one. Throws `http/invalid`, and `http/conflict` while another runs. */
  start(order: ScanOrder, by: string): void {
    const { runtime, clock, log } = this.#deps
    const units = unitsOf(order.units)
    if (units === null) throw invalid('units', 'expected units of 1 to 247, such as 1-32,100,247')
    const line = runtime.line(order.bus)
    if (line === null) throw invalid('bus', `expected the id of a bus that is open, came ${order.bus}`)
    if (this.#scan?.state === 'running') throw new HouseError('http/conflict', 'a scan is running; end it first')
    const scan: Scan = {
      ...{ order, by, startedAt: clock.now(), stop: new AbortController(), state: 'running' },
      ...{ progress: { spentMs: 0, unit: null, found: 0 }, report: null, error: null },
    }
    this.#scan = scan
    log.info({ by, bus: order.bus, units: order.units }, 'a technician scans a bus')
    void this.#run(scan, line.config, units)
  }

  /** Ends it; what was found until then is told. */
  cancel(): void {
    this.#scan?.stop.abort()
  }

  async #run(scan: Scan, config: Bus, units: readonly number[]): Promise<void> {
    const { runtime, clock, log, signal } = this.#deps
    const { loaded } = runtime
    try {
      const report = await scanLine(
        {
          profiles: [...loaded.profiles.values()],
          lines: [settingsOf(config)],
          isRemote: config.kind !== 'rtu',
          units,
          withinMs: scan.order.withinS * 1_000,
          probeMs: Math.min(config.timeout, config.kind === 'rtu' ? PROBE_MS.wire : PROBE_MS.network),
          open: () => this.#borrow(config.id),
          clock,
          onProgress: ({ spentMs, unit, found }) => (scan.progress = { spentMs, unit, found }),
        },
        AbortSignal.any([signal, scan.stop.signal]),
      )
      const devices = loaded.config.devices.filter(({ bus }) => bus === config.id)
      scan.report = reportOf(report, { devices, units, isWire: config.kind !== 'tcp' })
      scan.state = scan.stop.signal.aborted ? 'cancelled' : 'done'
    } catch (error) {
      const known = error instanceof HouseError ? error.code : 'http/failed'
      scan.error = { code: known, message: messageOf(error) }
      scan.state = 'failed'
    }
    const { by, state, error } = scan
    log.info({ by, bus: config.id, state, why: error?.message ?? null }, 'a scan has ended')
  }

  /** The bus as it is open now: another configuration may have replaced it. */
  #borrow(id: string): FieldBus {
    const line = this.#deps.runtime.line(id)
    if (line === null) throw new HouseError('link/down', `bus ${id} is not open any more`, { bus: id })
    return new SearchedBus(line.bus, this.#deps.clock)
  }
}

/** What stands on a TCP connection has settings nobody here knows; these are never used. */
function settingsOf(config: Bus): LineSettings {
  const { parity = 'none', stopBits = 1 } = config.kind === 'rtu' ? config : {}
  return { baud: config.kind === 'tcp' ? 9_600 : config.baud, parity, stopBits }
}

interface Searched {
  /** Those configured on the bus. */
  readonly devices: readonly BusDevice[]
  readonly units: readonly number[]
  /** Whether DL/T 645 meters were looked for. */
  readonly isWire: boolean
}

/** What was found, beside what is configured. */
function reportOf(report: ScanReport, { devices, units, isWire }: Searched) {
  const { meters, garbled, crowded, untried, losses, spentMs } = report
  const leftUnits = untried.flatMap((step) => (step.kind === 'units' ? step.units : []))
  const hasMeters = isWire && untried.every(({ kind }) => kind !== 'meters') && crowded.length === 0
  const answered = new Set([...report.units, ...garbled].map(({ unit }) => unit))
  const isSilent = ({ unit, address }: BusDevice) =>
    unit === undefined
      ? hasMeters && !meters.some((meter) => meter.address === address)
      : units.includes(unit) && !leftUnits.includes(unit) && !answered.has(unit)
  return {
    units: [...report.units]
      .sort((a, b) => a.unit - b.unit)
      .map(({ unit, candidates, serial }) => ({
        unit,
        serial,
        candidates: candidatesOf(candidates),
        device: devices.find((device) => device.unit === unit)?.id ?? null,
      })),
    meters: meters.map(({ address, candidates }) => ({
      address,
      candidates: candidatesOf(candidates),
      device: devices.find((device) => device.address === address)?.id ?? null,
    })),
    garbled: garbled.map(({ unit }) => unit),
    isCrowded: crowded.length > 0,
    silent: devices.filter(isSilent).map(({ id }) => id),
    untried: leftUnits.length,
    losses,
    spentMs,
  }
}

function candidatesOf(candidates: readonly { profile: { profile: string }; confidence: number }[]) {
  return candidates
    .slice(0, MOST_CANDIDATES)
    .map(({ profile, confidence }) => ({ profile: profile.profile, confidence }))
}
