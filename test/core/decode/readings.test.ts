import { describe, expect, it } from 'vitest'
import { ModbusPoint } from '../../../core/contract/device-profile.ts'
import { MonoMs, UtcMs } from '../../../core/contract/time.ts'
import { missedReadings, readingsOf } from '../../../core/decode/readings.ts'

const register = (name: string, address: number) =>
  ModbusPoint.parse({
    point: name,
    quantity: 'power',
    table: 'holding-register',
    address,
    type: 'u16',
    unit: 'W',
    range: [0, 100],
  })
const at = UtcMs.parse(1_000_000)
const mono = MonoMs.parse(5)
const stamp = { device: 'meter', at, mono, validUntil: () => UtcMs.parse(1_002_500), spans: {} }
const request = { unit: 1, table: 'holding-register', address: 10, quantity: 4 } as const
const points = [register('a', 10), register('b', 13)]

describe('readings of a request', () => {
  it('take their own registers out of the answer and carry its time', () => {
    const readings = readingsOf({ request, answer: { kind: 'registers', words: [7, 0, 0, 9] } }, points, stamp)
    expect(readings).toEqual([
      { device: 'meter', point: 'a', value: 7, quality: 'good', reason: null, at, mono, validUntil: 1_002_500 },
      { device: 'meter', point: 'b', value: 9, quality: 'good', reason: null, at, mono, validUntil: 1_002_500 },
    ])
  })

  it('fail one by one: a bad value spoils only its own point', () => {
    const readings = readingsOf({ request, answer: { kind: 'registers', words: [101, 0, 0, 9] } }, points, stamp)
    expect(readings.map(({ value, reason }) => [value, reason])).toEqual([
      [null, 'out-of-range'],
      [9, null],
    ])
  })

  it('are all bad after an exception, and silent after one of a gateway', () => {
    const reasons = (code: number) =>
      readingsOf({ request, answer: { kind: 'exception', code } }, points, stamp).map(({ reason }) => reason)
    expect(reasons(2)).toEqual(['exception', 'exception'])
    expect(reasons(11)).toEqual(['timeout', 'timeout'])
  })

  it('have no value when nothing was answered', () => {
    const readings = missedReadings(points, 'link-down', stamp)
    expect(readings.map(({ value, quality, reason }) => [value, quality, reason])).toEqual([
      [null, 'bad', 'link-down'],
      [null, 'bad', 'link-down'],
    ])
  })

  it('of a point outside the request are bad, never another register', () => {
    const readings = readingsOf(
      { request, answer: { kind: 'registers', words: [1, 2, 3, 4] } },
      [register('c', 14)],
      stamp,
    )
    expect(readings[0]).toMatchObject({ value: null, reason: 'malformed' })
  })
})
