import { HouseError } from '../core/kit/errors.ts'
import { ProtoReader, ProtoWriter } from './protobuf.ts'

/** Sparkplug data types by their number on the wire. (Sparkplug 3.0 §6.4.16) */
export const DATA_TYPE = {
  int8: 1,
  int16: 2,
  int32: 3,
  int64: 4,
  uint8: 5,
  uint16: 6,
  uint32: 7,
  uint64: 8,
  float: 9,
  double: 10,
  boolean: 11,
  string: 12,
  dateTime: 13,
  text: 14,
  uuid: 15,
  dataSet: 16,
  bytes: 17,
  file: 18,
  template: 19,
} as const

/**
 * A metric's value. 64-bit numbers are a `number` where that is exact and a `bigint` where it is not.
 * DataSet and Template come as their undecoded bytes.
 */
export type MetricValue = number | bigint | boolean | string | Uint8Array | null

/** A scalar metric property; `null` stands for is_null. Property sets inside property sets are skipped. */
export interface Property {
  /** A DATA_TYPE number. */
  readonly type: number
  readonly value: number | bigint | boolean | string | null
}

/** One metric. In data messages name and datatype may be left out when an alias is given. */
export interface Metric {
  readonly name?: string
  readonly alias?: number | bigint
  /** Milliseconds since 1970 UTC. */
  readonly timestamp?: number
  /** A DATA_TYPE number. Without it a number is written as double, a bigint as 64-bit. */
  readonly datatype?: number
  readonly isHistorical?: boolean
  readonly isTransient?: boolean
  readonly value: MetricValue
  readonly properties?: Readonly<Record<string, Property>>
}

/** A Sparkplug B payload. (Sparkplug 3.0 §6.4) */
export interface Payload {
  readonly timestamp?: number
  readonly metrics: readonly Metric[]
  /** 0–255; absent in NDEATH and commands. */
  readonly seq?: number
  readonly uuid?: string
  readonly body?: Uint8Array
}

const PAYLOAD = { timestamp: 1, metrics: 2, seq: 3, uuid: 4, body: 5 } as const
const METRIC = {
  name: 1,
  alias: 2,
  timestamp: 3,
  datatype: 4,
  isHistorical: 5,
  isTransient: 6,
  isNull: 7,
  properties: 9,
  int: 10,
  long: 11,
  float: 12,
  double: 13,
  boolean: 14,
  string: 15,
  bytes: 16,
  dataSet: 17,
  template: 18,
} as const
const PROPERTY = { type: 1, isNull: 2, int: 3, long: 4, float: 5, double: 6, boolean: 7, string: 8 } as const

/** Field numbers of a scalar inside a metric and inside a property. */
interface ScalarFields {
  readonly int: number
  readonly long: number
  readonly float: number
  readonly double: number
  readonly boolean: number
  readonly string: number
}

/** The bytes of a payload. Throws RangeError for a value its datatype cannot hold. */
export function encodePayload(payload: Payload): Uint8Array {
  const out = new ProtoWriter(64 + payload.metrics.length * 32)
  if (payload.timestamp !== undefined) out.varintField(PAYLOAD.timestamp, payload.timestamp)
  for (const metric of payload.metrics) {
    const start = out.begin(PAYLOAD.metrics)
    writeMetric(out, metric)
    out.end(start)
  }
  if (payload.seq !== undefined) out.varintField(PAYLOAD.seq, payload.seq)
  if (payload.uuid !== undefined) out.stringField(PAYLOAD.uuid, payload.uuid)
  if (payload.body !== undefined) out.bytesField(PAYLOAD.body, payload.body)
  return out.bytes()
}

/** The payload in `bytes`; fields this codec does not know are skipped. Throws `message/malformed`. */
export function decodePayload(bytes: Uint8Array): Payload {
  try {
    return readPayload(new ProtoReader(bytes))
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error
    throw new HouseError(
      'message/malformed',
      `no Sparkplug B payload: ${error.message}`,
      { bytes: bytes.length },
      error,
    )
  }
}

/**
 * A value as its birth's datatype means it, for data that came without one: the wire does not tell signed from unsigned.
 */
export function typedValue(value: MetricValue, datatype: number): MetricValue {
  if (typeof value !== 'number' && typeof value !== 'bigint') return value
  switch (datatype) {
    case DATA_TYPE.int8:
      return Number(BigInt.asIntN(8, BigInt(value)))
    case DATA_TYPE.int16:
      return Number(BigInt.asIntN(16, BigInt(value)))
    case DATA_TYPE.int32:
      return Number(BigInt.asIntN(32, BigInt(value)))
    case DATA_TYPE.int64:
      return exact(BigInt.asIntN(64, BigInt(value)))
    default:
      return value
  }
}

function exact(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

function writeMetric(out: ProtoWriter, metric: Metric): void {
  if (metric.name !== undefined) out.stringField(METRIC.name, metric.name)
  if (metric.alias !== undefined) out.varintField(METRIC.alias, metric.alias)
  if (metric.timestamp !== undefined) out.varintField(METRIC.timestamp, metric.timestamp)
  if (metric.datatype !== undefined) out.varintField(METRIC.datatype, metric.datatype)
  if (metric.isHistorical === true) out.varintField(METRIC.isHistorical, 1)
  if (metric.isTransient === true) out.varintField(METRIC.isTransient, 1)
  if (metric.value === null) out.varintField(METRIC.isNull, 1)
  const { properties } = metric
  if (properties !== undefined) {
    const start = out.begin(METRIC.properties)
    writeProperties(out, properties)
    out.end(start)
  }
  if (metric.value === null) return
  if (metric.value instanceof Uint8Array) out.bytesField(bytesFieldOf(metric.datatype), metric.value)
  else writeScalar(out, METRIC, { value: metric.value, type: metric.datatype })
}

function bytesFieldOf(datatype: number | undefined): number {
  if (datatype === DATA_TYPE.dataSet) return METRIC.dataSet
  if (datatype === DATA_TYPE.template) return METRIC.template
  return METRIC.bytes
}

function writeProperties(out: ProtoWriter, properties: Readonly<Record<string, Property>>): void {
  const entries = Object.entries(properties)
  for (const [key] of entries) out.stringField(1, key)
  for (const [, property] of entries) {
    const start = out.begin(2)
    out.varintField(PROPERTY.type, property.type)
    if (property.value === null) out.varintField(PROPERTY.isNull, 1)
    else writeScalar(out, PROPERTY, { value: property.value, type: property.type })
    out.end(start)
  }
}

function writeScalar(
  out: ProtoWriter,
  fields: ScalarFields,
  scalar: { readonly value: number | bigint | boolean | string; readonly type: number | undefined },
): void {
  const { value, type } = scalar
  if (typeof value === 'string') out.stringField(fields.string, value)
  else if (typeof value === 'boolean') out.varintField(fields.boolean, value ? 1 : 0)
  else if (type === DATA_TYPE.float) out.floatField(fields.float, Number(value))
  else if (type === DATA_TYPE.double) out.doubleField(fields.double, Number(value))
  else if (type === undefined) {
    if (typeof value === 'bigint') out.varintField(fields.long, value)
    else out.doubleField(fields.double, value)
  } else writeWhole(out, fields, { value, type })
}

const WIDTH: Readonly<Record<number, { readonly bits: number; readonly signed: boolean }>> = {
  [DATA_TYPE.int8]: { bits: 8, signed: true },
  [DATA_TYPE.int16]: { bits: 16, signed: true },
  [DATA_TYPE.int32]: { bits: 32, signed: true },
  [DATA_TYPE.int64]: { bits: 64, signed: true },
  [DATA_TYPE.uint8]: { bits: 8, signed: false },
  [DATA_TYPE.uint16]: { bits: 16, signed: false },
  [DATA_TYPE.uint32]: { bits: 32, signed: false },
  [DATA_TYPE.uint64]: { bits: 64, signed: false },
  [DATA_TYPE.dateTime]: { bits: 64, signed: false },
}

function writeWhole(
  out: ProtoWriter,
  fields: ScalarFields,
  scalar: { readonly value: number | bigint; readonly type: number },
): void {
  const width = WIDTH[scalar.type]
  if (width === undefined) throw new RangeError(`datatype ${scalar.type} holds no number`)
  const value = BigInt(scalar.value)
  const fits = width.signed ? BigInt.asIntN(width.bits, value) : BigInt.asUintN(width.bits, value)
  if (fits !== value) throw new RangeError(`datatype ${scalar.type} cannot hold ${value.toString()}`)
  // Negative numbers of up to 32 bits travel as 32-bit two's complement. [tck-id-payloads-metric-datatype-value]
  if (width.bits === 64) out.varintField(fields.long, BigInt.asUintN(64, value))
  else out.varintField(fields.int, Number(BigInt.asUintN(32, value)))
}

function readPayload(reader: ProtoReader): Payload {
  const metrics: Metric[] = []
  const payload: { -readonly [K in keyof Payload]: Payload[K] } = { metrics }
  while (reader.next()) {
    if (reader.is(PAYLOAD.timestamp, 0)) payload.timestamp = reader.safeVarint()
    else if (reader.is(PAYLOAD.metrics, 2)) metrics.push(readMetric(reader.message()))
    else if (reader.is(PAYLOAD.seq, 0)) payload.seq = reader.safeVarint()
    else if (reader.is(PAYLOAD.uuid, 2)) payload.uuid = reader.string()
    else if (reader.is(PAYLOAD.body, 2)) payload.body = reader.bytes()
    else reader.skip()
  }
  return payload
}

function readMetric(reader: ProtoReader): Metric {
  const metric: { -readonly [K in keyof Metric]: Metric[K] } = { value: null }
  let isNull = false
  while (reader.next()) {
    if (reader.is(METRIC.name, 2)) metric.name = reader.string()
    else if (reader.is(METRIC.alias, 0)) metric.alias = exact(reader.varint())
    else if (reader.is(METRIC.timestamp, 0)) metric.timestamp = reader.safeVarint()
    else if (reader.is(METRIC.datatype, 0)) metric.datatype = reader.safeVarint()
    else if (reader.is(METRIC.isHistorical, 0)) metric.isHistorical = reader.varint() !== 0n
    else if (reader.is(METRIC.isTransient, 0)) metric.isTransient = reader.varint() !== 0n
    else if (reader.is(METRIC.isNull, 0)) isNull = reader.varint() !== 0n
    else if (reader.is(METRIC.properties, 2)) metric.properties = readProperties(reader.message())
    else if (isBytesField(reader)) metric.value = reader.bytes()
    else {
      const scalar = readScalar(reader, METRIC)
      if (scalar !== undefined) metric.value = scalar
    }
  }
  if (isNull) metric.value = null
  else if (metric.datatype !== undefined) metric.value = typedValue(metric.value, metric.datatype)
  return metric
}

function isBytesField(reader: ProtoReader): boolean {
  return reader.is(METRIC.bytes, 2) || reader.is(METRIC.dataSet, 2) || reader.is(METRIC.template, 2)
}

/** A scalar of the field the reader stands on; undefined when it is none and has been skipped. */
function readScalar(reader: ProtoReader, fields: ScalarFields): number | bigint | boolean | string | undefined {
  if (reader.is(fields.int, 0)) return Number(BigInt.asUintN(32, reader.varint()))
  if (reader.is(fields.long, 0)) return exact(reader.varint())
  if (reader.is(fields.float, 5)) return reader.float()
  if (reader.is(fields.double, 1)) return reader.double()
  if (reader.is(fields.boolean, 0)) return reader.varint() !== 0n
  if (reader.is(fields.string, 2)) return reader.string()
  reader.skip()
  return undefined
}

function readProperties(reader: ProtoReader): Record<string, Property> {
  const keys: string[] = []
  const values: (Property | null)[] = []
  while (reader.next()) {
    if (reader.is(1, 2)) keys.push(reader.string())
    else if (reader.is(2, 2)) values.push(readProperty(reader.message()))
    else reader.skip()
  }
  // [tck-id-payloads-propertyset-keys-array-size] as many keys as values
  if (keys.length !== values.length) {
    throw new RangeError(
      `expected as many property values as keys, came ${keys.length} keys and ${values.length} values`,
    )
  }
  return Object.fromEntries(
    keys.flatMap((key, index): [string, Property][] => {
      const value = values[index]
      return value === null || value === undefined ? [] : [[key, value]]
    }),
  )
}

/** Null for a nested property set, which has no scalar value. */
function readProperty(reader: ProtoReader): Property | null {
  let type = 0
  let isNull = false
  let value: Property['value'] = null
  while (reader.next()) {
    if (reader.is(PROPERTY.type, 0)) type = reader.safeVarint()
    else if (reader.is(PROPERTY.isNull, 0)) isNull = reader.varint() !== 0n
    else value = readScalar(reader, PROPERTY) ?? value
  }
  if (isNull) return { type, value: null }
  if (value === null) return null
  const typed = typedValue(value, type)
  return typed instanceof Uint8Array ? null : { type, value: typed }
}
