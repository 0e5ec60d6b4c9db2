import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { Addresses, freeAddresses, preferredAddresses } from '../../sim/addresses.ts'
import type { Series } from '../../sim/models/series.ts'
import type { ScenarioId } from '../../sim/scenario.ts'
import type { SimSite } from '../../sim/site.ts'

/** Everything listens here: `up` is one machine. */
export const HOST = '127.0.0.1'

const HTTP = 'http'
const BROKER = 'broker'
const FLOWS = 'flows'
const DEFAULT_HTTP_PORT = 8_080
const DEFAULT_BROKER_PORT = 11_883
const DEFAULT_FLOWS_PORT = 11_880

export interface UpOptions {
  readonly data: string
  /** Where the page must be; null = 8080 or any other free port. */
  readonly port: number | null
  readonly scenario: ScenarioId
  readonly speed: number
  readonly seed: number
  readonly play: Playing | null
  readonly flows: boolean
  readonly influx: string | null
}

/** A recording that is played instead of the county's scenario. */
export interface Playing {
  readonly series: Series
  readonly path: string
  readonly point?: string
  /** What the simulator child is told. */
  readonly arguments: readonly string[]
}

/** Where everything is. */
export interface Plan {
  readonly options: UpOptions
  readonly sites: readonly SimSite[]
  /** Ports of the simulation by name. */
  readonly addresses: Addresses
  readonly http: number
  readonly broker: number
  readonly flows: number
  readonly isFirstStart: boolean
}

const Kept = z.object({ addresses: Addresses })

/** Where the plan's ports are kept, so that a second start finds them again. */
export function portsFile(data: string): string {
  return join(data, 'ports.json')
}

/** The file that tells the simulator its ports. */
export function simulatorFile(data: string): string {
  return join(data, 'simulator.json')
}

/** The file in which simulated counters go on from one start to the next. */
export function countersFile(data: string): string {
  return join(data, 'counters.json')
}

/** Chooses ports: those of the last start where they are free, else the preferred, else any. */
export async function planOf(options: UpOptions, sites: readonly SimSite[]): Promise<Plan> {
  const own = {
    [HTTP]: options.port ?? DEFAULT_HTTP_PORT,
    [BROKER]: DEFAULT_BROKER_PORT,
    [FLOWS]: DEFAULT_FLOWS_PORT,
  }
  const preferred = { ...preferredAddresses(sites), ...own }
  const kept = keptPorts(options.data)
  const wanted = Object.fromEntries(
    Object.entries(preferred).map(([name, port]) => [name, name === HTTP ? port : (kept[name] ?? port)]),
  )
  if (options.port === null && kept[HTTP] !== undefined) wanted[HTTP] = kept[HTTP]
  const { [HTTP]: http = 0, [BROKER]: broker = 0, [FLOWS]: flows = 0, ...addresses } = await freeAddresses(wanted, HOST)
  const isFirstStart = !existsSync(join(options.data, 'control.yaml'))
  return { options, sites, addresses, http, broker, flows, isFirstStart }
}

/** Everything of a plan that is kept for the next start. */
export function portsOf(plan: Plan): Addresses {
  return { ...plan.addresses, [HTTP]: plan.http, [BROKER]: plan.broker, [FLOWS]: plan.flows }
}

function keptPorts(data: string): Addresses {
  const path = portsFile(data)
  if (!existsSync(path)) return {}
  try {
    return Kept.parse(JSON.parse(readFileSync(path, 'utf8'))).addresses
  } catch {
    // Only a convenience: without it the preferred ports are tried.
    return {}
  }
}
