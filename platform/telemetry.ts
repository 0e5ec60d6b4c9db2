import { SiteAbout } from '../core/contract/lanes.ts'
import type { Reading } from '../core/contract/reading.ts'
import type { PointInfo } from '../core/contract/http.ts'
import type { Bilingual } from '../core/contract/text.ts'
import type { UtcMs } from '../core/contract/time.ts'
import { messageOf } from '../core/kit/errors.ts'
import { DATA_TYPE, type Metric, type MetricValue, type Payload } from './sparkplug.ts'
import {
  birthMetric,
  bornPoint,
  dataMetrics,
  malformed,
  readingOf,
  uint32,
  uncertaintyOf,
  wireUncertainty,
} from './telemetry-metrics.ts'

/**
 * What the gateway and the control room both hold true about the contents of Sparkplug messages. A reading travels as a
 * metric named after its point; the metric `Sequence` of a data message is the stream number of its first reading, and
 * the others follow in order, counting up by one. How long a reading is valid (`validForMs`) is told by its own property,
 * else by that of `Sequence`, else by the birth. How far its time may be off (`uncertaintyMs`) is told by that of `Sequence`;
 * nobody can say where there is none.
 */
const NAME = {
  bdSeq: 'bdSeq',
  rebirth: 'Node Control/Rebirth',
  about: 'About',
  sequence: 'Sequence',
  nameZh: 'Device/Name/zh-CN',
  nameEn: 'Device/Name/en',
  profile: 'Device/Profile',
  source: 'Device/Profile/Source',
  version: 'Properties/Version',
} as const

/** A reading as it arrives: without the gateway's monotonic time and without pictures, which have their own lane. */
export type TelemetryReading = Omit<Reading, 'mono' | 'evidence'> & {
  readonly seq: number
  /** Sent late, after an outage: for the history, never shown as live. */
  readonly historical: boolean
  /** `at` may be off by this many ms either way; null where nobody can say. */
  readonly uncertaintyMs: number | null
}

/** A point as a device birth tells it. `latest` is null before the first reading of this gateway's run. */
export interface BirthPoint extends PointInfo {
  readonly latest: Omit<TelemetryReading, 'seq' | 'historical'> | null
}

/** A device as its birth tells it. */
export interface DeviceBirth {
  readonly device: string
  readonly name: Bilingual
  readonly profile: string
  /** Where the profile's registers are taken from, such as the maker's manual and its issue. */
  readonly source?: string
  readonly points: readonly BirthPoint[]
}

/** The aliases of one device. Unique over the whole edge node. [tck-id-payloads-alias-uniqueness] */
export interface Aliases {
  readonly sequence: number
  readonly points: ReadonlyMap<string, number>
}

/** How long a reading of each point stays valid, ms, as the birth told it; a reading that differs says so itself. */
export type ValidFor = ReadonlyMap<string, number>

/** Readings of one device whose numbers follow one another from `firstSeq`. */
export interface NumberedReadings {
  readonly firstSeq: number
  readonly readings: readonly Reading[]
  /** How far their times may be off, ms either way; null where nobody can say. */
  readonly uncertaintyMs: number | null
}

/** What data refer to, and whether they are sent late. */
export interface DataTags {
  readonly aliases: Aliases
  readonly validFor: ValidFor
  readonly historical: boolean
}

/** What a birth left behind for reading the data that follows it. */
export interface BornDevice extends DeviceBirth {
  readonly sequenceAlias: number
  readonly byAlias: ReadonlyMap<
    number,
    { readonly point: string; readonly datatype: number; readonly validForMs: number }
  >
}

/** Aliases for every point of a node, counted from 1 in the order given. */
export function aliasesOf(
  devices: readonly { readonly device: string; readonly points: readonly string[] }[],
): Map<string, Aliases> {
  let last = 0
  const next = () => (last += 1)
  return new Map(
    devices.map(({ device, points }) => [
      device,
      { sequence: next(), points: new Map(points.map((point) => [point, next()])) },
    ]),
  )
}

/** NBIRTH. [tck-id-topics-nbirth-metrics] */
export function nodeBirth(birth: { readonly at: UtcMs; readonly bdSeq: number; readonly about: SiteAbout }): Payload {
  const { at, bdSeq, about } = birth
  return {
    timestamp: at,
    metrics: [
      { name: NAME.bdSeq, timestamp: at, datatype: DATA_TYPE.int64, value: bdSeq },
      { name: NAME.rebirth, timestamp: at, datatype: DATA_TYPE.boolean, value: false },
      // For hosts that do not read `About`.
      { name: NAME.version, timestamp: at, datatype: DATA_TYPE.string, value: about.version },
      { name: NAME.about, timestamp: at, datatype: DATA_TYPE.string, value: JSON.stringify(about) },
    ],
  }
}

/** Reads an NBIRTH of a Pitwatch gateway. Throws `message/malformed`. */
export function readNodeBirth(payload: Payload): { bdSeq: number; about: SiteAbout } {
  const about = SiteAbout.safeParse(jsonOf(valueOf(payload, NAME.about)))
  if (!about.success) throw malformed(`NBIRTH: metric ${NAME.about}: ${about.error.message}`)
  return { bdSeq: wholeOf(payload, NAME.bdSeq), about: about.data }
}

/** NDEATH: only bdSeq, no seq. [tck-id-payloads-ndeath-seq] [tck-id-payloads-ndeath-bdseq] */
export function nodeDeath(at: UtcMs, bdSeq: number): Payload {
  return { timestamp: at, metrics: [{ name: NAME.bdSeq, timestamp: at, datatype: DATA_TYPE.int64, value: bdSeq }] }
}

/** Which birth an NDEATH ends. Throws `message/malformed`. */
export function readNodeDeath(payload: Payload): { bdSeq: number } {
  return { bdSeq: wholeOf(payload, NAME.bdSeq) }
}

/** NCMD that asks a node for its births. [tck-id-operational-behavior-data-commands-rebirth-value] */
export function rebirthCommand(at: UtcMs): Payload {
  return { timestamp: at, metrics: [{ name: NAME.rebirth, timestamp: at, datatype: DATA_TYPE.boolean, value: true }] }
}

/** Whether an NCMD asks for births. */
export function isRebirthCommand(payload: Payload): boolean {
  return payload.metrics.some(({ name, value }) => name === NAME.rebirth && value === true)
}

/** DBIRTH: every metric with name, alias, datatype and its last value. */
export function deviceBirth(at: UtcMs, birth: DeviceBirth, tags: { aliases: Aliases; validFor: ValidFor }): Payload {
  const uncertaintyMs = worstKnown(birth.points)
  const text = (name: string, value: string): Metric => ({ name, timestamp: at, datatype: DATA_TYPE.string, value })
  const head = {
    name: NAME.sequence,
    alias: tags.aliases.sequence,
    timestamp: at,
    datatype: DATA_TYPE.uint64,
    value: null,
  }
  const validForMs = commonest(birth.points.map(({ point }) => tags.validFor.get(point) ?? 0))
  const properties = {
    validForMs: uint32(validForMs),
    ...(uncertaintyMs === null ? {} : { uncertaintyMs: uint32(uncertaintyMs) }),
  }
  return {
    timestamp: at,
    metrics: [
      { ...head, properties },
      text(NAME.nameZh, birth.name['zh-CN']),
      text(NAME.nameEn, birth.name.en),
      text(NAME.profile, birth.profile),
      ...(birth.source === undefined ? [] : [text(NAME.source, birth.source)]),
      ...birth.points.map((point) => birthMetric(at, point, { ...tags, uncertaintyMs, validForMs })),
    ],
  }
}

/** DDEATH: a timestamp and nothing else; the session adds seq. [tck-id-payloads-ddeath-timestamp] */
export function deviceDeath(at: UtcMs): Payload {
  return { timestamp: at, metrics: [] }
}

function commonest(values: readonly number[]): number {
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  const most = Math.max(...counts.values())
  return values.find((value) => counts.get(value) === most) ?? 0
}

/** The worst uncertainty among last readings that have one, as it fits the wire, ms; null where none has. */
function worstKnown(points: readonly BirthPoint[]): number | null {
  const known = points.flatMap(({ latest }) => wireUncertainty(latest?.uncertaintyMs ?? null) ?? [])
  return known.length === 0 ? null : Math.max(...known)
}

/** Reads a DBIRTH of a Pitwatch gateway; metrics of others are passed over. Throws `message/malformed`. */
export function readDeviceBirth(payload: Payload, device: string): BornDevice {
  const sequence = payload.metrics.find(({ name }) => name === NAME.sequence)
  if (sequence?.alias === undefined) throw malformed(`DBIRTH: expected a metric ${NAME.sequence} with an alias`)
  const uncertaintyMs = uncertaintyOf(sequence)
  const validity = sequence.properties?.validForMs?.value
  const validForMs = typeof validity === 'number' && validity >= 0 ? validity : 0
  const born = payload.metrics.flatMap((metric) => bornPoint(metric, { device, uncertaintyMs, validForMs }))
  const source = valueOf(payload, NAME.source)
  return {
    device,
    name: { 'zh-CN': textOf(payload, NAME.nameZh), en: textOf(payload, NAME.nameEn) },
    profile: textOf(payload, NAME.profile),
    ...(typeof source === 'string' ? { source } : {}),
    points: born.map(({ info }) => info),
    sequenceAlias: Number(sequence.alias),
    byAlias: new Map(
      born.map(({ info, alias, datatype, validForMs }) => [alias, { point: info.point, datatype, validForMs }]),
    ),
  }
}

/** DDATA of readings of one device, at least one, whose numbers count up from `firstSeq`. Throws RangeError for a point without alias. */
export function deviceData(at: UtcMs, numbered: NumberedReadings, tags: DataTags): Payload {
  return { timestamp: at, metrics: dataMetrics(at, numbered, tags) }
}

/** Reads a DDATA by the birth that went before it. Throws `message/malformed`, also for an alias the birth did not tell. */
export function readDeviceData(payload: Payload, born: BornDevice): TelemetryReading[] {
  const [head, ...metrics] = payload.metrics
  const first = head?.value
  if (head?.alias === undefined || Number(head.alias) !== born.sequenceAlias || typeof first !== 'number') {
    throw malformed(`DDATA: expected ${NAME.sequence} (alias ${born.sequenceAlias}) as the first metric`)
  }
  if (!Number.isSafeInteger(first) || first < 0 || !Number.isSafeInteger(first + metrics.length)) {
    throw malformed(`DDATA: ${NAME.sequence}: expected a whole number from 0, came ${first}`)
  }
  const uncertaintyMs = uncertaintyOf(head)
  return metrics.map((metric, index) => {
    const known = born.byAlias.get(Number(metric.alias))
    if (known === undefined)
      throw malformed(`DDATA: alias ${String(metric.alias)} was not in the birth of ${born.device}`)
    const validForMs = head.properties?.validForMs?.value ?? known.validForMs
    const place = { ...known, device: born.device, sentAt: payload.timestamp, uncertaintyMs }
    const reading = readingOf(metric, typeof validForMs === 'number' ? { ...place, validForMs } : place)
    return { ...reading, seq: first + index, historical: metric.isHistorical === true }
  })
}

function valueOf(payload: Payload, name: string): MetricValue {
  return payload.metrics.find((metric) => metric.name === name)?.value ?? null
}

function wholeOf(payload: Payload, name: string): number {
  const value = valueOf(payload, name)
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw malformed(`expected a metric ${name} that counts from 0`)
  }
  return value
}

function textOf(payload: Payload, name: string): string {
  const value = valueOf(payload, name)
  if (typeof value !== 'string' || value === '') throw malformed(`expected a metric ${name} with a text`)
  return value
}

function jsonOf(value: MetricValue): unknown {
  if (typeof value !== 'string') throw malformed(`expected a metric ${NAME.about} with a text`)
  try {
    return JSON.parse(value)
  } catch (error) {
    throw malformed(`metric ${NAME.about} holds no JSON: ${messageOf(error)}`)
  }
}
