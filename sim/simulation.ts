import type { UtcMs } from '../core/contract/time.ts'
import { messageOf } from '../core/kit/errors.ts'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import { type Addresses, busName, cameraName, PHONES, relayName } from './addresses.ts'
import { type Credentials } from './camera/digest.ts'
import { serveCamera } from './camera/server.ts'
import type { Listener } from './listen.ts'
import { serveBus } from './modbus/bus.ts'
import { imageOf } from './modbus/image.ts'
import type { Station } from './modbus/pdu.ts'
import { OFFICERS } from './phone/people.ts'
import { servePhones } from './phone/server.ts'
import { modbusProfile } from './profiles.ts'
import { openRelay, type Relay } from './relay.ts'
import { stageOf } from './scenario.ts'
import type { SimDevice, SimSite, World } from './site.ts'

export interface SimulationOptions {
  readonly sites: readonly SimSite[]
  readonly world: World
  readonly host: string
  /** A port for each name; a name without one takes any free port. */
  readonly addresses: Addresses
  /** When second 0 of the scenario is or was. */
  readonly origin: UtcMs
  readonly cameras: Credentials
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
    await keep(PHONES, servePhones({ ...at(PHONES), officers: OFFICERS, clock: deps.clock }))
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

async function openSite(site: SimSite, { options, clock, seconds, at, keep, asked }: Opening): Promise<void> {
  for (const bus of site.buses) {
    const stations = site.devices
      .filter((device) => device.bus === bus.id)
      .map((device) => stationOf(device, options.world, seconds))
      .map((station) => counted(station, asked))
    await keep(busName(site, bus), serveBus({ ...at(busName(site, bus)), kind: bus.kind, stations }))
  }
  for (const camera of site.cameras) {
    const name = cameraName(site, camera)
    const sight = camera.model(options.world)
    const credentials = options.cameras
    const sees = () => sight(seconds())
    await keep(name, serveCamera({ ...at(name), name, channel: 1, credentials, clock, sees }))
  }
}

/** A device as its bus sees it: its profile filled with what its model says at this second. */
export function stationOf(device: SimDevice, world: World, seconds: () => number): Station {
  const profile = modbusProfile(device.profile)
  const model = device.model(world)
  return {
    unit: device.unit,
    maxRegisters: profile.maxRegisters,
    image: () => imageOf(profile, model(seconds()), device.spans),
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

function counted(station: Station, asked: () => void): Station {
  const image = () => {
    asked()
    return station.image()
  }
  return { ...station, image }
}

/** Seconds since `origin`. The wall clock is asked once, so that setting it does not move the scenario. */
function scenarioTime(origin: UtcMs, clock: Clock): () => number {
  const startedMs = clock.now() - origin
  const startedMono = clock.mono()
  return () => (startedMs + clock.mono() - startedMono) / 1_000
}
