import type { LedgerAct } from '../../../core/contract/ledger.ts'
import type { MonoMs } from '../../../core/contract/time.ts'
import { topicText } from '../../../core/contract/topics.ts'
import { messageOf } from '../../../core/kit/errors.ts'
import { wallAge } from '../../../core/kit/time.ts'
import { type Clock, systemClock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import { decodePayload, encodePayload } from '../../../platform/sparkplug.ts'
import { type BornDevice, rebirthCommand } from '../../../platform/telemetry.ts'
import type { AlarmDesk } from '../alarms/desk.ts'
import type { Archive } from '../archive/archive.ts'
import type { BrokerPublish } from '../broker/link.ts'
import type { HistoryBatch } from '../history/store.ts'
import { type CountyState, latestOf } from './county.ts'
import { type NodeNews, type NodeSession, openNodeSession, type SparkplugTopic } from './node-session.ts'
import { refusal } from './refusals.ts'

/** A gateway is asked for its births at most this often. */
const REBIRTH_EVERY_MS = 10_000

/** A live reading whose time is this far from ours, and vouched for by nobody, was not dated by any clock that is right. */
const PLAUSIBLE_MS = 300_000

/** Sites one broker may bring; beyond it messages of new ones are refused. */
const MOST_SITES = 2_000

export interface SparkplugDeps {
  readonly group: string
  readonly county: CountyState
  readonly archive: Pick<Archive, 'rememberPoints'>
  readonly desk: Pick<AlarmDesk, 'record'>
  readonly publish: (topic: string, payload: Uint8Array | string, how: BrokerPublish) => Promise<void>
  readonly clock: Clock
  readonly log: Log
}

/** Takes Sparkplug messages: one session a site, and a request for births where they are missing. */
export interface SparkplugTaker {
  /** Throws `message/malformed`. */
  take(topic: SparkplugTopic, payload: Uint8Array): void
  /** Whether the gateway's births are known; where they are not, they are asked for, as it is alive. */
  isBorn(site: string): boolean
}

/** `live` takes readings for the history. */
export function openSparkplugTaker(deps: SparkplugDeps, live: (batch: HistoryBatch) => void): SparkplugTaker {
  const sessions = new Map<string, NodeSession>()
  const sessionOf = (site: string): NodeSession => {
    const known = sessions.get(site)
    if (known !== undefined) return known
    if (sessions.size >= MOST_SITES) throw refusal('too-many-sites', `more than ${MOST_SITES} sites`)
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
    apply(deps, live, { site: topic.site, news })
    if (news.kind === 'unborn' || ('gap' in news && news.gap)) askForBirths(topic.site)
  }
  return {
    take,
    isBorn: (site) => {
      const isKnown = sessionOf(site).isBorn()
      if (!isKnown) askForBirths(site)
      return isKnown
    },
  }
}

function apply(
  deps: SparkplugDeps,
  live: (batch: HistoryBatch) => void,
  { site, news }: { readonly site: string; readonly news: NodeNews },
): void {
  const { county, desk, clock, log } = deps
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
      county.nodeDied(site, clock.now())
      return
    case 'device-born':
      county.deviceBorn(site, news.born)
      remember(deps, site, news.born)
      return
    case 'device-died':
      county.deviceDied(site, news.device, clock.now())
      return
    case 'data':
      county.birthsTold(site)
      takeReadings(deps, live, { site, news })
      return
    case 'node-data':
    case 'unborn':
    case 'late-death':
      return
  }
}

/** A store that refuses costs nothing now: births come again. */
function remember({ archive, log }: SparkplugDeps, site: string, { device, points }: BornDevice): void {
  try {
    const named = points.map(({ point, quantity }) => ({ point: `${device}/${point}`, quantity }))
    archive.rememberPoints(site, named)
  } catch (error) {
    log.error({ code: 'store/failed', site, device, why: messageOf(error) }, 'the archive could not be written')
  }
}

function takeReadings(
  { county, clock }: SparkplugDeps,
  live: (batch: HistoryBatch) => void,
  { site, news }: { readonly site: string; readonly news: Extract<NodeNews, { kind: 'data' }> },
): void {
  const { stream, born, readings } = news
  const [first] = readings
  if (first === undefined) return
  const quantities = new Map(born.points.map(({ point, quantity }) => [point, quantity]))
  for (const reading of readings) {
    // Late data is for the history; shown as the latest it would look alive.
    if (!reading.historical) county.reading(site, `${reading.device}/${reading.point}`, latestOf(reading))
  }
  // Where the time is not known, the history waits for the range, which is dated when it is.
  const isPlausible = !first.historical && Math.abs(wallAge(first.at, clock.now())) < PLAUSIBLE_MS
  if (first.uncertaintyMs === null && !isPlausible) return
  live({
    site,
    device: born.device,
    stream,
    firstSeq: first.seq,
    readings: readings.flatMap(({ point, value, quality, at }) => {
      const quantity = quantities.get(point)
      return quantity === undefined ? [] : [{ point, quantity, value, quality, at }]
    }),
  })
}

/** Asks a gateway for its births, at most every 10 s. */
function birthAsker({ group, publish, clock, log }: SparkplugDeps): (site: string) => void {
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
