import { join, resolve } from 'node:path'
import { type Clock, systemClock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { openTimeTrust } from '../../platform/time-trust.ts'
import { together } from '../../platform/together.ts'
import { readSecret } from '../../platform/secrets.ts'
import { openAccess } from './access/access.ts'
import { nearNetworks, networksOf } from './access/networks.ts'
import { openAlarmDesk } from './alarms/desk.ts'
import { openArchive } from './archive/archive.ts'
import { keepArchive } from './archive/keep-archive.ts'
import type { ServiceToken } from './broker/accounts.ts'
import type { BrokerLink } from './broker/link.ts'
import { farewell, openBroker, type OpenedBroker } from './broker/open.ts'
import { openConfigDesk } from './configs/config-desk.ts'
import { checkControlConfig, type ControlConfig } from './config.ts'
import { openDatabase } from './db/database.ts'
import { openFeedbackDesk } from './feedback/feedback-desk.ts'
import { applyActs } from './edge/apply-acts.ts'
import { healthSource } from './health.ts'
import { openHistory } from './history/open.ts'
import { openHttpServer } from './http/server.ts'
import { openCountyIdentity } from './identity/open.ts'
import { openCounty } from './ingest/county.ts'
import { openCountyStore } from './ingest/county-store.ts'
import { openEvidenceStore } from './ingest/evidence-store.ts'
import { openIngest } from './ingest/ingest.ts'
import { keepCounty } from './ingest/keep-county.ts'
import { openSilenceWatch, type SilenceWatch } from './ingest/silence.ts'
import { openSiteRegister } from './register/register.ts'
import { openMapDesk } from './map/map-desk.ts'
import { openRules, samplePlaceOf } from './rules/open.ts'
import { openAlarmBoard } from './live/alarm-board.ts'
import { openLiveFeed } from './live/feed.ts'
import { openHello } from './live/hello.ts'
import { machineSource } from './system/machine.ts'
import { openTelling } from './telling.ts'

/** What a control room that has come up says of itself. */
export interface ControlReady {
  readonly url: string
  /** The first start's generated password, to be shown once; null afterwards. */
  readonly administratorPassword: string | null
  readonly brokerUrl: string
  /** Where gateways with certificates connect; null where they cannot. */
  readonly brokerTlsUrl: string | null
  /** The same as `url`, encrypted; null where it is not. */
  readonly httpsUrl: string | null
}

export interface ControlDeps {
  /** The county's time: stamps, escalation, silence. */
  readonly clock: Clock
  readonly log: Log
  readonly signal: AbortSignal
  /** Folder that relative paths of the configuration count from. */
  readonly baseFolder: string
  readonly onReady?: (facts: ControlReady) => void
}

/** Silent gateways are looked for this often, by the county's time. */
const SILENCE_CHECK_MS = 1_000

const PAGE_FOLDER = join(import.meta.dirname, '..', 'web', 'dist')

/**
 * The control room: broker, ingest, history, alarm desk, dispatcher, live feed, API and page. Runs until `signal` aborts and
 * then ends what it began. A broker or InfluxDB that is away is reported and tried again, and stops nothing else.
 * Throws `config/invalid`, `config/unreadable`, `store/failed`, `store/newer`, `link/busy` (a port is taken).
 */
export async function runControlRoom(config: ControlConfig, deps: ControlDeps): Promise<void> {
  checkControlConfig(config, deps.baseFolder)
  await using closing = new AsyncDisposableStack()
  const room = await openRoom(config, deps, closing)
  const { ingest, feed, silence, link, keep } = room
  deps.onReady?.(room.ready)
  await together(deps.signal, [
    (signal) => ingest.run(signal),
    (signal) => feed.run(signal),
    (signal) => watchSilence(silence, link, { clock: deps.clock, signal }),
    ...room.telling.runs,
    (signal) => keep(signal),
    (signal) => room.keepReadings(signal),
    (signal) => room.identity.run(signal),
    (signal) => room.configs.run(signal),
    (signal) => room.feedback.run(signal),
    (signal) => room.trust.run(signal),
  ])
}

/** Opens everything, innermost first; `closing` ends it in the other order. */
async function openRoom(config: ControlConfig, deps: ControlDeps, closing: AsyncDisposableStack) {
  const { clock, log, baseFolder } = deps
  const folder = resolve(baseFolder, config.store)
  const services = serviceTokens(config, baseFolder)

  const database = join(folder, 'control.sqlite')
  const db = closing.adopt(openDatabase(database), (opened) => opened.close())
  const desk = openAlarmDesk({ db, clock, log, prefix: config.prefix, alongside: applyActs })
  // What ran out while nobody was here comes before anything that is new.
  await desk.runDue()
  const countyStore = closing.adopt(openCountyStore(folder, log), (store) => store.close())
  const history = closing.adopt(await openHistory(config, folder, deps), (store) => store.close())
  const archive = closing.adopt(openArchive(folder), (store) => store.close())
  const county = openCounty(countyStore.load())
  const evidence = openEvidenceStore(join(folder, 'evidence'))
  const board = await openAlarmBoard(desk, log)
  const after = config.gatewaySilentAfter
  const fellSilent = (site: string) => county.unheard(site, clock.now())
  const silence = await openSilenceWatch({ desk, clock, log, after, sites: () => county.ids(), fellSilent })
  const access = await openAccess({
    ...{ db, desk, services, clock: systemClock, log },
    near: nearNetworks(config.http.remote.networks),
  })
  const administratorPassword = await access.openFirst()

  const known = await openCountyIdentity(config, { db, desk, log, baseFolder, folder })
  const { identity } = known

  // A clock that plays a county faster is its true time.
  const trust = openTimeTrust({ clock: systemClock, vouchedMs: clock === systemClock ? config.clock?.within : 0 })
  const broker: { link: BrokerLink | null; refusals: OpenedBroker['refusals'] } = { link: null, refusals: () => ({}) }
  const publish: BrokerLink['publish'] = (topic, payload, how) =>
    broker.link?.publish(topic, payload, how) ?? Promise.resolve()
  const ingest = openIngest({
    group: config.group,
    ...{ county, history, archive, desk, evidence },
    keysOf: (site) => identity.keysOf(site),
    timeIsWorth: () => trust.worthMs(),
    heard: (site) => silence.heard(site),
    ...{ publish, clock, log },
  })
  const configs = openConfigDesk({
    ...{ db, desk, group: config.group, clock, log },
    sign: (signed) => identity.signConfig(signed),
    publish,
  })
  const rules = closing.adopt(
    await openRules({
      group: config.group,
      place: samplePlaceOf(config, folder, baseFolder),
      db,
      desk,
      configs,
      publish,
      log,
    }),
    (opened) => opened.close(),
  )
  const feedback = openFeedbackDesk({
    ...{ db, desk, group: config.group, log },
    sign: (order) => identity.signCommand(order),
    publish,
  })
  const reached: { url: string } = { url: config.http.publicUrl ?? '' }
  const telling = await openTelling({
    ...{ config, db, desk, county, board, archive, clock, log, baseFolder, folder, publish },
    sign: (signed) => identity.signCommand(signed),
    timeIsWorth: () => trust.worthMs(),
    url: () => reached.url,
  })
  closing.defer(() => telling.close())
  const { duty, proof, edge, sound } = telling
  const status = () => telling.status.current()
  const hello = await openHello(PAGE_FOLDER)
  const feed = openLiveFeed({ county, board, clock, hello, status, desk: telling.pages })
  const health = healthSource({ desk, history, ingest, startedAt: clock.now(), broker })
  const pages = () => feed.clients()
  const machine = machineSource({ health, folder, database, clockWithinMs: () => trust.worthMs(), pages })
  const http = await openHttpServer(
    {
      ...{ access, desk, county, board, history, archive, evidence, feed, clock, health, machine, log },
      ...{
        identity,
        configs,
        feedback,
        duty,
        proof,
        handovers: telling.handovers,
        channels: telling.acts,
        linkSeen: telling.linkSeen,
      },
      register: await openSiteRegister({ db, desk }),
      map: openMapDesk({ db, desk, folder }),
      rules: rules.desk,
      refusals: () => broker.refusals(),
      publicUrl: config.http.publicUrl ?? null,
      proxies: networksOf(config.http.trustProxy),
      pageFolder: PAGE_FOLDER,
      flows: flowsOf(config, baseFolder),
    },
    { ...config.http, tls: known.httpsPair && config.http.tls && { ...config.http.tls, pair: known.httpsPair } },
  )
  closing.defer(() => http.close())
  known.listens({ http })
  const opened = await openBroker(config, {
    ...deps,
    parts: [ingest, configs, rules.running, feedback, edge, sound],
    services,
    known,
  })
  Object.assign(broker, opened)
  closing.defer(() => farewell(opened.link, config, clock))

  const url = `http://${shownHost(config.http.host)}:${http.port}`
  reached.url = config.http.publicUrl ?? url
  const keep = (signal: AbortSignal) => keepCounty({ county, store: countyStore, log }, signal)
  const keepFor = config.archive.days * 86_400_000
  const keepReadings = (signal: AbortSignal) => keepArchive({ archive, keepFor, clock, log }, signal)
  const httpsUrl =
    http.httpsPort === null ? null : `https://${shownHost(config.http.tls?.host ?? '')}:${http.httpsPort}`
  const brokerTlsUrl = opened.tlsUrl === null ? null : opened.tlsUrl.replace('//0.0.0.0:', '//127.0.0.1:')
  const ready: ControlReady = { url, administratorPassword, brokerUrl: opened.link.url, brokerTlsUrl, httpsUrl }
  return {
    ingest,
    feed,
    silence,
    keep,
    keepReadings,
    identity,
    configs,
    feedback,
    trust,
    telling,
    link: opened.link,
    ready,
  }
}

async function watchSilence(
  silence: SilenceWatch,
  link: BrokerLink,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  while (!signal.aborted) {
    // Without a broker nobody can be heard; that is the broker's fault and no gateway's.
    if (link.isConnected()) await silence.check()
    else silence.startAnew()
    const pauses = [clock.sleep(SILENCE_CHECK_MS, signal), systemClock.sleep(50, signal)]
    await Promise.all(pauses).catch(() => undefined)
  }
}

function serviceTokens({ serviceAccounts }: ControlConfig, baseFolder: string): readonly ServiceToken[] {
  return serviceAccounts.flatMap(({ name, ...place }) => {
    const token = readSecret(place, `token of service account ${name}`, { baseFolder })
    return token === null ? [] : [{ name, token }]
  })
}

function flowsOf({ flows }: ControlConfig, baseFolder: string): { url: string; token: string | null } | null {
  if (flows === undefined) return null
  return { url: flows.url, token: readSecret(flows, 'token of the flows', { baseFolder }) }
}

/** An address to open, where the server listens on every one. */
function shownHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}
