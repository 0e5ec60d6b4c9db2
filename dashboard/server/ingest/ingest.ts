import { AlarmTransition } from '../../../core/contract/alarm.ts'
import { GatewayHealth, type Receipt } from '../../../core/contract/lanes.ts'
import type { LedgerAct } from '../../../core/contract/ledger.ts'
import type { MonoMs } from '../../../core/contract/time.ts'
import { type Topic, topicOf, topicText } from '../../../core/contract/topics.ts'
import { HouseError, messageOf } from '../../../core/kit/errors.ts'
import { type Clock, systemClock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import { decodePayload, encodePayload } from '../../../platform/sparkplug.ts'
import { rebirthCommand } from '../../../platform/telemetry.ts'
import type { AlarmDesk } from '../alarms/desk.ts'
import type { BrokerMessage, BrokerPublish } from '../broker/link.ts'
import type { HistoryStore } from '../history/store.ts'
import { type CountyState, latestOf } from './county.ts'
import type { EvidenceStore } from './evidence-store.ts'
import { type NodeNews, type NodeSession, openNodeSession, type SparkplugTopic } from './node-session.ts'
import { openRefusals } from './refusals.ts'
import { openTelemetryLane, type TelemetryLane } from './telemetry-lane.ts'
import { openWorkLane } from './work-lane.ts'

/** A gateway is asked for its births at most this often. */
const REBIRTH_EVERY_MS = 10_000

/** Sites one broker may bring; beyond it messages of new ones are refused. */
const MOST_SITES = 2_000

const MOST_ALARMS = 10_000
const MOST_PICTURES = 64

/** Turns what comes from the broker into the county's state, history, alarms and pictures, and receipts each. */
export interface Ingest {
  /** Takes one message. Never throws. */
  take(message: BrokerMessage): void
  /** Whether the history takes readings, and how many wait for it. */
  history(): { readonly ok: boolean; readonly waiting: number }
  /** Messages refused since start. */
  refused(): number
  /** Runs the lanes until `signal` aborts; then finishes what it has taken. */
  run(signal: AbortSignal): Promise<void>
}

export interface IngestDeps {
  readonly group: string
  readonly county: CountyState
  readonly history: HistoryStore
  readonly desk: Pick<AlarmDesk, 'receive' | 'record'>
  readonly evidence: EvidenceStore
  /** Called for each message that shows that a site's gateway lives. */
  readonly heard: (site: string) => void
  readonly publish: (topic: string, payload: Uint8Array | string, how: BrokerPublish) => Promise<void>
  readonly clock: Clock
  readonly log: Log
}

export function openIngest(deps: IngestDeps): Ingest {
  const { log } = deps
  const refusals = openRefusals(log)
  const receipt = receipts(deps)
  const telemetry = openTelemetryLane({ history: deps.history, receipt, log })
  const sparkplug = sparkplugTaker(deps, telemetry)
  const alarms = openWorkLane<AlarmTransition>({
    most: MOST_ALARMS,
    what: 'alarm',
    log,
    work: async (transition) => {
      await deps.desk.receive(transition)
      await receipt(transition.site, { lane: 'alarm', occurrence: transition.occurrence, n: transition.n })
    },
  })
  const pictures = openWorkLane<{ site: string; sha256: string; bytes: Uint8Array }>({
    most: MOST_PICTURES,
    what: 'picture',
    log,
    work: async ({ site, sha256, bytes }) => {
      try {
        await deps.evidence.put(sha256, bytes)
      } catch (error) {
        if (!(error instanceof HouseError) || error.code !== 'message/malformed') throw error
        refusals.refused(`${site} evidence`, error)
        return
      }
      await receipt(site, { lane: 'evidence', sha256 })
    },
  })

  const takeTopic = (topic: Topic, payload: Uint8Array) => {
    switch (topic.kind) {
      case 'sparkplug-node':
      case 'sparkplug-device':
        sparkplug.take(topic, payload)
        return
      case 'alarm': {
        const transition = parsedJson(AlarmTransition, payload)
        checkSite(topic.site, transition.site)
        checkOccurrence(transition)
        checkRoom(alarms.add(`${transition.occurrence}/${transition.n}`, transition), 'alarms')
        return
      }
      case 'health': {
        const health = parsedJson(GatewayHealth, payload)
        checkSite(topic.site, health.site)
        sparkplug.expectBorn(topic.site)
        deps.county.gatewaySaid(topic.site, health, deps.clock.now())
        return
      }
      case 'evidence':
        checkRoom(pictures.add(topic.sha256, { site: topic.site, sha256: topic.sha256, bytes: payload }), 'pictures')
        return
      case 'receipt':
      case 'command':
        return
    }
  }

  return {
    take: ({ topic: text, payload }) => {
      const topic = topicOf(text)
      const source = topic === null ? 'unknown topic' : `${topic.site} ${'type' in topic ? topic.type : topic.kind}`
      try {
        if (topic === null) throw new HouseError('message/malformed', `no topic of ours: ${text.slice(0, 200)}`)
        takeTopic(topic, payload)
        refusals.accepted(source)
      } catch (error) {
        refusals.refused(source, error)
        return
      }
      if (('type' in topic && topic.type === 'NDEATH') || deps.county.site(topic.site) === null) return
      deps.heard(topic.site)
      deps.county.heard(topic.site, deps.clock.now())
    },
    history: () => ({ ok: telemetry.isOk(), waiting: telemetry.waiting() }),
    refused: () => refusals.count(),
    run: async (signal) => {
      await telemetry.run(signal)
      await Promise.all([alarms.settled(), pictures.settled()])
    },
  }
}

/** Publishes receipts. One that cannot be sent is dropped: without it the edge sends again and gets the next. */
function receipts({ group, publish, log }: IngestDeps): (site: string, receipt: Receipt) => Promise<void> {
  return async (site, receipt) => {
    try {
      await publish(topicText({ kind: 'receipt', group, site }), JSON.stringify(receipt), { qos: 1 })
    } catch (error) {
      log.debug({ site, why: messageOf(error) }, 'a receipt could not be sent')
    }
  }
}

interface SparkplugTaker {
  /** Throws `message/malformed`. */
  take(topic: SparkplugTopic, payload: Uint8Array): void
  /** The gateway is alive, so where its births are unknown they are asked for. */
  expectBorn(site: string): void
}

/** Takes Sparkplug messages: one session a site, and a request for births where they are missing. */
function sparkplugTaker(deps: IngestDeps, telemetry: TelemetryLane): SparkplugTaker {
  const sessions = new Map<string, NodeSession>()
  const sessionOf = (site: string): NodeSession => {
    const known = sessions.get(site)
    if (known !== undefined) return known
    if (sessions.size >= MOST_SITES) throw new HouseError('message/malformed', `more than ${MOST_SITES} sites`)
    const made = openNodeSession()
    sessions.set(site, made)
    return made
  }
  const askForBirths = birthAsker(deps)
  const take: SparkplugTaker['take'] = (topic, bytes) => {
    const session = sessionOf(topic.site)
    let news: NodeNews
    try {
      news = session.take(topic, decodePayload(bytes))
    } catch (error) {
      // A birth or data that cannot be read leaves the session without what it told; births mend that.
      if (topic.type !== 'NBIRTH' && topic.type !== 'NDEATH') askForBirths(topic.site)
      throw error
    }
    apply(deps, telemetry, { site: topic.site, news })
    if (news.kind === 'unborn' || ('gap' in news && news.gap)) askForBirths(topic.site)
  }
  return {
    take,
    expectBorn: (site) => {
      if (!sessionOf(site).isBorn()) askForBirths(site)
    },
  }
}

function apply(
  { county, desk, log }: IngestDeps,
  telemetry: TelemetryLane,
  { site, news }: { readonly site: string; readonly news: NodeNews },
): void {
  const record = (act: LedgerAct) => {
    desk.record({ actor: { kind: 'system', name: 'control-room' }, act, subject: site }).catch((error: unknown) => {
      log.error({ code: 'store/failed', site, act, why: messageOf(error) }, 'the ledger could not be written')
    })
  }
  switch (news.kind) {
    case 'node-born':
      if (!county.isOnline(site)) record('gateway-online')
      county.nodeBorn(news.about)
      return
    case 'node-died':
      if (county.isOnline(site)) record('gateway-offline')
      county.nodeDied(site)
      return
    case 'device-born':
      county.deviceBorn(site, news.born)
      return
    case 'device-died':
      county.deviceDied(site, news.device)
      return
    case 'data':
      county.birthsTold(site)
      takeReadings(county, telemetry, { site, news })
      return
    case 'floor':
    case 'unborn':
    case 'late-death':
      return
  }
}

function takeReadings(
  county: CountyState,
  telemetry: TelemetryLane,
  { site, news }: { readonly site: string; readonly news: Extract<NodeNews, { kind: 'data' }> },
): void {
  const { stream, floor, born, readings } = news
  const [first] = readings
  if (first === undefined) return
  const quantities = new Map(born.points.map(({ point, quantity }) => [point, quantity]))
  for (const reading of readings) {
    // Late data is for the history; shown as the latest it would look alive.
    if (!reading.historical) county.reading(site, `${reading.device}/${reading.point}`, latestOf(reading))
  }
  telemetry.add({
    site,
    device: born.device,
    stream,
    floor,
    firstSeq: first.seq,
    readings: readings.flatMap(({ point, value, quality, at }) => {
      const quantity = quantities.get(point)
      return quantity === undefined ? [] : [{ point, quantity, value, quality, at }]
    }),
  })
}

/** Asks a gateway for its births, at most every 10 s. */
function birthAsker({ group, publish, clock, log }: IngestDeps): (site: string) => void {
  const askedAt = new Map<string, MonoMs>()
  return (site) => {
    const now = systemClock.mono()
    const last = askedAt.get(site)
    if (last !== undefined && now - last < REBIRTH_EVERY_MS) return
    askedAt.set(site, now)
    log.info({ site }, 'asking the gateway for its births')
    const topic = topicText({ kind: 'sparkplug-node', type: 'NCMD', group, site })
    publish(topic, encodePayload(rebirthCommand(clock.now())), { qos: 0 }).catch((error: unknown) => {
      // Not asked, so the next message may ask at once.
      askedAt.delete(site)
      log.debug({ site, why: messageOf(error) }, 'births could not be asked for')
    })
  }
}

/** What is not taken is not receipted, so its gateway sends it again. */
function checkRoom(isTaken: boolean, what: string): void {
  if (!isTaken) throw new HouseError('store/failed', `too many ${what} wait already; this one waits at its gateway`)
}

function checkSite(topicSite: string, came: string): void {
  if (came !== topicSite) {
    throw new HouseError('message/malformed', `expected a message about ${topicSite}, came one about ${came}`)
  }
}

/** The desk finds an alarm by its occurrence alone, so one site must not be able to name another's. */
function checkOccurrence({ occurrence, site, rule }: AlarmTransition): void {
  if (!occurrence.startsWith(`${site}.${rule}.`)) {
    throw new HouseError('message/malformed', `expected an occurrence of ${site}.${rule}, came ${occurrence}`)
  }
}

function parsedJson<T>(schema: { parse(value: unknown): T }, payload: Uint8Array): T {
  try {
    return schema.parse(JSON.parse(Buffer.from(payload).toString('utf8')))
  } catch (error) {
    throw new HouseError('message/malformed', messageOf(error).slice(0, 1_000), { bytes: payload.length }, error)
  }
}
