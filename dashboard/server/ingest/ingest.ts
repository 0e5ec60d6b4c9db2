import type { KeyObject } from 'node:crypto'
import type { z } from 'zod'
import { AlarmTransition } from '../../../core/contract/alarm.ts'
import { ClockAsk, type ClockAnswer } from '../../../core/contract/clock.ts'
import type { Health } from '../../../core/contract/http.ts'
import { GatewayHealth } from '../../../core/contract/lanes.ts'
import { type Topic, topicOf, topicText } from '../../../core/contract/topics.ts'
import { HouseError, isHouseError, messageOf } from '../../../core/kit/errors.ts'
import { PictureParts } from '../../../platform/picture-parts.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import type { AlarmDesk } from '../alarms/desk.ts'
import type { Archive } from '../archive/archive.ts'
import type { BrokerMessage, BrokerPublish } from '../broker/link.ts'
import type { HistoryStore } from '../history/store.ts'
import type { CountyState } from './county.ts'
import type { EvidenceStore } from './evidence-store.ts'
import { checkSite, takeChained } from './chain-topics.ts'
import { type HistoryLane, openHistoryLane } from './history-lane.ts'
import { checkSize } from './limits.ts'
import { openReceipts, type SendReceipt, verdict } from './receipts.ts'
import { openRefusals, refusal, type Refusals } from './refusals.ts'
import { openSparkplugTaker } from './sparkplug-taker.ts'
import { openWorkLane, type WorkLane } from './work-lane.ts'

const MOST_ALARMS = 10_000
const MOST_PICTURES = 64
const PICTURE_LIMITS = { bytes: 2 * 2 ** 20, open: MOST_PICTURES } as const

/** Turns what comes from the broker into the county's state, history, archive, alarms and pictures, and receipts each. */
export interface Ingest {
  /** Takes one message. Never throws. */
  take(message: BrokerMessage): void
  /** Whether the history takes readings, and how many wait for it. */
  history(): { readonly ok: boolean; readonly waiting: number }
  /** Messages refused since start, and by reason. */
  refused(): number
  refusals(): Health['refusals']
  /** Readings that are in the archive alone, because no birth has told of their points; since start. */
  unknown(): number
  /** Runs the lanes until `signal` aborts; then finishes what it has taken. */
  run(signal: AbortSignal): Promise<void>
}

export interface IngestDeps {
  readonly group: string
  readonly county: CountyState
  readonly history: HistoryStore
  readonly archive: Archive
  readonly desk: Pick<AlarmDesk, 'receive' | 'record'>
  readonly evidence: EvidenceStore
  /** Every key the site's gateway ever had; none where it has no identity. */
  readonly keysOf: (site: string) => readonly KeyObject[]
  /** How far this control room's own clock may be off, ms; null where nobody can say. */
  readonly timeIsWorth: () => number | null
  /** Called for each message that shows that a site's gateway lives. */
  readonly heard: (site: string) => void
  readonly publish: (topic: string, payload: Uint8Array | string, how: BrokerPublish) => Promise<void>
  readonly clock: Clock
  readonly log: Log
}

interface Picture {
  readonly site: string
  readonly sha256: string
  readonly bytes: Uint8Array
}

interface Lanes {
  readonly receipt: SendReceipt
  readonly alarms: WorkLane<AlarmTransition>
  readonly pictures: WorkLane<Picture>
  readonly parts: PictureParts
  readonly readings: HistoryLane
  readonly isBorn: (site: string) => boolean
}

export function openIngest(deps: IngestDeps): Ingest {
  const { county, log } = deps
  const refusals = openRefusals(log)
  const receipt = openReceipts(deps)
  const sparkplug = openSparkplugTaker(deps, (batch) => readings.addLive(batch))
  const isBorn = (site: string) => sparkplug.isBorn(site)
  const readings = openHistoryLane({ ...deps, isBorn, receipt, refusals })
  const alarms = alarmLane(deps, receipt)
  const pictures = pictureLane(deps, { receipt, refusals })
  const parts = new PictureParts(PICTURE_LIMITS)
  const lanes: Lanes = { receipt, alarms, pictures, parts, readings, isBorn }

  return {
    take: ({ topic: text, payload }) => {
      const topic = topicOf(text)
      const source = topic === null ? 'unknown topic' : `${topic.site} ${'type' in topic ? topic.type : topic.kind}`
      try {
        if (topic?.group !== deps.group) throw refusal('unknown-topic', `no topic of ours: ${text.slice(0, 200)}`)
        checkSize(topic, payload.length)
        if ('type' in topic) sparkplug.take(topic, payload)
        else takeOwn(deps, lanes, { topic, payload })
        refusals.accepted(source)
      } catch (error) {
        refusals.refused(source, error)
        return
      }
      if (('type' in topic && topic.type === 'NDEATH') || county.site(topic.site) === null) return
      deps.heard(topic.site)
      county.heard(topic.site, deps.clock.now())
    },
    history: () => ({ ok: readings.isOk(), waiting: readings.waiting() }),
    refused: () => refusals.count(),
    refusals: () => refusals.byReason(),
    unknown: () => readings.unknown(),
    run: async (signal) => {
      await readings.run(signal)
      await Promise.all([alarms.settled(), pictures.settled()])
    },
  }
}

interface OwnMessage {
  readonly topic: Exclude<Topic, { kind: 'sparkplug-node' | 'sparkplug-device' }>
  readonly payload: Uint8Array
}

/** A message of a lane of our own. Throws `message/malformed`, `store/failed`. */
function takeOwn(deps: IngestDeps, lanes: Lanes, { topic, payload }: OwnMessage): void {
  const { site } = topic
  switch (topic.kind) {
    case 'alarm':
      takeAlarm(lanes, site, payload)
      return
    case 'health': {
      const health = parsed(GatewayHealth, jsonOf(payload))
      checkSite(site, health.site)
      lanes.isBorn(site)
      deps.county.gatewaySaid(site, health, deps.clock.now())
      return
    }
    case 'range':
    case 'trend':
      takeChained(lanes, { kind: topic.kind, site }, payload)
      return
    case 'evidence':
      takePicture(lanes, topic, payload)
      return
    case 'clock-ask':
      answerClock(deps, site, parsed(ClockAsk, jsonOf(payload)))
      return
    // What the control room says itself, and what others here listen to.
    case 'receipt':
    case 'clock-answer':
    case 'command':
    case 'config':
    case 'config-report':
    case 'running-config':
    case 'edge-act':
    case 'duty':
    case 'alarm-word':
      return
  }
}

/** Pictures come in parts; only the whole is receipted. */
function takePicture(
  { parts, pictures, receipt }: Lanes,
  { site, sha256 }: { readonly site: string; readonly sha256: string },
  payload: Uint8Array,
): void {
  const bytes = parts.take(`${site}/${sha256}`, payload)
  if (bytes === null || pictures.add(sha256, { site, sha256, bytes })) return
  void receipt(site, { lane: 'evidence', sha256, ...verdict('keep', 'too many pictures wait already') })
  throw refusal('queue-full', 'too many pictures wait already; this one waits at its gateway')
}

/** What names a transition, also where the rest of it does not follow its schema. */
const AlarmKey = AlarmTransition.pick({ occurrence: true, n: true }).strip()

/** A transition that will never be taken is refused for good, so that its gateway does not send it for ever. */
function takeAlarm({ alarms, receipt }: Lanes, site: string, payload: Uint8Array): void {
  const value = jsonOf(payload)
  try {
    const transition = parsed(AlarmTransition, value)
    checkSite(site, transition.site)
    checkOccurrence(transition)
    if (alarms.add(`${transition.occurrence}/${transition.n}`, transition)) return
    throw refusal('queue-full', 'too many alarms wait already; this one waits at its gateway')
  } catch (error) {
    const key = AlarmKey.safeParse(value)
    const is = isHouseError(error) && error.facts.reason === 'queue-full' ? 'keep' : 'reject'
    if (key.success) void receipt(site, { lane: 'alarm', ...key.data, ...verdict(is, error) })
    throw error
  }
}

/** Answered as it comes: every millisecond it waits makes the answer worth less. */
function answerClock({ group, publish, clock, timeIsWorth, log }: IngestDeps, site: string, ask: ClockAsk): void {
  const answer: ClockAnswer = { ...ask, at: clock.now(), uncertaintyMs: timeIsWorth() }
  publish(topicText({ kind: 'clock-answer', group, site }), JSON.stringify(answer), { qos: 0 }).catch(
    (error: unknown) => log.debug({ site, why: messageOf(error) }, 'the time could not be told'),
  )
}

function alarmLane({ desk, log }: IngestDeps, receipt: SendReceipt): WorkLane<AlarmTransition> {
  return openWorkLane<AlarmTransition>({
    most: MOST_ALARMS,
    what: 'alarm',
    log,
    // They share commits.
    together: 100,
    work: async (transition) => {
      await desk.receive(transition)
      const { site, occurrence, n } = transition
      await receipt(site, { lane: 'alarm', occurrence, n, ...verdict('accept') })
    },
  })
}

function pictureLane(
  { evidence, log }: IngestDeps,
  { receipt, refusals }: { readonly receipt: SendReceipt; readonly refusals: Refusals },
): WorkLane<Picture> {
  return openWorkLane<Picture>({
    most: MOST_PICTURES,
    what: 'picture',
    log,
    work: async ({ site, sha256, bytes }) => {
      try {
        await evidence.put(sha256, bytes)
      } catch (error) {
        if (!isHouseError(error, 'message/malformed')) throw error
        refusals.refused(`${site} evidence`, refusal('picture', error.message))
        await receipt(site, { lane: 'evidence', sha256, ...verdict('reject', error) })
        return
      }
      await receipt(site, { lane: 'evidence', sha256, ...verdict('accept') })
    },
  })
}

/** The desk finds an alarm by its occurrence alone, so one site must not be able to name another's. */
function checkOccurrence({ occurrence, site, rule }: AlarmTransition): void {
  if (!occurrence.startsWith(`${site}.${rule}.`)) {
    throw refusal('other-site', `expected an occurrence of ${site}.${rule}, came ${occurrence}`)
  }
}

function jsonOf(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload))
  } catch (error) {
    throw new HouseError('message/malformed', messageOf(error).slice(0, 1_000), { bytes: payload.length }, error)
  }
}

function parsed<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new HouseError('message/malformed', result.error.message.slice(0, 1_000), {}, result.error)
}
