import type { UtcMs } from '../core/contract/time.ts'
import { messageOf } from '../core/kit/errors.ts'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import { type Addresses, busName, cameraName, relayName } from './addresses.ts'
import { type Credentials } from './camera/digest.ts'
import { serveCamera } from './camera/server.ts'
import type { Counters } from './counters.ts'
import { serveDlt645 } from './dlt645/bus.ts'
import { type Dlt645Station, dlt645Station } from './dlt645/meter.ts'
import type { Listener } from './listen.ts'
import { serveBus } from './modbus/bus.ts'
import { imageOf, type PointValues } from './modbus/image.ts'
import type { Station } from './modbus/pdu.ts'
import { openExchange } from './phone/exchange.ts'
import { busProfile } from './profiles.ts'
import { openRelay, type Relay } from './relay.ts'
import { stageOf } from './scenario.ts'
import type { SimBus, SimDevice, SimSite, World } from './site.ts'

export interface SimulationOptions {
  readonly sites: readonly SimSite[]
  readonly world: World
  readonly host: string
  /** A port for each name; a name without one takes any free port. */
  readonly addresses: Addresses
  /** When second 0 of the scenario is or was. */
  readonly origin: UtcMs
  readonly cameras: Credentials
  /** Where the counters of its meters stood when it was last run; they begin anew when absent. */
  readonly counters?: Counters
  /** The broker that lines which can be cut lead to; null = no such lines. */
  readonly broker: { readonly host: string; readonly port: number } | null
  /** The recording that is played, so that it is counted how much of it was read. */
  readonly recording?: { readonly stepMs: number; readonly values: number }
}

export interface Simulation extends AsyncDisposable {
  /** Where everything is really served. */
  readonly addresses: Addresses
  /** Seconds of scenario time now. */
  seconds(): number
  /** Requests its devices have answered, and at how many steps of the recording there was one. */
  answered(): { readonly requests: number; readonly values: number }
  /** Serves until `signal` aborts, cutting and mending lines as the scenario says. */
  run(signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** How often the scenario is asked whether a line is cut (scenario ms). */
const LOOK_MS = 500

/** Starts every device, camera, line and phone of `sites`. Rejects, with nothing left open, when a port is taken. */
export async function openSimulation(
  options: SimulationOptions,
  deps: { readonly clock: Clock; readonly log: Log },
): Promise<Simulation> {
  const seconds = scenarioTime(options.origin, deps.clock)
  const tally = tallyOf(options.recording, seconds)
  const opened: [string, Listener][] = []
  const lines: Line[] = []
  const keep = async <L extends Listener>(name: string, listener: Promise<L>): Promise<L> => {
    const open = await listener
    opened.push([name, open])
    return open
  }
  const close = async () => {
    await Promise.all(opened.map(([, listener]) => listener.close()))
  }
  const at = (name: string) => ({ host: options.host, port: options.addresses[name] ?? 0 })
  try {
    for (const site of options.sites) {
      await openSite(site, { options, seconds, clock: deps.clock, at, keep, asked: tally.asked })
      if (site.relayPort !== undefined && options.broker !== null) {
        const relay = await keep(relayName(site), openRelay({ ...at(relayName(site)), to: options.broker }))
        lines.push({ relay, stage: stageOf(options.world.scenario, site.site.id, 'cut') })
      }
    }
    await openExchange({ sites: options.sites, clock: deps.clock, at, keep })
  } catch (error) {
    await close()
    throw error
  }
  const run = async (signal: AbortSignal) => {
    try {
      await cutAndMend(lines, { clock: deps.clock, seconds, signal })
    } finally {
      await close()
      deps.log.info({ code: 'sim/ended' }, messageOf(signal.reason))
    }
  }
  const addresses = Object.fromEntries(opened.map(([name, listener]) => [name, listener.port]))
  return { addresses, seconds, answered: tally.answered, run, close, [Symbol.asyncDispose]: close }
}

/** A site's line to the broker, and when the scenario cuts it. */
interface Line {
  readonly relay: Relay
  readonly stage: ReturnType<typeof stageOf>
}

async function cutAndMend(
  lines: readonly Line[],
  { clock, seconds, signal }: { readonly clock: Clock; readonly seconds: () => number; readonly signal: AbortSignal },
): Promise<void> {
  try {
    while (!signal.aborted) {
      for (const { relay, stage } of lines) relay.cut(stage(seconds()).on !== null)
      await clock.sleep(LOOK_MS, signal)
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

interface Opening {
  readonly options: SimulationOptions
  readonly clock: Clock
  readonly seconds: () => number
  readonly at: (name: string) => { host: string; port: number }
  readonly keep: (name: string, listener: Promise<Listener>) => Promise<Listener>
  /** A device is answering a request. */
  readonly asked: () => void
}

async function openSite(site: SimSite, opening: Opening): Promise<void> {
  const { options, clock, seconds, at, keep } = opening
  for (const bus of site.buses) await keep(busName(site, bus), openBus(site, bus, opening))
  for (const camera of site.cameras) {
    const name = cameraName(site, camera)
    const sight = camera.model(options.world)
    const credentials = options.cameras
    const sees = () => sight(seconds())
    await keep(name, serveCamera({ ...at(name), name, channel: 1, credentials, clock, sees }))
  }
}

/** A bus speaks what its devices speak. */
function openBus(site: SimSite, bus: SimBus, opening: Opening): Promise<Listener> {
  const place = opening.at(busName(site, bus))
  const here = site.devices.filter((device) => device.bus === bus.id)
  const stations = here.map((device) => stationOf(device, shownBy(site, device, opening), opening))
  const meters = stations.flatMap((station) => ('address' in station ? [station] : []))
  if (meters.length === 0) {
    const modbus = stations.flatMap((station) => ('unit' in station ? [station] : []))
    return serveBus({ ...place, kind: bus.kind, stations: modbus })
  }
  if (meters.length < stations.length) {
    throw new TypeError(`${site.site.id}/${bus.id}: expected devices of one protocol, came Modbus and DL/T 645`)
  }
  return serveDlt645({ ...place, stations: meters })
}

/** A device as its bus sees it: its profile filled with what it shows. */
function stationOf(device: SimDevice, values: () => PointValues, { clock, asked }: Opening): Station | Dlt645Station {
  const profile = busProfile(device.profile)
  const shown = () => {
    asked()
    return values()
  }
  if (profile.driver === 'modbus' && device.unit !== undefined) {
    const { maxRegisters } = profile
    return { unit: device.unit, maxRegisters, image: () => imageOf(profile, shown(), device.spans) }
  }
  if (profile.driver === 'dlt645' && device.address !== undefined) {
    return dlt645Station({ address: device.address, profile, values: shown, clock: () => clock.now() })
  }
  throw new TypeError(`${device.id}: expected a unit id for Modbus or an address for DL/T 645 (${device.profile})`)
}

/** What a device shows now: what its model says, its counters going on from where they stood. */
function shownBy(site: SimSite, device: SimDevice, { options, seconds }: Opening): () => PointValues {
  const model = device.model(options.world)
  const { counters = [] } = device
  if (counters.length === 0) return () => model(seconds())
  const first = model(seconds())
  const kept = counters.map((point) => {
    const name = `${site.site.id}/${device.id}/${point}`
    const begun = Number(first[point])
    return { name, point, ahead: (options.counters?.last(name) ?? begun) - begun }
  })
  return () => {
    const now = model(seconds())
    const counted = kept.map(({ name, point, ahead }): [string, number] => {
      const value = Number(now[point]) + ahead
      if (value !== options.counters?.last(name)) options.counters?.keep(name, value)
      return [point, value]
    })
    return { ...now, ...Object.fromEntries(counted) }
  }
}

function tallyOf(recording: SimulationOptions['recording'], seconds: () => number) {
  let requests = 0
  let values = 0
  let lastStep = -1
  return {
    answered: () => ({ requests, values }),
    asked: () => {
      requests++
      if (recording === undefined) return
      const step = Math.floor((seconds() * 1_000) / recording.stepMs)
      if (step <= lastStep || step >= recording.values) return
      lastStep = step
      values++
    },
  }
}

/** Seconds since `origin`. The wall clock is asked once, so that setting it does not move the scenario. */
function scenarioTime(origin: UtcMs, clock: Clock): () => number {
  const startedMs = clock.now() - origin
  const startedMono = clock.mono()
  return () => (startedMs + clock.mono() - startedMono) / 1_000
}
