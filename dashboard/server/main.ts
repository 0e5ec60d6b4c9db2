import { join, resolve } from 'node:path'
import type { Health } from '../../core/contract/http.ts'
import { controlRoomFilters } from '../../core/contract/topics.ts'
import { type Clock, systemClock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { together } from '../../platform/together.ts'
import { openNotifiers } from '../../platform/notifiers/registry.ts'
import { readSecret } from '../../platform/secrets.ts'
import { VERSION } from '../../platform/version.ts'
import { openAccess } from './access/access.ts'
import { type AlarmDesk, openAlarmDesk } from './alarms/desk.ts'
import { openAccounts, type ServiceToken } from './broker/accounts.ts'
import { openEmbeddedBroker } from './broker/embedded.ts'
import { openExternalBroker } from './broker/external.ts'
import type { BrokerLink, BrokerListener } from './broker/link.ts'
import { checkControlConfig, type ControlConfig } from './config.ts'
import { openDatabase } from './db/database.ts'
import { openEmbeddedHistory } from './history/embedded.ts'
import { openInfluxHistory } from './history/influx.ts'
import type { HistoryStore } from './history/store.ts'
import { openHttpServer } from './http/server.ts'
import { openCounty } from './ingest/county.ts'
import { openCountyStore } from './ingest/county-store.ts'
import { openEvidenceStore } from './ingest/evidence-store.ts'
import { type Ingest, openIngest } from './ingest/ingest.ts'
import { keepCounty } from './ingest/keep-county.ts'
import { openSilenceWatch, type SilenceWatch } from './ingest/silence.ts'
import { openAlarmBoard } from './live/alarm-board.ts'
import { openLiveFeed } from './live/feed.ts'
import { runDispatcher } from './notify/dispatcher.ts'

/** What a control room that has come up says of itself. */
export interface ControlReady {
  readonly url: string
  /** The first start's generated password, to be shown once; null afterwards. */
  readonly administratorPassword: string | null
  readonly brokerUrl: string
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
  const { ingest, feed, silence, dispatcher, link, keep } = room
  deps.onReady?.(room.ready)
  await together(deps.signal, [
    (signal) => ingest.run(signal),
    (signal) => feed.run(signal),
    (signal) => watchSilence(silence, link, { clock: deps.clock, signal }),
    (signal) => dispatcher(signal),
    (signal) => keep(signal),
  ])
}

/** Opens everything, innermost first; `closing` ends it in the other order. */
async function openRoom(config: ControlConfig, deps: ControlDeps, closing: AsyncDisposableStack) {
  const { clock, log, baseFolder } = deps
  const folder = resolve(baseFolder, config.store)
  const services = serviceTokens(config, baseFolder)

  const db = closing.adopt(openDatabase(join(folder, 'control.sqlite')), (opened) => opened.close())
  const desk = openAlarmDesk({ db, clock, log })
  const countyStore = closing.adopt(openCountyStore(folder, log), (store) => store.close())
  const history = closing.adopt(openHistory(config, folder, deps), (store) => store.close())
  const county = openCounty(countyStore.load())
  const evidence = openEvidenceStore(join(folder, 'evidence'))
  const board = await openAlarmBoard(desk, log)
  const after = config.gatewaySilentAfter
  const silence = await openSilenceWatch({ desk, clock, log, after, sites: () => county.ids() })
  const access = await openAccess({ db, desk, services, clock: systemClock, log })
  const administratorPassword = await access.openFirst()

  const broker: { link: BrokerLink | null; refused: () => number } = { link: null, refused: () => 0 }
  const ingest = openIngest({
    group: config.group,
    county,
    history,
    desk,
    evidence,
    heard: (site) => silence.heard(site),
    publish: (topic, payload, how) => broker.link?.publish(topic, payload, how) ?? Promise.resolve(),
    clock,
    log,
  })
  const feed = openLiveFeed({ county, board, clock })
  const health = healthSource({ desk, history, ingest, startedAt: clock.now(), broker })
  const http = await openHttpServer(
    {
      ...{ access, desk, county, board, history, evidence, feed, health, log },
      publicUrl: config.http.publicUrl ?? null,
      pageFolder: PAGE_FOLDER,
      flows: flowsOf(config, baseFolder),
    },
    config.http,
  )
  closing.defer(() => http.close())
  const opened = await openBroker(config, deps, { ingest, services })
  broker.link = opened.link
  broker.refused = opened.refused
  closing.defer(() => farewell(opened.link, config, clock))

  const url = `http://${shownHost(config.http.host)}:${http.port}`
  const dispatcher = (signal: AbortSignal) =>
    runDispatcher({
      ...{ desk, db, clock, log, signal },
      duty: config.duty,
      notifiers: openNotifiers({ mail: mailOf(config, baseFolder) }),
      publicUrl: config.http.publicUrl ?? url,
      siteName: (id) => county.site(id),
      pointName: (id, point) => county.pointName(id, point),
    })
  const keep = (signal: AbortSignal) => keepCounty({ county, store: countyStore, log }, signal)
  const ready: ControlReady = { url, administratorPassword, brokerUrl: opened.link.url }
  return { ingest, feed, silence, dispatcher, keep, link: opened.link, ready }
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

interface OpenedBroker {
  readonly link: BrokerLink
  readonly refused: () => number
}

async function openBroker(
  { broker, group }: ControlConfig,
  { log, baseFolder, clock }: ControlDeps,
  { ingest, services }: { readonly ingest: Ingest; readonly services: readonly ServiceToken[] },
): Promise<OpenedBroker> {
  const topic = stateTopic(group)
  const bornAt = clock.now()
  const state = (online: boolean) => JSON.stringify({ online, timestamp: bornAt })
  const listener: BrokerListener = {
    filters: controlRoomFilters(group),
    onMessage: (message) => ingest.take(message),
    // [tck-id-host-topic-phid-birth-message] retained, so that a gateway that comes later knows it too
    onConnected: (publish) => publish(topic, state(true), { qos: 1, retain: true }),
  }
  if (broker.kind === 'external') {
    const password = readSecret(broker, 'password of the broker', { baseFolder })
    const will = { topic, payload: state(false) }
    const link = openExternalBroker({ url: broker.url, user: broker.user, password, will, log }, listener)
    return { link, refused: () => 0 }
  }
  const accounts = openAccounts(broker.accounts, services, baseFolder)
  const link = await openEmbeddedBroker({ host: broker.host, port: broker.port, group, accounts, log }, listener)
  return { link, refused: () => link.refused() }
}

/** The last word before the connection ends, when there is one. */
async function farewell(link: BrokerLink, { group }: ControlConfig, clock: Clock): Promise<void> {
  const offline = JSON.stringify({ online: false, timestamp: clock.now() })
  const said = link.publish(stateTopic(group), offline, { qos: 1, retain: true }).catch(() => undefined)
  await Promise.race([said, systemClock.sleep(300)])
  await link.close()
}

/** [tck-id-host-topic-phid-birth-topic] the host's id is its group's */
function stateTopic(group: string): string {
  return `spBv1.0/STATE/${group}`
}

function openHistory(
  { history, group }: ControlConfig,
  folder: string,
  { log, baseFolder }: ControlDeps,
): HistoryStore {
  if (history.kind === 'embedded') return openEmbeddedHistory(folder)
  const password = readSecret(history, 'password of InfluxDB', { baseFolder }) ?? undefined
  return openInfluxHistory({ ...history, password }, { group, folder, log })
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

function mailOf({ mail }: ControlConfig, baseFolder: string) {
  if (mail === undefined) return null
  const { host, port, secure, from, user } = mail
  const password = readSecret(mail, 'password of the mail server', { baseFolder })
  return { host, port, secure, from, login: user === undefined ? null : { user, password: password ?? '' } }
}

interface HealthFacts {
  readonly desk: AlarmDesk
  readonly history: HistoryStore
  readonly ingest: Ingest
  readonly startedAt: Health['startedAt']
  readonly broker: { readonly link: BrokerLink | null; readonly refused: () => number }
}

function healthSource({ desk, history, ingest, startedAt, broker }: HealthFacts): () => Promise<Health> {
  return async () => {
    const isConnected = broker.link?.isConnected() ?? false
    const state = ingest.history()
    return {
      ok: isConnected && state.ok,
      version: VERSION,
      startedAt,
      broker: isConnected ? 'connected' : 'disconnected',
      history: { kind: history.kind, ...state },
      refusedMessages: ingest.refused() + broker.refused(),
      noticesWaiting: await desk.noticesWaiting(),
    }
  }
}

/** An address to open, where the server listens on every one. */
function shownHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}
