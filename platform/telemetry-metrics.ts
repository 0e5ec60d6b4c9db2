import { z } from 'zod'
import { QUANTITIES, Quantity } from '../core/contract/quantity.ts'
import { ReasonCode, type Quality, type Reading } from '../core/contract/reading.ts'
import { Id } from '../core/contract/text.ts'
import { isUtcMs, type UtcMs, utcMs } from '../core/contract/time.ts'
import { HouseError } from '../core/kit/errors.ts'
import { DATA_TYPE, typedValue, type Metric, type MetricValue, type Property } from './sparkplug.ts'
import type { Aliases, BirthPoint, DataTags, NumberedReadings, TelemetryReading, ValidFor } from './telemetry.ts'

/** Sparkplug's three quality codes. (Sparkplug 3.0 §6.4.11, propertyset-quality-value) */
const QUALITY_CODE = { good: 192, uncertain: 500, bad: 0 } as const satisfies Record<Quality, number>

export interface BirthTags {
  readonly aliases: Aliases
  readonly validFor: ValidFor
  /** What `Sequence` tells of the times of last values, ms. */
  readonly uncertaintyMs: number | null
  /** What `Sequence` tells of how long readings are valid, ms. */
  readonly validForMs: number
}

/** A point in a DBIRTH, with its last value. Throws RangeError for a point without alias. */
export function birthMetric(at: UtcMs, point: BirthPoint, tags: BirthTags): Metric {
  const alias = tags.aliases.points.get(point.point)
  if (alias === undefined) throw new RangeError(`no alias for ${point.device}/${point.point}`)
  const { latest } = point
  const validForMs = tags.validFor.get(point.point) ?? 0
  return {
    name: point.point,
    alias,
    timestamp: latest?.at ?? at,
    datatype: QUANTITIES[point.quantity].kind === 'boolean' ? DATA_TYPE.boolean : DATA_TYPE.double,
    value: latest?.value ?? null,
    properties: {
      quantity: text(point.quantity),
      engUnit: text(point.unit),
      ...(point.range === null ? {} : { engLow: double(point.range[0]), engHigh: double(point.range[1]) }),
      ...(point.name === null ? {} : { nameZh: text(point.name['zh-CN']), nameEn: text(point.name.en) }),
      ...(validForMs === tags.validForMs ? {} : { validForMs: uint32(validForMs) }),
      // Before the first reading: stale without a reason.
      ...(latest === null ? { Quality: int32(QUALITY_CODE.uncertain) } : {}),
      ...(latest === null || latest.quality === 'good' ? {} : qualityProperties(latest)),
      ...birthUncertainty(latest, tags.uncertaintyMs),
    },
  }
}

/** A last value of a time nobody can vouch for says so where `Sequence` would speak for it. */
function birthUncertainty(latest: BirthPoint['latest'], told: number | null): Record<string, Property> {
  const isUntold = latest === null || told === null || wireUncertainty(latest.uncertaintyMs) !== null
  return isUntold ? {} : { uncertaintyMs: { type: DATA_TYPE.uint32, value: null } }
}

const BirthProperties = z.object({
  quantity: Quantity,
  engLow: z.number().optional(),
  engHigh: z.number().optional(),
  nameZh: z.string().optional(),
  nameEn: z.string().optional(),
  validForMs: z.number().nonnegative().optional(),
})

/** The point a metric of a DBIRTH tells; none for a metric that is no point of ours. Throws `message/malformed`. */
export function bornPoint(
  metric: Metric,
  { device, uncertaintyMs, ...common }: Omit<BirthTags, 'aliases' | 'validFor'> & { readonly device: string },
): { info: BirthPoint; alias: number; datatype: number; validForMs: number }[] {
  const point = Id.safeParse(metric.name)
  const found = BirthProperties.safeParse(plain(metric.properties))
  if (!point.success || !found.success || metric.alias === undefined || metric.datatype === undefined) return []
  const { quantity, engLow, engHigh, nameZh, nameEn, validForMs = common.validForMs } = found.data
  const untold = metric.value === null && metric.properties?.reason === undefined
  const isDoubted = metric.properties?.uncertaintyMs?.value === null
  const known = {
    device,
    point: point.data,
    datatype: metric.datatype,
    validForMs,
    sentAt: undefined,
    uncertaintyMs: isDoubted ? null : uncertaintyMs,
  }
  const info: BirthPoint = {
    device,
    point: point.data,
    name: nameZh === undefined || nameEn === undefined ? null : { 'zh-CN': nameZh, en: nameEn },
    quantity,
    unit: QUANTITIES[quantity].unit,
    range: engLow === undefined || engHigh === undefined ? null : [engLow, engHigh],
    latest: untold ? null : readingOf(metric, known),
  }
  return [{ info, alias: Number(metric.alias), datatype: metric.datatype, validForMs }]
}

/** The metrics of a DDATA: the number of the first reading, then the readings. Throws RangeError for a point without alias. */
export function dataMetrics(
  at: UtcMs,
  { firstSeq, readings, uncertaintyMs }: NumberedReadings,
  { aliases, validFor, historical }: DataTags,
): Metric[] {
  if (readings.length === 0) throw new RangeError('a data message needs a reading')
  // A bus slower than its period changes the validity of a whole message: told once, it costs little.
  const common = commonValidity(readings, validFor)
  const head = dataMetric(aliases.sequence, { at, value: BigInt(firstSeq), historical })
  const sure = wireUncertainty(uncertaintyMs)
  const properties = {
    ...(common === null ? {} : { validForMs: uint32(common) }),
    ...(sure === null ? {} : { uncertaintyMs: uint32(sure) }),
  }
  const metrics = [Object.keys(properties).length === 0 ? head : { ...head, properties }]
  for (const reading of readings) {
    const { point, value } = reading
    const alias = aliases.points.get(point)
    if (alias === undefined) throw new RangeError(`no alias for ${reading.device}/${point}`)
    const metric = dataMetric(alias, { at: reading.at, value, historical })
    const properties = dataProperties(reading, common ?? validFor.get(point))
    metrics.push(properties === null ? metric : { ...metric, properties })
  }
  return metrics
}

/** What stands beside a metric and says how to read it. */
export interface MetricContext {
  readonly device: string
  readonly point: string
  readonly datatype: number
  readonly validForMs: number
  readonly sentAt: number | undefined
  readonly uncertaintyMs: number | null
}

/** The reading in a metric, by what the birth told of its point. Throws `message/malformed`. */
export function readingOf(metric: Metric, known: MetricContext): Omit<TelemetryReading, 'seq' | 'historical'> {
  const at = metric.timestamp ?? known.sentAt
  if (at === undefined || !isUtcMs(at)) throw malformed(`${known.device}/${known.point}: expected a timestamp`)
  const validForMs = metric.properties?.validForMs?.value ?? known.validForMs
  const validUntil = utcMs(at + (typeof validForMs === 'number' ? Math.floor(validForMs) : known.validForMs))
  const { device, point, uncertaintyMs } = known
  const common = { device, point, at, validUntil, uncertaintyMs }
  const quality = qualityOf(metric.properties?.Quality?.value)
  const value = believable(metric.value, known.datatype)
  if (quality === 'bad' || value === null) {
    return { ...common, value: null, quality: 'bad', reason: reasonOf(metric) }
  }
  return { ...common, value, quality, reason: quality === 'good' ? null : reasonOf(metric) }
}

/** Most that fits the wire, ms. */
const MOST_UINT32 = 0xffff_ffff

/** An uncertainty in whole ms, rounded up; null also for one so large that it says nothing. */
export function wireUncertainty(uncertaintyMs: number | null): number | null {
  return uncertaintyMs === null || uncertaintyMs > MOST_UINT32 ? null : Math.ceil(uncertaintyMs)
}

/** What `Sequence` tells of how far the times of its message may be off, ms; null where it tells nothing. */
export function uncertaintyOf(sequence: Metric): number | null {
  const told = sequence.properties?.uncertaintyMs?.value
  return typeof told === 'number' && told >= 0 ? told : null
}

/** What a message is that breaks the conventions. */
export function malformed(message: string): HouseError {
  return new HouseError('message/malformed', message)
}

function dataMetric(
  alias: number,
  { at, value, historical }: { readonly at: UtcMs; readonly value: MetricValue; readonly historical: boolean },
): Metric {
  return historical ? { alias, timestamp: at, isHistorical: true, value } : { alias, timestamp: at, value }
}

/** The validity most readings share that the birth did not tell, ms; null where the birth fits half of them or more. */
function commonValidity(readings: readonly Reading[], validFor: ValidFor): number | null {
  let untold = 0
  let first: number | null = null
  for (const reading of readings) {
    const validity = validityOf(reading)
    if (validity === validFor.get(reading.point)) continue
    untold += 1
    first ??= validity
  }
  return untold * 2 > readings.length ? first : null
}

function validityOf({ at, validUntil }: Reading): number {
  return Math.min(MOST_UINT32, Math.max(0, validUntil - at))
}

function dataProperties(reading: Reading, validForMs: number | undefined): Record<string, Property> | null {
  const own = validityOf(reading)
  if (reading.quality === 'good' && own === validForMs) return null
  return {
    ...(reading.quality === 'good' ? {} : qualityProperties(reading)),
    ...(own === validForMs ? {} : { validForMs: uint32(own) }),
  }
}

function qualityProperties(reading: Pick<Reading, 'quality' | 'reason'>): Record<string, Property> {
  return {
    Quality: int32(QUALITY_CODE[reading.quality]),
    ...(reading.reason === null ? {} : { reason: text(reading.reason) }),
  }
}

const text = (value: string): Property => ({ type: DATA_TYPE.string, value })
const double = (value: number): Property => ({ type: DATA_TYPE.double, value })
/** A property of an unsigned 32-bit number: the nearest whole one that fits. */
export const uint32 = (value: number): Property => ({
  type: DATA_TYPE.uint32,
  value: Math.min(MOST_UINT32, Math.max(0, Math.round(value))),
})
// [tck-id-payloads-propertyset-quality-value-type] 3, a signed 32-bit integer
const int32 = (value: number): Property => ({ type: DATA_TYPE.int32, value })

function plain(properties: Metric['properties']): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties ?? {}).map(([key, { value }]) => [key, value]))
}

function qualityOf(code: Property['value'] | undefined): Quality {
  if (code === undefined || code === QUALITY_CODE.good) return 'good'
  return code === QUALITY_CODE.uncertain ? 'uncertain' : 'bad'
}

/** A reason this program does not know, or one that is missing, reads as malformed. */
function reasonOf(metric: Metric): ReasonCode {
  return ReasonCode.catch('malformed').parse(metric.properties?.reason?.value)
}

function believable(value: MetricValue, datatype: number): number | boolean | string | null {
  const typed = typedValue(value, datatype)
  if (typeof typed === 'bigint') return Number(typed)
  if (typed instanceof Uint8Array) return null
  if (typeof typed === 'number' && (!Number.isFinite(typed) || datatype === DATA_TYPE.boolean)) return null
  return typed
}
