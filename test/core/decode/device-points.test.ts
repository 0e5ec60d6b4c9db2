import { describe, expect, it } from 'vitest'
import { ModbusProfile } from '../../../core/contract/device-profile.ts'
import { BusDevice } from '../../../core/contract/site.ts'
import { devicePoints, guardedPoints, periodsOf, polledPoints } from '../../../core/decode/device-points.ts'

const profile = ModbusProfile.parse({
  profile: 'maker/model',
  vendor: 'Maker',
  models: ['Model'],
  name: { 'zh-CN': '装置', en: 'Device' },
  source: 'invented',
  verified: 'unverified',
  driver: 'modbus',
  link: { baud: 9_600, parity: 'none', stopBits: 1 },
  identity: { serial: { table: 'holding-register', address: 9, type: 'u32' } },
  points: [
    {
      point: 'power',
      quantity: 'power',
      table: 'holding-register',
      address: 0,
      type: 'u16',
      unit: 'kW',
      range: [0, 2],
    },
    {
      point: 'cover',
      quantity: 'tamper',
      table: 'coil',
      address: 0,
      type: 'bit',
      unit: '1',
      range: [0, 1],
      poll: 'slow',
    },
    {
      point: 'opened',
      quantity: 'count',
      table: 'holding-register',
      address: 2,
      type: 'u16',
      unit: '1',
      range: [0, 9],
      poll: 'rare',
      guard: 'rises',
    },
  ],
  samples: [{ request: '01 03 00 00 00 01', reply: '01 03 02 00 01', expect: { power: 1_000 } }],
})
const device = (more: object = {}) =>
  BusDevice.parse({ id: 'meter', profile: 'maker/model', bus: 'bus', unit: 1, every: '2s', ...more })

describe('the points of a device', () => {
  it('are told in the unit of their quantity, with what they hold for, and with those that its driver adds', () => {
    const told = devicePoints(device({ pace: { slow: '10s' } }), profile)
    expect(told.map(({ point, unit, range, validForMs }) => [point, unit, range, validForMs])).toEqual([
      ['power', 'W', [0, 2_000], 5_000],
      ['cover', '1', null, 25_000],
      ['opened', '1', [0, 9], 4_500_000],
      ['identity-changed', '1', null, 25_000],
    ])
    expect(told.at(-1)?.name).toEqual({ 'zh-CN': '设备被更换', en: 'Device exchanged' })
  })

  it('are those that the site reads, in the poll class it gives them', () => {
    const site = device({ points: ['power', 'opened'], polls: { opened: 'fast' } })
    expect(polledPoints(site, profile).map(({ point, poll }) => [point, poll])).toEqual([
      ['power', 'fast'],
      ['opened', 'fast'],
    ])
    expect(periodsOf(device())).toEqual({ fast: 2_000, slow: 60_000, rare: 1_800_000 })
  })

  it('are guarded where their movement is an event, and where the device has an identity', () => {
    expect(guardedPoints(device(), profile)).toEqual([
      { point: 'opened', kind: 'rises' },
      { point: 'identity-changed', kind: 'identity' },
    ])
    expect(guardedPoints(device({ points: ['power'] }), profile)).toHaveLength(1)
    expect(guardedPoints(device(), { ...profile, identity: undefined })).toHaveLength(1)
  })
})
