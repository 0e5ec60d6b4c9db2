import fc from 'fast-check'
import { decodePayload as peerDecode } from 'sparkplug-payload/lib/sparkplugbpayload.js'
import { describe, expect, it } from 'vitest'
import { Quality, ReasonCode, type Reading } from '../../core/contract/reading.ts'
import type { SiteAbout } from '../../core/contract/lanes.ts'
import { MonoMs, UtcMs } from '../../core/contract/time.ts'
import { isHouseError } from '../../core/kit/errors.ts'
import { decodePayload, encodePayload, type Payload } from '../../platform/sparkplug.ts'
import * as telemetry from '../../platform/telemetry.ts'

const at = UtcMs.parse(1_760_000_000_000)
const device: telemetry.DeviceBirth = {
  device: 'feeder-meter',
  name: { 'zh-CN': '进线电表', en: 'feeder meter' },
  profile: 'eastron/sdm630',
  source: 'the maker’s protocol paper',
  points: [
    {
      device: 'feeder-meter',
      point: 'active-power',
      name: { 'zh-CN': '有功功率', en: 'active power' },
      quantity: 'power',
      unit: 'W',
      range: [-1e6, 1e6],
      latest: null,
    },
    { device: 'feeder-meter', point: 'cover', name: null, quantity: 'tamper', unit: '1', range: null, latest: null },
  ],
}
const aliases = telemetry
  .aliasesOf([
    { device: 'other', points: ['x'] },
    { device: device.device, points: device.points.map(({ point }) => point) },
  ])
  .get(device.device)!
const validFor = new Map([
  ['active-power', 2_500],
  ['cover', 75_000],
])
const wire = (payload: Payload) => decodePayload(encodePayload(payload))
const born = telemetry.readDeviceBirth(wire(telemetry.deviceBirth(at, device, { aliases, validFor })), device.device)

const reading = fc
  .record({
    point: fc.constantFrom('active-power', 'cover'),
    quality: fc.constantFrom(...Quality.options),
    reason: fc.constantFrom(...ReasonCode.options),
    number: fc.double({ noNaN: true, noDefaultInfinity: true }),
    boolean: fc.boolean(),
    at: fc.nat(2_000_000_000_000),
    validForMs: fc.oneof(fc.constant(2_500), fc.nat(100_000_000)),
  })
  .map((made) => ({
    device: device.device,
    point: made.point,
    value: made.quality === 'bad' ? null : made.point === 'cover' ? made.boolean : made.number,
    quality: made.quality,
    reason: made.quality === 'good' ? null : made.reason,
    at: UtcMs.parse(made.at),
    mono: MonoMs.parse(0),
    validUntil: UtcMs.parse(made.at + made.validForMs),
  }))

describe('telemetry conventions', () => {
  it('brings every reading over unchanged, with its number and its lateness', () => {
    fc.assert(
      fc.property(
        fc.array(reading, { minLength: 1, maxLength: 20 }),
        fc.nat(2 ** 40),
        fc.boolean(),
        fc.oneof(fc.constant(null), fc.double({ min: 0, max: 0xffff_ffff, noNaN: true })),
        (made, seq, historical, sure) => {
          const numbered = { firstSeq: seq, readings: made as Reading[], uncertaintyMs: sure }
          const payload = wire(telemetry.deviceData(at, numbered, { aliases, validFor, historical }))
          const uncertaintyMs = sure === null ? null : Math.ceil(sure)
          const told = { historical, uncertaintyMs }
          const expected = made.map(({ mono: _mono, ...rest }, index) => ({ ...rest, ...told, seq: seq + index }))
          expect(telemetry.readDeviceData(payload, born)).toEqual(expected)
        },
      ),
    )
  })

  it('tells of a device and its points what the birth was given', () => {
    const { device: id, name, profile, source, points } = born
    expect({ device: id, name, profile, source, points }).toEqual(device)
  })

  it('tells a point with no reading yet from one whose reading is bad', () => {
    const latest = {
      device: device.device,
      point: 'cover',
      value: null,
      quality: 'bad',
      reason: 'timeout',
      at,
      validUntil: UtcMs.parse(at + 75_000),
      uncertaintyMs: null,
    } as const
    const [power, cover] = device.points
    const birth = { ...device, points: [power!, { ...cover!, latest }] }
    const read = telemetry.readDeviceBirth(wire(telemetry.deviceBirth(at, birth, { aliases, validFor })), device.device)
    expect(read.points.map((point) => point.latest)).toEqual([null, latest])
  })

  it('is read by an independent codec: births, data, and the death of a device', () => {
    const birth = peerDecode(encodePayload({ ...telemetry.deviceBirth(at, device, { aliases, validFor }), seq: 3 }))
    expect(birth.metrics?.map(({ name, type }) => [name, type])).toContainEqual(['active-power', 'Double'])
    expect(birth.metrics?.find(({ name }) => name === 'active-power')?.properties).toMatchObject({
      engUnit: { type: 'String', value: 'W' },
      engHigh: { type: 'Double', value: 1e6 },
    })
    const bad = { ...device.points[1]!, value: null, quality: 'bad', reason: 'timeout' } as const
    const readings = [{ ...bad, at, mono: MonoMs.parse(0), validUntil: UtcMs.parse(at + 75_000) }]
    const numbered = { firstSeq: 2 ** 40, readings, uncertaintyMs: 12.5 }
    const data = peerDecode(encodePayload(telemetry.deviceData(at, numbered, { aliases, validFor, historical: true })))
    expect(Number(data.metrics?.[0]?.alias)).toBe(aliases.sequence)
    // It looks for a UInt32 where none is since Sparkplug 3.0 (eclipse-sparkplug/sparkplug, issue 102), so its value is not compared.
    expect(data.metrics?.[0]?.properties).toMatchObject({ uncertaintyMs: { type: 'UInt32' } })
    expect(data.metrics?.[1]).toMatchObject({
      isHistorical: true,
      properties: { Quality: { type: 'Int32', value: 0 } },
    })
    expect(peerDecode(encodePayload({ ...telemetry.deviceDeath(at), seq: 4 })).metrics ?? []).toEqual([])
  })

  it('tells in births how far last times may be off: the worst of those known, and which nobody can vouch for', () => {
    const latest = (uncertaintyMs: number | null) => ({
      device: device.device,
      point: 'cover',
      value: true,
      quality: 'good' as const,
      reason: null,
      at,
      validUntil: UtcMs.parse(at + 75_000),
      uncertaintyMs,
    })
    const toldOf = (...uncertainties: (number | null)[]) => {
      const points = uncertainties.map((one) => ({ ...device.points[1]!, latest: latest(one) }))
      const payload = telemetry.deviceBirth(at, { ...device, points }, { aliases, validFor })
      return telemetry.readDeviceBirth(wire(payload), device.device).points.map((point) => point.latest?.uncertaintyMs)
    }
    expect(toldOf(3.2, 40, null)).toEqual([40, 40, null])
    expect(toldOf(null, null)).toEqual([null, null])
    expect(toldOf(0)).toEqual([0])
  })

  it('names no metric in data: aliases only, and quality only when it is not good', () => {
    const good = {
      ...device.points[0]!,
      value: 5,
      quality: 'good',
      reason: null,
      at,
      mono: MonoMs.parse(0),
      validUntil: UtcMs.parse(at + 2_500),
    } as const
    const { metrics } = wire(
      telemetry.deviceData(
        at,
        { firstSeq: 9, readings: [good], uncertaintyMs: null },
        { aliases, validFor, historical: false },
      ),
    )
    expect(metrics).toEqual([
      { alias: aliases.sequence, timestamp: at, value: 9 },
      { alias: aliases.points.get('active-power'), timestamp: at, value: 5 },
    ])
  })

  it('tells a validity that most readings of a message share once, with the number', () => {
    const readings = [0, 1, 2].map((index) => ({
      device: device.device,
      point: index === 2 ? 'cover' : 'active-power',
      value: index === 2 ? true : index,
      quality: 'good' as const,
      reason: null,
      at,
      mono: MonoMs.parse(0),
      validUntil: UtcMs.parse(at + (index === 2 ? 75_000 : 4_000)),
    }))
    const payload = wire(
      telemetry.deviceData(
        at,
        { firstSeq: 0, readings, uncertaintyMs: null },
        { aliases, validFor, historical: false },
      ),
    )
    expect(payload.metrics.map(({ properties }) => properties?.validForMs?.value)).toEqual([
      4_000,
      undefined,
      undefined,
      75_000,
    ])
    expect(telemetry.readDeviceData(payload, born).map(({ validUntil }) => validUntil - at)).toEqual([
      4_000, 4_000, 75_000,
    ])
  })

  it('tells validities that fit no whole number of milliseconds, or no 32 bits, as near as it can', () => {
    const odd = new Map([
      ['active-power', 82.5],
      ['cover', 90 * 86_400_000],
    ])
    const read = telemetry.readDeviceBirth(
      wire(telemetry.deviceBirth(at, device, { aliases, validFor: odd })),
      device.device,
    )
    expect([...read.byAlias.values()].map(({ validForMs }) => validForMs)).toEqual([83, 0xffff_ffff])
  })

  it('gives each metric of the node an alias of its own', () => {
    const table = telemetry.aliasesOf([
      { device: 'a', points: ['x', 'y'] },
      { device: 'b', points: ['x'] },
    ])
    const all = [...table.values()].flatMap(({ sequence, points }) => [sequence, ...points.values()])
    expect(new Set(all).size).toBe(all.length)
  })

  it('carries the node birth, its death and the rebirth command', () => {
    const about: SiteAbout = {
      site: {
        id: 'east-pit',
        name: { 'zh-CN': '东坑', en: 'East pit' },
        kind: 'closed-pit',
        area: { 'zh-CN': '东乡', en: 'East' },
        zone: 'Asia/Shanghai',
        place: { x: 1, y: 2 },
        simulated: true,
      },
      version: '1',
      stream: 'abcdefgh12',
      dating: { boot: '00000000000000aa', offsetMs: 5, uncertaintyMs: 40, source: 'ntp' },
      rules: [{ id: 'r', type: 'high-limit', point: 'a/b', priority: 'red', limit: 5 }],
    }
    const birth = wire(telemetry.nodeBirth({ at, bdSeq: 4, about }))
    expect(telemetry.readNodeBirth(birth)).toEqual({ bdSeq: 4, about })
    expect(birth.metrics.find(({ name }) => name === 'Properties/Version')?.value).toBe('1')
    expect(telemetry.readNodeDeath(wire(telemetry.nodeDeath(at, 4)))).toEqual({ bdSeq: 4 })
    expect(telemetry.isRebirthCommand(wire(telemetry.rebirthCommand(at)))).toBe(true)
    expect(telemetry.isRebirthCommand(wire(telemetry.nodeDeath(at, 4)))).toBe(false)
    expect(wire(telemetry.deviceDeath(at))).toEqual({ timestamp: at, metrics: [] })
  })

  it('refuses data whose alias the birth did not tell, and data without a number', () => {
    const { sequence } = aliases
    for (const metrics of [
      [
        { alias: sequence, value: 1n },
        { alias: 99, timestamp: at, value: 1 },
      ],
      [{ alias: aliases.points.get('cover')!, timestamp: at, value: true }],
      // A stream is counted in whole numbers from 0; another would be kept for ever and read by nobody.
      ...[1.5, -5, NaN, 2 ** 60].map((value) => [{ alias: sequence, value }]),
      [],
    ]) {
      expect(refusal(() => telemetry.readDeviceData(wire({ timestamp: at, metrics }), born))).toBe('message/malformed')
    }
    expect(refusal(() => telemetry.readNodeBirth({ metrics: [] }))).toBe('message/malformed')
    expect(refusal(() => telemetry.readDeviceBirth({ metrics: [] }, 'x'))).toBe('message/malformed')
  })

  it('never shows a value that cannot be believed as good', () => {
    const { sequence, points } = aliases
    const metrics = [
      { alias: sequence, value: 1n },
      { alias: points.get('active-power')!, timestamp: at, value: Number.NaN },
      { alias: points.get('cover')!, timestamp: at, value: 7 },
      { alias: points.get('active-power')!, timestamp: at, value: null },
    ]
    for (const read of telemetry.readDeviceData(wire({ timestamp: at, metrics }), born)) {
      expect(read).toMatchObject({ value: null, quality: 'bad', reason: 'malformed' })
    }
  })
})

function refusal(work: () => unknown): string | null {
  try {
    work()
    return null
  } catch (error) {
    return isHouseError(error) ? error.code : String(error)
  }
}
