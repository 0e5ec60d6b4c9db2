import { resolve } from 'node:path'
import type { GatewayConfig } from '../core/contract/site.ts'
import { siteViewOf } from '../core/rules/site-time.ts'
import { type Clock, systemClock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import { readSecret } from '../platform/secrets.ts'
import { together } from '../platform/together.ts'
import { openAlone } from './alone/alone.ts'
import { siteModem } from './alone/site-modem.ts'
import type { HonestClock } from './clock/honest-clock.ts'
import { openHonestClock } from './clock/open.ts'
import { calendarGaps } from '../platform/calendar.ts'
import type { LoadedGateway } from '../platform/site/loaded-gateway.ts'
import { openDeterrents } from './deterrent/deterrents.ts'
import type { FieldPage, FieldPageOptions } from './field-page/field-page.ts'
import { feedbackLane } from './feedback/feedback-lane.ts'
import { gatewayHealth } from './health.ts'
import { identityFolder, openUplinkIdentity, type UplinkIdentity } from './identity/uplink-identity.ts'
import { storeMemory } from './memory.ts'
import { openPipeline } from './pipeline.ts'
import { remoteConfigLane } from './remote-config/lane.ts'
import { RemoteConfig } from './remote-config/remote-config.ts'
import { aboutOf, birthDevices } from './runtime/births.ts'
import { resumeJudging, ticking } from './runtime/judging.ts'
import { Runtime } from './runtime/runtime.ts'
import { selfDriver, selfSigns } from './self.ts'
import { openSteadyStore, storeLimits } from './store/steady.ts'
import type { GatewayStore } from './store/store.ts'
import { supervise } from './supervisor.ts'
import { openUplink } from './uplink/uplink.ts'

export interface GatewayDeps {
  /** The machine's clock, or one that plays a county faster. */
  readonly clock: Clock
  readonly log: Log
  /** Ends the gateway. */
  readonly signal: AbortSignal
  /** Everything is built and polling has begun; devices and broker may still be missing. */
  readonly onReady?: () => void
}

/**
 * The edge program: reads the devices, judges, stores, sends, until the signal aborts; then says its death to the broker and closes
 * the store. A device, broker or disk that is missing is reported once and retried, and stops nothing else. `own` is the technician's
 * file; a configuration the control room has sent goes before it.
 * Throws `config/invalid`, `identity/invalid` and `store/newer` before it has started.
 */
export async function runGateway(own: LoadedGateway, deps: GatewayDeps): Promise<void> {
  const { clock: machine, log, signal, onReady } = deps
  const { config, baseFolder } = own
  const site = config.site.id
  const storeFolder = resolve(baseFolder, config.store)
  const clock = openHonestClock({ clock: machine, folder: storeFolder, settings: config.clock, log })
  // What a battery clock says alone is not held against a certificate.
  const now = () => (['none', 'rtc', 'placed'].includes(clock.dating().source) ? null : clock.now())
  const folder = identityFolder(config.uplink, { baseFolder, store: config.store })
  const identity = openUplinkIdentity({ uplink: config.uplink, folder, clock: machine, now, log })
  const signing = identity.sign === null ? {} : { sign: identity.sign }
  using store = openSteadyStore(storeFolder, {
    ...{ site, clock, dating: () => clock.dating(), log, limits: storeLimits(config.outbox) },
    ...signing,
  })
  const ground = { own, storeFolder, clock, identity, store, log }
  const { remote, lane, runtime, uplink, pipeline, alone, deterrents, page } = await openParts(ground)
  const self = selfDriver(selfSigns(store, clock), clock)
  try {
    await runtime.begin()
    const { devices, buses } = runtime.facts
    log.info({ site, devices: devices.length, buses: buses.length }, 'gateway runs')
    onReady?.()
    await together(signal, [
      async (over) => {
        // The siren goes off before the bus it hangs on closes.
        await deterrents.run(over)
        await runtime.close()
      },
      (over) => alone.run(over),
      (over) => ticking(pipeline, clock, over),
      (over) => clock.run((dating) => store.chainDating(dating), over),
      (over) => identity.run({ isConnected: () => lane.isConnected() }, over),
      (over) => remote.run(over),
      (over) => uplink.run(over),
      ...(page === null ? [] : [(over: AbortSignal) => page.run(over)]),
      (over) => supervise(self, (batch) => pipeline.accept(batch), { clock, log, signal: over }),
    ])
  } finally {
    await runtime.close()
    // What was judged last is in the store before that is closed.
    await pipeline.close()
  }
  log.info({ site }, 'gateway has ended')
}

/** What everything else of a gateway stands on. */
interface Ground {
  readonly own: LoadedGateway
  readonly storeFolder: string
  readonly clock: HonestClock
  readonly identity: UplinkIdentity
  readonly store: GatewayStore
  readonly log: Log
}

/** The parts of a gateway, each knowing the others it speaks to; nothing runs yet. */
async function openParts({ own, storeFolder, clock, identity, store, log }: Ground) {
  const { config, baseFolder } = own
  const { group, uplink: access } = config
  const site = config.site.id
  const startedAt = clock.mono()
  const remote: RemoteConfig = new RemoteConfig({
    ...{ own, storeFolder, verify: identity.verifyConfig, clock, log },
    apply: (next, over) => runtime.apply(next, over),
    onReport: () => lane.tell(),
  })
  const lane = remoteConfigLane(remote)
  const runtime: Runtime = new Runtime(await remote.takeUp(), {
    ...{ clock, log, memory: storeMemory(store), baseFolder, storeFolder },
    accept: (batch) => pipeline.accept(batch),
    onSwitch: (loaded) => {
      judging.rearm(loaded.plan)
      void pipeline.keep()
      uplink.changed(birthDevices(loaded))
    },
  })
  const isTimeKnown = () => clock.dating().source !== 'none' || clock.dating().uncertaintyMs !== null
  const siteTime = siteViewOf(own.plan)
  const deterrents = openDeterrents(config.deterrents, {
    ...{ reachOf: (device) => runtime.reach(device), clock, log },
    minuteOfDay: () => (isTimeKnown() ? siteTime.minuteOf(clock.now()) : null),
  })
  const alone = openAlone({
    ...{ config, store, deterrents, clock, log, accepts: config.remoteConfig, verify: identity.verifyCommand },
    keep: (kept) => pipeline.keepAlone(kept),
    openModem: siteModem(config.modem, { baseFolder, clock: systemClock, log }),
  })
  const feedback = feedbackLane({
    ...{ site, accepts: config.remoteConfig, verify: identity.verifyCommand, clock, log, isTimeKnown },
    sound: (order, at) => alone.sound(order, at),
    heed: async (said) => {
      const outcome = judging.feedback(said)
      if (outcome.kind === 'accepted') await pipeline.keep()
      return outcome
    },
  })
  const health = () => gatewayHealth({ site, startedAt, clock, store, alone, ...runtime.facts })
  const uplink = openUplink({
    ...{ group, site, store, clock, log, primaryHost: access.primaryHost, bitRate: access.bitRate ?? null },
    about: () => aboutOf(runtime.loaded, { stream: store.stream, dating: clock.dating() }),
    devices: birthDevices(runtime.loaded),
    access: { ...access, password: readSecret(access, 'uplink password', { baseFolder }), tls: identity.tls },
    datingOf: (boot) => clock.datingOf(boot),
    timing: access.deviceGoneAfter === undefined ? {} : { goneAfterMs: access.deviceGoneAfter },
    lanes: [clock.room, lane, feedback, ...alone.lanes],
    health,
  })
  const judging = resumeJudging(runtime.loaded.plan, { store, boot: clock.boot, log })
  for (const gap of calendarGaps(runtime.loaded.calendar, clock.now()))
    log.warn(
      { code: 'config/invalid', ...gap },
      'the calendar is not whole: holidays and worked weekends are days like others',
    )
  const page = await openPage({
    ...{ baseFolder, storeFolder, runtime, deterrents, clock, log, health, access: config.technician },
    ...{ remembered: judging.save(), isConnected: () => lane.isConnected() },
  })
  const pipeline = openPipeline({
    ...{ engine: judging, stamps: clock, store, clock, log },
    onCommit: (committed, transitions) => {
      const first = committed.readings[0]
      uplink.committed({ ...committed, uncertaintyMs: clock.uncertaintyMs(first?.mono ?? clock.mono()) }, transitions)
      alone.committed(transitions)
      page?.committed(committed.readings, transitions)
    },
  })
  return { remote, lane, runtime, uplink, pipeline, alone, deterrents, page }
}

/** The technician's page, where the site wants one. A gateway without it does without its code. */
async function openPage({ access, ...options }: PageOptions): Promise<FieldPage | null> {
  if (access === undefined) return null
  const { openFieldPage } = await import('./field-page/field-page.ts')
  return openFieldPage({ access, ...options })
}

interface PageOptions extends Omit<FieldPageOptions, 'access'> {
  readonly access: GatewayConfig['technician']
}
