import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { DeviceProfile, ModbusProfile } from '../core/contract/device-profile.ts'
import { QUANTITIES } from '../core/contract/quantity.ts'
import { decodeReadRequest } from '../core/decode/modbus-pdu.ts'
import { needsSpan, rangeOf } from '../core/decode/point.ts'
import { profileFaults } from '../core/decode/profile-faults.ts'
import { covers } from '../core/decode/readings.ts'
import { bridgeFor, planReads } from '../gateway/drivers/modbus/plan.ts'
import { loadProfiles } from '../gateway/profiles.ts'
import { testFolder } from './support/processes.ts'

const shipped = fileURLToPath(new URL('../devices', import.meta.url))
const profiles = [...loadProfiles([shipped]).values()]
const isModbus = (profile: DeviceProfile): profile is ModbusProfile => profile.driver === 'modbus'
const modbus = profiles.filter(isModbus).map((profile) => [profile.profile, profile] as const)
const named = (name: string) => modbus.find(([profile]) => profile === name)![1]

describe('the shipped device profiles', () => {
  it('hold the five Modbus devices a pit is watched with', () => {
    expect(modbus.map(([name]) => name)).toEqual([
      'acrel/adl400',
      'advantech/adam-6017',
      'chint/dtsu666',
      'eastron/sdm630',
      'waveshare/modbus-rtu-io-8ch',
    ])
  })

  it('put the total active power of each meter where the recorded answers have it', () => {
    const at = (name: string) => {
      const total = named(name).points.find(({ point }) => point === 'active-power')!
      return [total.table, total.address, total.scale, total.unit]
    }
    expect(at('eastron/sdm630')).toEqual(['input-register', 0x34, 1, 'W'])
    expect(at('chint/dtsu666')).toEqual(['holding-register', 0x2012, 0.1, 'W'])
    expect(at('acrel/adl400')).toEqual(['holding-register', 0x081a, 1, 'kW'])
  })
})

describe.each(modbus)('the profile %s', (_name, profile) => {
  it('decodes its recorded answers to what they are known to mean', () => {
    expect(profileFaults(profile)).toEqual([])
    expect(profile.samples.every(({ expect: expected }) => Object.keys(expected).length > 0)).toBe(true)
  })

  it('names every point in both languages and knows what it can be', () => {
    for (const point of profile.points) {
      expect(point.name, point.point).toBeDefined()
      const [low, high] = rangeOf(point, needsSpan(point) ? { from: [4, 20], to: [0, 1] } : null)
      expect(low).toBeLessThan(high)
    }
  })

  it('is read in legal requests that reach every recorded answer', () => {
    const plan = planReads(profile.points, { maxRegisters: profile.maxRegisters, bridge: bridgeFor(profile.link.baud) })
    expect(plan.flatMap(({ points }) => points).length).toBe(profile.points.length)
    for (const { request, expect: expected } of profile.samples) {
      const [unit = 0, ...pdu] = request.split(' ').map((pair) => Number.parseInt(pair, 16))
      const recorded = decodeReadRequest(unit, Uint8Array.from(pdu))!
      const points = profile.points.filter(({ point }) => point in expected)
      expect(points.every((point) => covers(recorded, point))).toBe(true)
      expect(plan.some((read) => read.request.table === recorded.table)).toBe(true)
    }
  })

  it('publishes each quantity in a unit it has', () => {
    for (const { quantity } of profile.points) expect(QUANTITIES[quantity].unit).toMatch(/\S/)
  })
})

describe('loading profiles', () => {
  const meter = `
profile: house/meter
vendor: House
models: [Meter]
name: { zh-CN: 电表, en: Meter }
source: invented
verified: unverified
driver: modbus
link: { baud: 9600, parity: none, stopBits: 1 }
points:
  - { point: power, quantity: power, table: input-register, address: 52, type: f32, unit: W, range: [0, 20000] }
samples:
  - { request: 01 04 00 34 00 02, reply: 01 04 04 46 40 E6 66, expect: { power: 12345.6 } }
`
  const put = async (folder: string, name: string, text: string) => {
    const path = join(folder, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
    return path
  }

  it("takes a site's own profile before the shipped one of the same name", async () => {
    await using own = await testFolder()
    await using other = await testFolder()
    await put(own.path, 'house/meter.yaml', meter.replace('models: [Meter]', 'models: [Ours]'))
    await put(other.path, 'house/meter.yaml', meter)
    const found = loadProfiles([own.path, join(own.path, 'missing'), other.path])
    expect(found.get('house/meter')?.models).toEqual(['Ours'])
  })

  it('reports every fault of every file with its line', async () => {
    await using folder = await testFolder()
    const first = await put(folder.path, 'house/meter.yaml', meter.replace('12345.6', '1'))
    const second = await put(folder.path, 'house/other.yaml', meter.replace('type: f32', 'type: float'))
    const third = await put(folder.path, 'house/third.yaml', meter)
    const report = messageOf(() => loadProfiles([folder.path]))
    expect(report).toContain(`${first}:13:`)
    expect(report).toContain('the reply decodes to 12345.6')
    expect(report).toContain(`${second}:11:`)
    expect(report).toContain(`${third}:2:`)
    expect(report).toContain('expected house/third, the path of this file, came house/meter')
  })
})

function messageOf(work: () => unknown): string {
  try {
    work()
    return ''
  } catch (error) {
    return error instanceof Error ? error.message : ''
  }
}
