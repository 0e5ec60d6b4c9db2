import { once } from 'node:events'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DeviceProfile, type Dlt645Profile } from '../../core/contract/device-profile.ts'
import { ANY_METER, type Dlt645Answer, type Dlt645Request, encodeDlt645, scanDlt645 } from '../../core/decode/dlt645.ts'
import { decodeDlt645 } from '../../core/decode/dlt645-points.ts'
import { loadYaml } from '../../platform/config.ts'
import { serveDlt645 } from '../../sim/dlt645/bus.ts'
import { type Dlt645MeterOptions, dlt645Station } from '../../sim/dlt645/meter.ts'
import { hex } from '../core/decode/hex.ts'

const path = fileURLToPath(new URL('../../devices/generic/dlt645-three-phase.yaml', import.meta.url))
const profile = ((): Dlt645Profile => {
  const loaded = loadYaml(path, DeviceProfile)
  if (loaded.driver !== 'dlt645') throw new TypeError(path)
  return loaded
})()

const ADDRESS = '202501140001'
const meter = (more: Partial<Dlt645MeterOptions> = {}) =>
  dlt645Station({ address: ADDRESS, profile, values: () => ({}), preamble: 0, ...more })
const say = (more: Partial<Dlt645MeterOptions>, request: Dlt645Request): Dlt645Answer | null => {
  const reply = meter(more).answer(encodeDlt645(request))
  const scan = reply === null ? null : scanDlt645(reply, request)
  return scan?.kind === 'answer' ? scan.answer : null
}
const read = (item: string, address = ADDRESS): Dlt645Request => ({ kind: 'read', address, item })

describe('the simulated meter', () => {
  it.each([
    [
      '0201FF00',
      { 'voltage-l1': 231.5, 'voltage-l2': 230.8, 'voltage-l3': 229.9 },
      '68 01 00 14 01 25 20 68 91 0A 33 32 34 35 48 56 3B 56 CC 55 E4 16',
    ],
    ['02030000', { 'active-power': -1251.2 }, '68 01 00 14 01 25 20 68 91 07 33 33 36 35 45 58 B4 E5 16'],
    ['02800002', { frequency: 50.02 }, '68 01 00 14 01 25 20 68 91 06 35 33 B3 35 35 83 CA 16'],
    ['03300D00', { 'meter-cover-openings': 3 }, '68 01 00 14 01 25 20 68 91 07 33 40 63 36 36 33 33 6B 16'],
  ])('answers for item %s with the bytes that were recorded', (item, values, reply) => {
    expect(meter({ values: () => values }).answer(encodeDlt645(read(item)))).toEqual(hex(reply))
  })

  it('refuses an item it does not have as was recorded', () => {
    expect(meter().answer(encodeDlt645(read('02800009')))).toEqual(hex('68 01 00 14 01 25 20 68 D1 01 35 32 16'))
  })

  it('tells its address to a broadcast as was recorded', () => {
    const one = meter({ address: '000000000001' })
    const reply = '68 01 00 00 00 00 00 68 93 06 34 33 33 33 33 33 9D 16'
    expect(one.answer(hex('68 AA AA AA AA AA AA 68 13 00 DF 16'))).toEqual(hex(reply))
  })

  it('shows every point as its profile reads it', () => {
    const points = profile.points.filter(({ derive }) => derive === undefined)
    fc.assert(
      fc.property(
        fc.constantFrom(...points),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.boolean(),
        (point, part, inBlock) => {
          const [low, high] = point.range
          const factor = 10 ** point.decimals
          const inUnit = Math.round((low + part * (high - low)) * factor) / factor
          const value = inUnit * (point.unit.startsWith('k') && point.unit !== 'kW.h' ? 1_000 : 1)
          const item = inBlock ? (point.block?.item ?? point.item) : point.item
          const answer = say({ values: () => ({ [point.point]: value }) }, read(item))
          const data = answer?.kind === 'data' ? answer.data : new Uint8Array()
          expect(decodeDlt645(point, item, data, null).value).toBeCloseTo(value, 3)
        },
      ),
    )
  })

  it('fills what it has no value for with FF', () => {
    expect(say({ values: () => ({ frequency: null }) }, read('02800002'))).toMatchObject({ data: hex('FF FF') })
  })

  it('gives a long record frame by frame, and no more than there is', () => {
    const record = Uint8Array.from({ length: 60 }, (_, index) => index)
    const more = { items: { '03300D01': record }, frameBytes: 25 }
    const next = (sequence: number): Dlt645Request => ({ kind: 'next', address: ADDRESS, item: '03300D01', sequence })
    expect(say(more, read('03300D01'))).toMatchObject({ data: record.slice(0, 25), more: true })
    expect(say(more, next(1))).toMatchObject({ data: record.slice(25, 50), more: true })
    expect(say(more, next(2))).toMatchObject({ data: record.slice(50), more: false })
    expect(say(more, next(3))).toMatchObject({ kind: 'refused', error: 1 })
    expect(say({ items: more.items }, read('03300D01'))).toMatchObject({ data: record, more: false })
  })

  it('answers for wildcards, and not for another meter', () => {
    expect(say({}, read('02010100', `AAAAAAAA${ADDRESS.slice(8)}`))).toMatchObject({ address: ADDRESS })
    expect(say({}, read('02010100', ANY_METER))).toMatchObject({ address: ADDRESS })
    expect(say({}, read('02010100', '202501140002'))).toBeNull()
  })

  it('keeps silent to damaged frames, to frames that write and to noise', () => {
    const frame = encodeDlt645(read('02010100'), 0)
    for (let bit = 0; bit < 8 * frame.length; bit += 1) {
      const damaged = frame.with(bit >>> 3, frame[bit >>> 3]! ^ (1 << (bit & 7)))
      expect(meter().answer(damaged)).toBeNull()
    }
    expect(meter().answer(hex('68 01 00 14 01 25 20 68 1C 00 47 16'))).toBeNull()
    fc.assert(fc.property(fc.uint8Array(), (noise) => meter().answer(noise) === null))
  })
})

describe('a simulated line of meters', () => {
  it('is heard over TCP, whole or in pieces', async () => {
    await using line = await serveDlt645({ host: '127.0.0.1', port: 0, stations: [meter({ latencyMs: 0 })] })
    const socket = connect(line.port, line.host)
    await once(socket, 'connect')
    const frame = encodeDlt645(read('04000402'))
    for (const piece of [frame.subarray(0, 7), frame.subarray(7)]) {
      socket.write(piece)
      await new Promise((settle) => setImmediate(settle))
    }
    const [reply] = (await once(socket, 'data')) as [Buffer]
    expect(scanDlt645(reply, read('04000402'))).toMatchObject({ kind: 'answer' })
    socket.destroy()
  })

  it('garbles what two meters say at once', async () => {
    const stations = [meter({ latencyMs: 0 }), meter({ latencyMs: 0, address: '202501149998' })]
    await using line = await serveDlt645({ host: '127.0.0.1', port: 0, stations })
    const socket = connect(line.port, line.host)
    await once(socket, 'connect')
    socket.write(encodeDlt645({ kind: 'address' }))
    const [reply] = (await once(socket, 'data')) as [Buffer]
    expect(scanDlt645(reply, { kind: 'address' })).toEqual({ kind: 'nothing' })
    socket.destroy()
  })
})
