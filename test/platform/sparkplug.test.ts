import fc from 'fast-check'
import {
  decodePayload as peerDecode,
  encodePayload as peerEncode,
  type UMetric,
  type UPayload,
} from 'sparkplug-payload/lib/sparkplugbpayload.js'
import { describe, expect, it } from 'vitest'
import { isHouseError } from '../../core/kit/errors.ts'
import {
  DATA_TYPE,
  decodePayload,
  encodePayload,
  typedValue,
  type Metric,
  type Payload,
} from '../../platform/sparkplug.ts'

const uint = (bits: number) => fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n })
const int = (bits: number) => fc.bigInt({ min: -(1n << BigInt(bits - 1)), max: (1n << BigInt(bits - 1)) - 1n })
const exact = (value: bigint) => (Number.isSafeInteger(Number(value)) ? Number(value) : value)

/** Every scalar type with a value it can hold, as decoding must give it back. */
const typed = fc.oneof(
  ...[8, 16, 32, 64].flatMap((bits) => [
    int(bits).map((value) => ({ datatype: DATA_TYPE[`int${bits}` as 'int8'], value: exact(value) })),
    uint(bits).map((value) => ({ datatype: DATA_TYPE[`uint${bits}` as 'uint8'], value: exact(value) })),
  ]),
  fc.float({ noNaN: true }).map((value) => ({ datatype: DATA_TYPE.float, value })),
  fc.double({ noNaN: true }).map((value) => ({ datatype: DATA_TYPE.double, value })),
  fc.boolean().map((value) => ({ datatype: DATA_TYPE.boolean, value })),
  fc.string({ unit: 'binary' }).map((value) => ({ datatype: DATA_TYPE.string, value })),
  fc.nat().map((value) => ({ datatype: DATA_TYPE.dateTime, value })),
)
const scalar = fc.oneof(
  typed,
  typed.map(({ datatype }) => ({ datatype, value: null })),
)
const key = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9]{0,11}$/)
const metric: fc.Arbitrary<Metric> = fc
  .record(
    {
      name: fc.string({ unit: 'binary' }),
      alias: uint(64).map(exact),
      timestamp: fc.maxSafeNat(),
      isHistorical: fc.constant(true),
      isTransient: fc.constant(true),
      properties: fc.dictionary(
        key,
        scalar.map(({ datatype, value }) => ({ type: datatype, value })),
        { noNullPrototype: true },
      ),
    },
    { requiredKeys: [] },
  )
  .chain((rest) =>
    fc
      .oneof(
        scalar,
        fc.uint8Array().map((value) => ({ datatype: DATA_TYPE.bytes, value })),
      )
      .map((value) => ({ ...rest, ...value })),
  )
const payload: fc.Arbitrary<Payload> = fc
  .record(
    { timestamp: fc.maxSafeNat(), seq: fc.nat(255), uuid: fc.string(), body: fc.uint8Array() },
    { requiredKeys: [] },
  )
  .chain((rest) => fc.array(metric, { maxLength: 8 }).map((metrics) => ({ ...rest, metrics })))

describe('the Sparkplug B codec', () => {
  it('gives back every payload it encoded', () => {
    fc.assert(
      fc.property(payload, (sent) => {
        expect(decodePayload(encodePayload(sent))).toEqual(sent)
      }),
    )
  })

  it('writes what an independent codec reads', () => {
    const sent: Payload = {
      timestamp: 1_760_000_000_123,
      seq: 7,
      metrics: [
        {
          name: 'active-power',
          alias: 3,
          timestamp: 1_760_000_000_001,
          datatype: DATA_TYPE.double,
          value: 41.5,
          isHistorical: true,
        },
        { name: 'Sequence', alias: 1, datatype: DATA_TYPE.uint64, value: 4_294_967_301 },
        { name: 'below', datatype: DATA_TYPE.int16, value: -2 },
        { name: 'bdSeq', datatype: DATA_TYPE.int64, value: 9 },
        { name: 'door', datatype: DATA_TYPE.boolean, value: true },
        { name: '名称', datatype: DATA_TYPE.string, value: '东坑' },
        {
          name: 'gas',
          datatype: DATA_TYPE.double,
          value: null,
          properties: {
            Quality: { type: DATA_TYPE.int32, value: 0 },
            reason: { type: DATA_TYPE.string, value: 'timeout' },
          },
        },
      ],
    }
    const read = peerDecode(encodePayload(sent))
    expect(Number(read.timestamp)).toBe(sent.timestamp)
    expect(Number(read.seq)).toBe(7)
    expect(read.metrics?.map(({ name, value }) => [name, peerValue(value)])).toEqual(
      sent.metrics.map(({ name, value }) => [name, value]),
    )
    expect(read.metrics?.[0]).toMatchObject({ type: 'Double', isHistorical: true })
    expect(read.metrics?.[6]?.properties).toMatchObject({
      Quality: { type: 'Int32', value: 0 },
      reason: { value: 'timeout' },
    })
  })

  it('reads what an independent codec writes', () => {
    const peerTypes = ['Int8', 'Int16', 'Int32', 'UInt8', 'UInt16', 'UInt32', 'Double', 'Boolean', 'String'] as const
    const values = {
      Int8: -8,
      Int16: -300,
      Int32: -70_000,
      UInt8: 200,
      UInt16: 65_000,
      UInt32: 4_000_000_000,
      Double: 1.25,
      Boolean: true,
      String: 'x',
    }
    const metrics: UMetric[] = peerTypes.map((type) => ({ name: type, type, value: values[type], timestamp: 5 }))
    metrics.push({ name: 'with', type: 'Double', value: 2, properties: { engUnit: { type: 'String', value: 'kW' } } })
    metrics.push({ name: 'none', type: 'Double', value: null })
    const sent: UPayload = { timestamp: 1_760_000_000_123, seq: 255, metrics }
    const read = decodePayload(peerEncode(sent))
    expect(read.timestamp).toBe(1_760_000_000_123)
    expect(read.seq).toBe(255)
    expect(read.metrics.map(({ name, value }) => [name, value])).toEqual(
      metrics.map(({ name, value }) => [name, value]),
    )
    expect(read.metrics[9]?.properties).toEqual({ engUnit: { type: DATA_TYPE.string, value: 'kW' } })
  })

  it('keeps 64-bit values that a double cannot hold', () => {
    const value = 0xffff_ffff_ffff_fffen
    const read = decodePayload(encodePayload({ metrics: [{ name: 'a', datatype: DATA_TYPE.uint64, value }] }))
    expect(read.metrics[0]?.value).toBe(value)
    const low = -(2n ** 63n)
    expect(
      decodePayload(encodePayload({ metrics: [{ datatype: DATA_TYPE.int64, value: low }] })).metrics[0]?.value,
    ).toBe(low)
  })

  it('tells signed from unsigned by the datatype of the birth when data comes without one', () => {
    // Metric with alias 5 and int_value 4294967294, which is -2 as Int32.
    const read = decodePayload(Uint8Array.from([0x12, 0x08, 0x10, 0x05, 0x50, 0xfe, 0xff, 0xff, 0xff, 0x0f]))
    expect(read.metrics[0]).toEqual({ alias: 5, value: 4_294_967_294 })
    expect(typedValue(read.metrics[0]?.value ?? null, DATA_TYPE.int32)).toBe(-2)
    expect(typedValue(read.metrics[0]?.value ?? null, DATA_TYPE.uint32)).toBe(4_294_967_294)
  })

  it('skips fields it does not know', () => {
    const known = encodePayload({ seq: 3, metrics: [] })
    const unknown = [
      0xf8, 0x06, 0x01, 0xfa, 0x06, 0x02, 0x61, 0x62, 0xfd, 0x06, 1, 2, 3, 4, 0xf9, 0x06, 1, 2, 3, 4, 5, 6, 7, 8,
    ]
    expect(decodePayload(Uint8Array.from([...unknown, ...known, ...unknown]))).toEqual({ seq: 3, metrics: [] })
  })

  it('answers any bytes with a payload or message/malformed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(payloadOrFault(bytes)).toBe(true)
      }),
      { numRuns: 2_000 },
    )
    fc.assert(
      fc.property(payload, fc.nat(), fc.nat(255), (sent, where, byte) => {
        const bytes = encodePayload(sent)
        if (bytes.length > 0) bytes[where % bytes.length] = byte
        expect(payloadOrFault(bytes)).toBe(true)
        expect(payloadOrFault(bytes.subarray(0, where % (bytes.length + 1)))).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('refuses to write a value that its datatype cannot hold', () => {
    for (const [datatype, value] of [
      [DATA_TYPE.int8, 128],
      [DATA_TYPE.uint8, -1],
      [DATA_TYPE.uint64, 1n << 64n],
      [DATA_TYPE.int32, 1.5],
    ] as const) {
      expect(() => encodePayload({ metrics: [{ datatype, value }] })).toThrow(RangeError)
    }
  })
})

function payloadOrFault(bytes: Uint8Array): boolean {
  try {
    return decodePayload(bytes).metrics.length >= 0
  } catch (error) {
    return isHouseError(error, 'message/malformed')
  }
}

function peerValue(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? Number(value) : value
}
