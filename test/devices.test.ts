import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { driverQualities } from '../cli/driver-qualities.ts'
import type { DeviceProfile, ModbusPoint, ModbusProfile } from '../core/contract/device-profile.ts'
import { type DriverQuality, type RuleState, Tier, tierOf } from '../core/contract/driver-quality.ts'
import { QUANTITIES } from '../core/contract/quantity.ts'
import { crc16 } from '../core/decode/crc16.ts'
import { dlt645ProfileFaults } from '../core/decode/dlt645-points.ts'
import { decodeReadRequest, isBitTable } from '../core/decode/modbus-pdu.ts'
import { needsSpan, rangeOf } from '../core/decode/point.ts'
import { profileFaults } from '../core/decode/profile-faults.ts'
import { covers } from '../core/decode/readings.ts'
import { loadProfiles } from '../platform/site/profiles.ts'
import { testFolder } from './support/processes.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const profiles = [...loadProfiles([join(ROOT, 'devices')]).values()]
const onBuses = profiles.filter((profile) => profile.driver !== 'isapi')
const isModbus = (profile: DeviceProfile): profile is ModbusProfile => profile.driver === 'modbus'
const modbus = profiles.filter(isModbus).map((profile) => [profile.profile, profile] as const)
const named = (name: string) => modbus.find(([profile]) => profile === name)![1]
const hexOf = (bytes: readonly number[]) =>
  bytes.map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ')
const bytesOf = (hex: string) => Uint8Array.from(hex.split(' '), (pair) => Number.parseInt(pair, 16))

describe('the shipped device profiles', () => {
  it('are at least 24 besides the cameras, each with its source and at least one recorded answer', () => {
    expect(onBuses.length).toBeGreaterThanOrEqual(24)
    for (const { source, samples } of profiles) {
      expect(source.length).toBeGreaterThan(20)
      expect(samples.length).toBeGreaterThanOrEqual(1)
    }
  })

  it('claim no more than they were held against', () => {
    expect(profiles.map(({ verified }) => verified)).not.toContain('maker')
    for (const { profile, verified, source, caveats } of profiles)
      if (/from memory|not confirmed/.test(source) && !source.includes('the factor 0.1 of UrAt')) {
        expect([profile, verified]).toEqual([profile, 'unverified'])
        expect(caveats.length).toBeGreaterThan(0)
      }
  })

  it('say in both languages what a technician must know', () => {
    for (const { profile, name, caveats } of profiles)
      for (const text of [name, ...caveats]) {
        expect(text['zh-CN'], profile).toMatch(/\p{Script=Han}/u)
        expect(text.en, profile).not.toMatch(/\p{Script=Han}/u)
      }
  })

  it('give one point id one quantity, whoever the maker is', () => {
    const quantities = new Map<string, Set<string>>()
    for (const { points } of onBuses)
      for (const { point, quantity } of points)
        quantities.set(point, (quantities.get(point) ?? new Set()).add(quantity))
    expect([...quantities].filter(([, all]) => all.size > 1)).toEqual([])
  })

  it('call what every meter has by the same names', () => {
    const meters = modbus.filter(([, { points }]) => points.some(({ point }) => point === 'energy-import'))
    expect(meters.length).toBeGreaterThanOrEqual(10)
    for (const [name, { points }] of meters) {
      const ids = points.map(({ point }) => point)
      expect(ids, name).toContain('active-power')
      expect(ids.includes('voltage') || ids.includes('voltage-l1'), name).toBe(true)
      expect(ids.includes('current') || ids.includes('current-l1'), name).toBe(true)
    }
  })

  it('read counters slowly and transformer ratios rarely, and watch every ratio', () => {
    const all = onBuses.flatMap(({ points }): Pick<ModbusPoint, 'quantity' | 'poll' | 'guard'>[] => points)
    for (const { quantity, poll, guard } of all) {
      if (quantity === 'energy' || quantity === 'reactive_energy') expect(poll).not.toBe('fast')
      if (quantity === 'ratio') expect([poll, guard]).toEqual(['rare', 'changes'])
    }
  })

  it('hold the whole map of the SDM630: 52 floats over 382 registers', () => {
    const { points } = named('eastron/sdm630')
    expect(points.length).toBe(52)
    expect(points.every(({ type, table }) => type === 'f32' && table === 'input-register')).toBe(true)
    expect(Math.max(...points.map(({ address }) => address)) + 2).toBe(382)
  })

  it('put the total active power of each meter where the recorded answers have it', () => {
    const at = (name: string) => {
      const total = named(name).points.find(({ point }) => point === 'active-power')!
      return [total.table, total.address, total.scale, total.unit]
    }
    expect(at('eastron/sdm630')).toEqual(['input-register', 0x34, 1, 'W'])
    expect(at('chint/dtsu666')).toEqual(['holding-register', 0x2012, 0.1, 'W'])
    expect(at('acrel/adl400')).toEqual(['holding-register', 0x081a, 1, 'kW'])
    expect(at('schneider/pm5100')).toEqual(['holding-register', 0x0bf3, 1, 'kW'])
    expect(at('chint/ddsu666')).toEqual(['input-register', 0x2004, 1, 'kW'])
  })
})

describe.each(modbus)('the profile %s', (_name, profile) => {
  it('has no fault, and decodes its recorded answers to what they are known to mean', () => {
    expect(profileFaults(profile)).toEqual([])
  })

  it('names every point in both languages and knows what it can be', () => {
    for (const point of profile.points) {
      expect(point.name, point.point).toBeDefined()
      const [low, high] = rangeOf(point, needsSpan(point) ? { from: [4, 20], to: [0, 1] } : null)
      expect(low).toBeLessThan(high)
      expect(QUANTITIES[point.quantity].unit).toMatch(/\S/)
    }
  })

  it('has recorded answers that a device of it could give', () => {
    for (const { request, expect: expected } of profile.samples) {
      const [unit = 0, ...pdu] = bytesOf(request)
      const recorded = decodeReadRequest(unit, Uint8Array.from(pdu))!
      if (!isBitTable(recorded.table)) expect(recorded.quantity).toBeLessThanOrEqual(profile.maxRegisters)
      const points = profile.points.filter(({ point }) => point in expected)
      expect(points.length).toBe(Object.keys(expected).length)
      expect(points.every((point) => covers(recorded, point))).toBe(true)
    }
  })

  it('is refused when its recorded answers are changed', () => {
    const turned = (reply: string) => [...bytesOf(reply)].map((byte, index) => (index < 3 ? byte : byte ^ 0x55))
    const samples = profile.samples.map((sample) => ({ ...sample, reply: hexOf(turned(sample.reply)) }))
    expect(profileFaults({ ...profile, samples })).not.toEqual([])
  })
})

/** Request and answer as they stood on the line, the profile that reads them, and the points they hold. */
const VECTORS: readonly (readonly [string, string, string, Readonly<Record<string, number | boolean | null>>])[] = [
  ['eastron/sdm630', '01 04 00 34 00 02 30 05', '01 04 04 46 40 E6 66 25 52', { 'active-power': 12345.6 }],
  ['chint/dtsu666', '01 03 20 12 00 02 6F CE', '01 03 04 48 8B 38 00 8E 79', { 'active-power': 28512 }],
  ['acrel/adl400', '01 03 08 1A 00 02 E7 AC', '01 03 04 41 E4 18 93 E4 55', { 'active-power': 28512 }],
  // The float is the next one above 230.2.
  ['chint/ddsu666', '01 04 20 00 00 02 7A 0B', '01 04 04 43 66 33 34 1B 38', { voltage: 230.20001 }],
  [
    'waveshare/modbus-rtu-io-8ch',
    '01 02 00 00 00 08 79 CC',
    '01 02 01 05 61 8B',
    { 'di-1': true, 'di-2': false, 'di-3': true },
  ],
  ['generic/xy-md02', '01 04 00 01 00 02 20 0B', '01 04 04 FF CB 02 64 BA E5', { temperature: -5.3, humidity: 61.2 }],
]

describe('vectors from elsewhere', () => {
  const frame = (hex: string) => {
    const bytes = bytesOf(hex)
    const crc = crc16(bytes.subarray(0, -2))
    expect([...bytes.subarray(-2)], hex).toEqual([crc & 0xff, crc >>> 8])
    return hex.slice(0, -6)
  }

  it.each(VECTORS)('of %s decode to what they are known to mean', (name, request, reply, expected) => {
    const sample = { request: frame(request), reply: frame(reply), expect: { ...expected } }
    expect(profileFaults({ ...named(name), samples: [sample] })).toEqual([])
    expect(named(name).samples.map((own) => [own.request, own.reply])).toContainEqual([sample.request, sample.reply])
  })

  it('of the EPEver tracer have their low word first', () => {
    const reply = frame('01 04 04 30 39 00 00 24 89')
    const sample = { request: '01 04 31 02 00 02', reply, expect: { 'pv-power': 123.45 } }
    expect(profileFaults({ ...named('epever/tracer'), samples: [sample] })).toEqual([])
  })

  it('of the DSE controller say that both values are not available', () => {
    const reply = frame('0A 03 04 FF FF 7F FF 20 A7')
    const sample = {
      request: '0A 03 04 00 00 02',
      reply,
      expect: { 'oil-pressure': null, 'coolant-temperature': null },
    }
    expect(profileFaults({ ...named('deepsea/dse-gencomm'), samples: [sample] })).toEqual([])
  })

  it.each([
    ['schneider/pm5100', '01 03 0B F3 00 02 36 1C', 'active-power'],
    ['deepsea/dse-gencomm', '0A 03 04 00 00 20 44 59', 'oil-pressure'],
    ['epever/tracer', '01 04 31 1A 00 01 1E F1', 'battery-charge'],
  ])('of %s ask for the point they are known to ask for', (name, request, id) => {
    const [unit = 0, ...pdu] = bytesOf(frame(request))
    const asked = decodeReadRequest(unit, Uint8Array.from(pdu))!
    const point = named(name).points.find(({ point }) => point === id)!
    expect(covers(asked, point)).toBe(true)
    expect(asked.address).toBe(point.address)
  })

  it('name the coil of the first relay, and refuse what is not there', () => {
    const [, , high = 0, low = 0] = bytesOf(frame('01 05 00 00 FF 00 8C 3A'))
    expect(named('waveshare/modbus-rtu-relay').points[0]).toMatchObject({ table: 'coil', address: high * 256 + low })
    const reply = frame('01 83 02 C0 F1')
    const sample = { request: '01 03 08 1A 00 02', reply, expect: { 'active-power': null } }
    expect(profileFaults({ ...named('acrel/adl400'), samples: [sample] })).toEqual([])
  })
})

describe('the profiles of DL/T 645 meters', () => {
  it('have no fault', () => {
    for (const profile of profiles) if (profile.driver === 'dlt645') expect(dlt645ProfileFaults(profile)).toEqual([])
  })
})

describe('the quality ladder', () => {
  it('is claimed by each driver as far as its rules hold, and no further', async () => {
    const drivers = await driverQualities(ROOT)
    expect(drivers.map(({ driver }) => driver)).toEqual(expect.arrayContaining(['isapi', 'modbus']))
    for (const quality of drivers) expect([quality.driver, quality.claims]).toEqual([quality.driver, tierOf(quality)])
  })

  it('names a proof that exists for everything said to be done', async () => {
    for (const { driver, rules } of await driverQualities(ROOT))
      for (const tier of Tier.options)
        for (const state of Object.values<RuleState>(rules[tier]))
          if (state.is === 'done') expect(existsSync(join(ROOT, state.proof)), `${driver}: ${state.proof}`).toBe(true)
  })

  it('stops below the first tier with a rule to do, however much is done above', async () => {
    const [one] = await driverQualities(ROOT)
    const done: RuleState = { is: 'done', proof: 'x' }
    const all = (tier: Tier) => Object.fromEntries(Object.keys(one!.rules[tier]).map((rule) => [rule, done]))
    const ladder = {
      ...one!,
      rules: { bronze: all('bronze'), silver: all('silver'), gold: all('gold') },
    } as DriverQuality
    const without = (rules: object) => tierOf({ ...ladder, rules: { ...ladder.rules, ...rules } })
    const open: RuleState = { is: 'todo', missing: 'x' }
    expect(tierOf(ladder)).toBe('gold')
    expect(without({ gold: { ...ladder.rules.gold, hardware: open } })).toBe('silver')
    expect(without({ silver: { ...ladder.rules.silver, soak: open } })).toBe('bronze')
    expect(without({ bronze: { ...ladder.rules.bronze, vectors: open } })).toBeNull()
    expect(without({ gold: { ...ladder.rules.gold, hardware: { is: 'exempt', because: 'x' } } })).toBe('gold')
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

  it('reports overlapping points, an unknown unit, and a missing source where they stand', async () => {
    await using folder = await testFolder()
    const twin =
      '  - { point: twin, quantity: voltage, table: input-register, address: 53, type: u16, unit: V, range: [0, 9] }'
    const first = await put(folder.path, 'house/meter.yaml', meter.replace('samples:', `${twin}\nsamples:`))
    const second = await put(folder.path, 'house/unit.yaml', meter.replace('unit: W', 'unit: HP'))
    const third = await put(folder.path, 'house/source.yaml', meter.replace('source: invented\n', ''))
    const report = messageOf(() => loadProfiles([folder.path]))
    expect(report).toMatch(new RegExp(`${first}:12:\\d+: .*twin lies on power`))
    expect(report).toMatch(new RegExp(`${second}:11:\\d+: .*unit: .*kW.*kvar.*HP`))
    expect(report).toMatch(new RegExp(`${third}:\\d+:\\d+: source: `))
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
