import { describe, expect, it } from 'vitest'
import { ModbusProfile } from '../../../core/contract/device-profile.ts'
import { BusDevice } from '../../../core/contract/site.ts'
import { pointsOf, profileFaults, spanFaults } from '../../../core/decode/profile-faults.ts'

const power = {
  point: 'power',
  quantity: 'power',
  table: 'input-register',
  address: 52,
  type: 'f32',
  unit: 'W',
  range: [0, 20_000],
}
const level = { ...power, point: 'level', quantity: 'level', type: 'u16', unit: 'mA', range: [3.6, 20], address: 60 }
const sample = { request: '01 04 00 34 00 02', reply: '01 04 04 46 40 E6 66', expect: { power: 12345.6 } }
const profile = (points: readonly unknown[] = [power], samples: readonly unknown[] = [sample]) =>
  ModbusProfile.parse({
    profile: 'maker/model',
    vendor: 'Maker',
    models: ['Model'],
    name: { 'zh-CN': '电表', en: 'Meter' },
    source: 'invented',
    verified: 'unverified',
    driver: 'modbus',
    link: { baud: 9_600, parity: 'none', stopBits: 1 },
    maxRegisters: 80,
    points,
    samples,
  })
const device = (change: Readonly<Record<string, unknown>> = {}) =>
  BusDevice.parse({ id: 'd', profile: 'maker/model', bus: 'b', unit: 1, ...change })
const where = (faults: readonly { path: readonly (string | number)[] }[]) => faults.map(({ path }) => path.join('.'))

const state = (change: Readonly<Record<string, unknown>>) => ({
  ...{
    point: 'state',
    quantity: 'state',
    table: 'holding-register',
    address: 9,
    type: 'u16',
    unit: '1',
    range: [0, 9],
  },
  ...change,
})
const sentinel = (raw: number | readonly number[]) => ({ raw, reason: 'sentinel' })

describe('a profile', () => {
  it('that agrees with its recorded answer has no fault', () => {
    expect(profileFaults(profile())).toEqual([])
  })

  it.each([
    ['a point twice', [power, power], 'points.1.point'],
    ['a point named as the driver names its own', [power, state({ point: 'identity-changed' })], 'points.1.point'],
    ['a bit in a register', [{ ...power, type: 'bit', quantity: 'contact', unit: '1' }], 'points.0.type'],
    ['a register in a bit table', [{ ...power, table: 'coil' }], 'points.0.type'],
    ['a number held by a bit', [{ ...power, table: 'coil', type: 'bit' }], 'points.0.quantity'],
    ['a unit of another quantity', [{ ...power, unit: 'A' }], 'points.0.unit'],
    ['a point over the end of the table', [{ ...power, address: 65_535 }], 'points.0.address'],
    ['a range the wrong way round', [{ ...power, range: [5, 1] }], 'points.0.range'],
    ['a scale of nothing', [{ ...power, scale: 0 }], 'points.0.scale'],
    ['bits of a float', [{ ...power, bits: [0, 1] }], 'points.0.bits'],
    ['bits the wrong way round', [state({ bits: [7, 4] }), power], 'points.0.bits'],
    ['a range that its type cannot reach', [state({ range: [70_000, 80_000] }), power], 'points.0.range'],
    ['a range that its bits cannot reach', [state({ bits: [0, 3], range: [16, 20] }), power], 'points.0.range'],
    [
      'a sentinel its type cannot give',
      [state({ type: 's16', sentinels: [sentinel(0xffff)] }), power],
      'points.0.sentinels.0.raw',
    ],
    [
      'a sentinel range the wrong way round',
      [state({ sentinels: [sentinel([9, 8])] }), power],
      'points.0.sentinels.0.raw',
    ],
    ['a guard on what always moves', [{ ...power, guard: 'changes' }], 'points.0.guard'],
    ['a rising guard on a ratio', [state({ quantity: 'ratio', guard: 'rises' }), power], 'points.0.guard'],
    ['an inverted number', [state({ inverted: true }), power], 'points.0.inverted'],
    ['a point on the cells of another', [power, { ...power, point: 'half', address: 53 }], 'points.1.address'],
    [
      'two scales of one register for two quantities',
      [power, state({}), state({ point: 'twin', quantity: 'count', scale: 0.1 })],
      'points.2.address',
    ],
    ['two scales of one register', [power, { ...power, point: 'twin', scale: 0.1 }], 'points.1.address'],
    [
      'bits that overlap',
      [power, state({ point: 'a', bits: [0, 4] }), state({ point: 'b', bits: [4, 7] })],
      'points.2.address',
    ],
    [
      'bits beside the whole register',
      [power, state({ point: 'a' }), state({ point: 'b', bits: [4, 7] })],
      'points.2.address',
    ],
  ])('with %s has a fault there', (_what, points, path) => {
    expect(where(profileFaults(profile(points)))).toEqual([path])
  })

  it.each([
    ['no read request', { ...sample, request: '01 06 00 34 00 02' }, 'samples.0.request'],
    ['no answer to it', { ...sample, reply: '02 04 04 46 40 E6 66' }, 'samples.0.reply'],
    ['another value', { ...sample, expect: { power: 12345.5 } }, 'samples.0.expect.power'],
    ['a point it has not', { ...sample, expect: { voltage: 1 } }, 'samples.0.expect.voltage'],
    ['nothing to expect', { ...sample, expect: {} }, 'samples.0.expect'],
    ['more registers than the device gives', { ...sample, request: '01 04 00 34 00 51' }, 'samples.0.request'],
    ['a point not asked for', { ...sample, request: '01 04 00 30 00 02' }, 'samples.0.expect.power'],
  ])('whose sample has %s has a fault there', (_what, wrong, path) => {
    expect(where(profileFaults(profile([power], [wrong])))).toEqual([path])
  })
})

describe('cells of a profile', () => {
  it('may hold several bits that do not touch, and several meanings of one input', () => {
    const bits = [state({ point: 'a', bits: [0, 3] }), state({ point: 'b', bits: [4, 7] })]
    const meanings = [level, { ...level, point: 'flow', quantity: 'air_velocity' }]
    expect(profileFaults(profile([power, ...bits, ...meanings]))).toEqual([])
  })
})

describe('the identity of a profile', () => {
  const identified = (identity: unknown) => ModbusProfile.parse({ ...profile(), identity })
  const serial = { table: 'holding-register', address: 0xfc00, type: 'u32' }

  it('is registers that lie inside their table', () => {
    expect(profileFaults(identified({ serial }))).toEqual([])
    expect(where(profileFaults(identified({ serial: { ...serial, address: 65_535 } })))).toEqual([
      'identity.serial.address',
    ])
    expect(where(profileFaults(identified({ serial: { ...serial, table: 'coil' } })))).toEqual([
      'identity.serial.table',
    ])
  })

  it('asks only for what the register can hold', () => {
    const model = [{ table: 'holding-register', address: 89, type: 'u16', is: [15_270, 70_000] }]
    expect(where(profileFaults(identified({ model })))).toEqual(['identity.model.0.is.1'])
  })
})

describe('all faults of a profile', () => {
  it('come at once, those of its recorded answers too', () => {
    const faulty = profile(
      [{ ...power, range: [5, 1] }, state({}), state({ point: 'twin' })],
      [{ ...sample, expect: { power: 1, state: 4 } }],
    )
    expect(where(profileFaults(faulty))).toEqual(['points.0.range', 'points.2.address', 'samples.0.expect.state'])
  })
})

describe('a device', () => {
  it('reads all points of its profile, or those it names', () => {
    expect(pointsOf(device(), profile([power, level])).map(({ point }) => point)).toEqual(['power', 'level'])
    expect(pointsOf(device({ points: ['level'] }), profile([power, level])).map(({ point }) => point)).toEqual([
      'level',
    ])
  })

  it('must say what a current means that is published as something else', () => {
    expect(spanFaults(device(), profile([level]))[0]?.message).toContain('expected a span for level')
    expect(spanFaults(device({ spans: { level: { from: [4, 20], to: [0, 5] } } }), profile([level]))).toEqual([])
    expect(spanFaults(device({ points: ['power'] }), profile([power, level]))).toEqual([])
  })

  it('may not give a span for what it does not read, nor one without a length', () => {
    const spans = { depth: { from: [4, 20], to: [0, 5] }, power: { from: [4, 4], to: [0, 5] } }
    expect(where(spanFaults(device({ spans }), profile()))).toEqual(['spans.depth', 'spans.power.from'])
  })
})
