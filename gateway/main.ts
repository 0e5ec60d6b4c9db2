import { join, resolve } from 'node:path'
import type { DeviceProfile } from '../core/contract/device-profile.ts'
import type { SiteAbout } from '../core/contract/lanes.ts'
import { QUANTITIES } from '../core/contract/quantity.ts'
import type { GatewayConfig } from '../core/contract/site.ts'
import { devicePoints } from '../core/decode/device-points.ts'
import { HouseError, isHouseError, messageOf } from '../core/kit/errors.ts'
import { limitOf } from '../core/rules/arm.ts'
import { EngineState, freshState, judge, resume, tick } from '../core/rules/engine.ts'
import type { ArmedRule } from '../core/rules/rule.ts'
import { systemClock, type Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import { readSecret } from '../platform/secrets.ts'
import { together } from '../platform/together.ts'
import { VERSION } from '../platform/version.ts'
import { CAMERA_POINTS } from './camera-points.ts'
import { assembleGateway } from './config.ts'
import type { Driver } from './driver.ts'
import { fieldDrivers, type OpenBus } from './field-drivers.ts'
import { gatewayHealth } from './health.ts'
import { openBus } from './link/bus.ts'
import { storeMemory } from './memory.ts'
import { openPipeline, type Pipeline } from './pipeline.ts'
import type { Recorder } from './recorder.ts'
import { steadyStore } from './steady-store.ts'
import { type GatewayStore, openGatewayStore, openMemoryStore } from './store.ts'
import { supervise } from './supervisor.ts'
import type { BirthDevice } from './uplink/births.ts'
import { openUplink, type Uplink } from './uplink/uplink.ts'

export interface GatewayDeps {
  readonly clock: Clock
  readonly log: Log
  /** Ends the gateway. */
  readonly signal: AbortSignal
  /** The folder relative paths of the configuration count from. */
  readonly baseFolder: string
  /** Everything is built and polling has begun; devices and broker may still be missing. */
  readonly onReady?: () => void
}

/**
 * The edge program: reads the devices, judges, stores, sends, until the signal aborts; then says its death to the broker and closes
 * the store. A device, broker or disk that is missing is reported once and retried, and stops nothing else.
 * Throws `config/invalid` and `store/newer` before it has started.
 */
export async function runGateway(config: GatewayConfig, deps: GatewayDeps): Promise<void> {
  const { clock, log, baseFolder } = deps
  const { profiles, rules } = assembleGateway(config, baseFolder)
  using store = steadyStore(openStore(resolve(baseFolder, config.store), log), log)
  const { buses, close } = await openBuses(config, deps)
  try {
    const startedAt = clock.now()
    const devices = await fieldDrivers(config.devices, { profiles, buses, clock, log, memory: storeMemory(store) })
    const lines = Array.from(buses.values(), ({ bus }) => bus)
    const facts = { site: config.site.id, startedAt, clock, store, buses: lines, devices }
    const uplink = openUplink({
      group: config.group,
      about: aboutOf(config, rules, store),
      devices: birthDevices(config, profiles),
      access: { ...config.uplink, password: readSecret(config.uplink, 'uplink password', { baseFolder }) },
      store,
      clock,
      log,
      health: () => gatewayHealth(facts),
    })
    const pipeline = pipelineOf(rules, { store, uplink, clock, log })
    const drivers = [...devices, ...(await camerasOf(config, { profiles, clock, log, baseFolder }))]
    log.info({ site: config.site.id, devices: drivers.length, rules: rules.length }, 'gateway runs')
    deps.onReady?.()
    const tasks = [
      ...drivers.map((driver) => (signal: AbortSignal) => {
        const options = { clock, log: log.child({ device: driver.device }), signal }
        return supervise(driver, (batch) => pipeline.accept(batch), options)
      }),
      (signal: AbortSignal) => ticking(pipeline, clock, signal),
      (signal: AbortSignal) => uplink.run(signal),
    ]
    // What was judged last is in the store before that is closed.
    await together(deps.signal, tasks).finally(() => pipeline.close())
  } finally {
    await close()
  }
  log.info({ site: config.site.id }, 'gateway has ended')
}

/** The buses of the site, with a recorder on each where the site wants one; `close` ends them all. */
async function openBuses(
  config: GatewayConfig,
  { clock, log, baseFolder }: GatewayDeps,
): Promise<{ readonly buses: ReadonlyMap<string, OpenBus>; readonly close: () => Promise<void> }> {
  const maxBytes = config.flightRecorderKB * 1_024
  // A gateway without a recorder does without its code.
  const { openRecorder } = maxBytes > 0 ? await import('./recorder.ts') : { openRecorder: null }
  const buses = new Map<string, OpenBus>()
  const recorders: Recorder[] = []
  for (const bus of config.buses) {
    const options = { clock, log: log.child({ bus: bus.id }) }
    const path = join(resolve(baseFolder, config.store), `${bus.id}.bus`)
    const recorder = openRecorder?.(path, { ...options, maxBytes, bus }) ?? null
    const opened = openBus(bus, recorder === null ? options : { ...options, tap: recorder.tap })
    buses.set(bus.id, { config: bus, bus: opened })
    if (recorder !== null) recorders.push(recorder)
  }
  const close = async () => {
    for (const { bus } of buses.values()) bus.close()
    await Promise.all(recorders.map((recorder) => recorder.close()))
  }
  return { buses, close }
}

/** The store on disk; in memory when the disk refuses, so that a gateway with a broken card still watches and alarms. */
function openStore(folder: string, log: Log): GatewayStore {
  try {
    return probed(openGatewayStore(folder, { log }))
  } catch (error) {
    if (!isHouseError(error, 'store/failed')) throw error
    log.error(
      { code: error.code, why: error.message },
      'the store cannot be opened; running from memory: what is not delivered before the next stop is lost',
    )
    return openMemoryStore({ maxTelemetryBytes: 16 * 2 ** 20, maxPictureBytes: 16 * 2 ** 20, log })
  }
}

/** A file can be opened whose pages cannot be read; such a one is closed. Throws `store/failed`. */
function probed(store: GatewayStore): GatewayStore {
  try {
    store.waiting()
    store.alarms()
    store.pictures()
    store.telemetry(store.floor(), Number.MAX_SAFE_INTEGER, 1)
    return store
  } catch (error) {
    store.close()
    throw error
  }
}

function pipelineOf(
  rules: readonly ArmedRule[],
  { store, uplink, clock, log }: { store: GatewayStore; uplink: Uplink; clock: Clock; log: Log },
): Pipeline {
  return openPipeline<EngineState>({
    engine: {
      judge: (state, readings) => judge(rules, state, readings),
      tick: (state, now) => tick(rules, state, now),
    },
    state: lastState(store, log),
    store,
    clock,
    log,
    onCommit: (committed, transitions) => uplink.committed(committed, transitions),
  })
}

function lastState(store: GatewayStore, log: Log): EngineState {
  try {
    const saved = store.engineState()
    return saved === null ? freshState() : resume(EngineState.parse(saved))
  } catch (error) {
    log.error(
      { code: 'store/failed', why: messageOf(error) },
      'the rules cannot take up their saved state; they begin anew',
    )
    return freshState()
  }
}

/** Lets the rules see time pass once a second of the given clock, but never more often than real time allows. */
async function ticking(pipeline: Pipeline, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    pipeline.tick()
    const pauses = [clock.sleep(1_000, signal), systemClock.sleep(50, signal)]
    await Promise.all(pauses).catch(() => undefined)
  }
}

interface CameraParts extends Pick<GatewayDeps, 'clock' | 'log' | 'baseFolder'> {
  readonly profiles: ReadonlyMap<string, DeviceProfile>
}

async function camerasOf(config: GatewayConfig, { profiles, clock, log, baseFolder }: CameraParts): Promise<Driver[]> {
  if (config.cameras.length === 0) return []
  // A gateway without cameras does without their parsers, 10 MB of them.
  const { isapiDriver } = await import('./drivers/isapi/driver.ts')
  return config.cameras.map((camera) => {
    const profile = profiles.get(camera.profile)
    const password = readSecret(camera, `password of ${camera.id}`, { baseFolder })
    if (profile?.driver !== 'isapi' || password === null)
      throw new HouseError('config/invalid', `${camera.id}: expected a camera with a password, came ${camera.profile}`)
    return isapiDriver({ camera, profile, password, clock, log: log.child({ device: camera.id }) })
  })
}

function aboutOf(config: GatewayConfig, rules: readonly ArmedRule[], store: GatewayStore): SiteAbout {
  return {
    site: config.site,
    version: VERSION,
    stream: store.stream,
    rules: rules.map((rule) => {
      const { id, type, point, priority } = rule
      return { id, type, point, priority, limit: limitOf(rule) }
    }),
  }
}

function birthDevices(config: GatewayConfig, profiles: ReadonlyMap<string, DeviceProfile>): BirthDevice[] {
  const meters = config.devices.flatMap((device): BirthDevice[] => {
    const profile = profiles.get(device.profile)
    if (profile === undefined || profile.driver === 'isapi') return []
    const points = devicePoints(device, profile).map(({ range, ...point }) => {
      const ends: [number, number] | null = range === null ? null : [range[0], range[1]]
      return { device: device.id, ...point, range: ends }
    })
    return [{ device: device.id, name: device.name ?? profile.name, profile: profile.profile, points }]
  })
  const cameras = config.cameras.map((camera): BirthDevice => ({
    device: camera.id,
    name: camera.name ?? profiles.get(camera.profile)?.name ?? { 'zh-CN': camera.id, en: camera.id },
    profile: camera.profile,
    points: CAMERA_POINTS.map(({ point, quantity, name }) => {
      const validForMs = camera.silentAfter
      return { device: camera.id, point, name, quantity, unit: QUANTITIES[quantity].unit, range: null, validForMs }
    }),
  }))
  return [...meters, ...cameras]
}
