import fc from 'fast-check'
import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { ModbusProfile } from '../../core/contract/device-profile.ts'
import { crc, rtuCutter, tcpCutter } from '../../sim/modbus/framing.ts'
import { imageOf } from '../../sim/modbus/image.ts'
import { answerOf, type Station } from '../../sim/modbus/pdu.ts'
import { modbusProfile } from '../../sim/profiles.ts'

const PROFILES = [
  'acrel/adl400',
  'advantech/adam-6017',
  'chint/dtsu666',
  'eastron/sdm630',
  'waveshare/modbus-rtu-io-8ch',
].map(modbusProfile)

describe('the simulated registers', () => {
  it('cover every shipped Modbus profile', () => {
    const shipped = readdirSync('devices', { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.yaml'),
    )
    for (const { profile } of PROFILES) expect(shipped).toContain(`${profile}.yaml`)
  })

  for (const profile of PROFILES) {
    for (const { request, reply, expect: values } of profile.samples) {
      it(`of ${profile.profile} answer ${request} with the bytes a real one gave`, () => {
        const station = { ...stationOf(profile), image: () => imageOf(profile, values) }
        expect(hex(answerOf(station, bytes(request).slice(1)))).toBe(hex(bytes(reply).slice(1)))
      })
    }
  }

  it('give the float of every power back, whatever its unit', () => {
    const adl400 = profileNamed('acrel/adl400')
    fc.assert(
      fc.property(fc.float({ min: -50_000_000, max: 50_000_000, noNaN: true }), (watts) => {
        const image = imageOf(adl400, { 'active-power': watts })
        const words = [0x081a, 0x081b].map((address) => image['holding-register'].get(address) ?? 0)
        expect(floatOf(words)).toBeCloseTo(watts / 1_000, Math.abs(watts) > 100_000 ? -1 : 2)
      }),
    )
  })

  it('hold the low word first where the profile says so', () => {
    const point = { ...profileNamed('eastron/sdm630').points[0]!, words: 'low-first' as const }
    const image = imageOf({ ...profileNamed('eastron/sdm630'), points: [point] }, { [point.point]: 230.5 })
    expect([image['input-register'].get(0), image['input-register'].get(1)]).toEqual([0x8000, 0x4366])
  })
})

describe('a simulated device', () => {
  const sdm630 = stationOf(profileNamed('eastron/sdm630'))

  it('answers an address it does not have with exception 2', () => {
    expect(hex(answerOf(sdm630, bytes('04 20 00 00 02')))).toBe('84 02')
    expect(hex(answerOf(sdm630, bytes('03 00 00 00 02')))).toBe('83 02')
  })

  it('answers any other function code with exception 1, so that nothing can be written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 127 }), fc.uint8Array({ maxLength: 20 }), (code, rest) => {
        expect([...answerOf(sdm630, Uint8Array.of(code, ...rest))]).toEqual([code | 0x80, 1])
      }),
    )
  })

  it('answers more registers than it gives at once with exception 3', () => {
    expect(hex(answerOf(sdm630, bytes('04 00 00 00 51')))).toBe('84 03')
  })
})

describe('a request', () => {
  it('is found behind any noise on an RTU line', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 247 }), (noise, unit) => {
        const frame = rtuFrame(Uint8Array.of(unit, 4, 0, 0x34, 0, 2))
        const found = rtuCutter()(Uint8Array.of(...noise, ...frame))
        expect(found.map((request) => [request.unit, hex(request.pdu)])).toContainEqual([unit, '04 00 34 00 02'])
      }),
    )
  })

  it('is found in any pieces on a TCP connection', () => {
    const frames = bytes('00 07 00 00 00 06 01 04 00 34 00 02 00 08 00 00 00 06 02 02 00 00 00 08')
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (sizes) => {
        const cut = tcpCutter()
        const found: number[] = []
        for (let at = 0, turn = 0; at < frames.length; turn++) {
          const size = sizes[turn % sizes.length]!
          found.push(...cut(frames.subarray(at, at + size)).map(({ unit }) => unit))
          at += size
        }
        expect(found).toEqual([1, 2])
      }),
    )
  })

  it('has the CRC of the specification', () => {
    expect(hex(rtuFrame(bytes('01 04 00 34 00 02')))).toBe('01 04 00 34 00 02 30 05')
  })
})

function profileNamed(name: string): ModbusProfile {
  return PROFILES.find(({ profile }) => profile === name)!
}

function stationOf(profile: ModbusProfile): Station {
  return { unit: 1, maxRegisters: profile.maxRegisters, image: () => imageOf(profile, {}) }
}

function rtuFrame(body: Uint8Array): Uint8Array {
  const sum = crc(body)
  return Uint8Array.of(...body, sum & 0xff, sum >> 8)
}

function bytes(text: string): Uint8Array {
  return Uint8Array.from(text.split(' '), (pair) => parseInt(pair, 16))
}

function hex(data: Uint8Array): string {
  return Array.from(data, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(' ')
}

function floatOf([high = 0, low = 0]: readonly number[]): number {
  const view = new DataView(new ArrayBuffer(4))
  view.setUint16(0, high)
  view.setUint16(2, low)
  return view.getFloat32(0)
}
