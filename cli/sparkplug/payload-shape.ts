import { type Payload, decodePayload } from '../../platform/sparkplug.ts'
import { ProtoReader } from '../../platform/protobuf.ts'
import { isHouseError } from '../../core/kit/errors.ts'

/** What a metric looks like on the wire beyond what it means. */
export interface MetricShape {
  /** A value, or `is_null` set to true and none. */
  readonly hasValue: boolean
  /** Keys and values of its property set; null where it has none. */
  readonly properties: { readonly keys: number; readonly values: number } | null
}

/** A Sparkplug payload as it was read; the payload is null where it cannot be decoded. */
export interface ReadPayload {
  readonly payload: Payload | null
  /** One a metric, in order. */
  readonly shapes: readonly MetricShape[]
}

const METRICS = 2
const IS_NULL = 7
const PROPERTIES = 9
const FIRST_VALUE = 10
const LAST_VALUE = 19

/** Reads a payload with what a decoder leaves out. Never throws for bytes that are none. */
export function readPayload(bytes: Uint8Array): ReadPayload {
  return { payload: decoded(bytes), shapes: shapesOf(bytes) }
}

function decoded(bytes: Uint8Array): Payload | null {
  try {
    return decodePayload(bytes)
  } catch (error) {
    if (!isHouseError(error, 'message/malformed')) throw error
    return null
  }
}

function shapesOf(bytes: Uint8Array): MetricShape[] {
  const shapes: MetricShape[] = []
  try {
    const reader = new ProtoReader(bytes)
    while (reader.next()) {
      if (reader.is(METRICS, 2)) shapes.push(shapeOf(reader.message()))
      else reader.skip()
    }
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error
  }
  return shapes
}

function shapeOf(reader: ProtoReader): MetricShape {
  let values = 0
  let isNull = false
  let properties: MetricShape['properties'] = null
  while (reader.next()) {
    if (reader.is(IS_NULL, 0)) isNull = reader.varint() !== 0n
    else if (reader.is(PROPERTIES, 2)) properties = countsOf(reader.message())
    else {
      if (isValueField(reader)) values += 1
      reader.skip()
    }
  }
  return { hasValue: isNull ? values === 0 : values === 1, properties }
}

function isValueField(reader: ProtoReader): boolean {
  for (let field = FIRST_VALUE; field <= LAST_VALUE; field += 1) {
    for (const wire of [0, 1, 2, 5]) if (reader.is(field, wire)) return true
  }
  return false
}

function countsOf(reader: ProtoReader): { keys: number; values: number } {
  const counts = { keys: 0, values: 0 }
  while (reader.next()) {
    if (reader.is(1, 2)) counts.keys += 1
    else if (reader.is(2, 2)) counts.values += 1
    reader.skip()
  }
  return counts
}
