import { describe, expect, it } from 'vitest'
import { ModbusPoint } from '../../../core/contract/device-profile.ts'
import { MonoMs, UtcMs } from '../../../core/contract/time.ts'
import { missedReadings, placedIn, readingsOf } from '../../../core/decode/readings.ts'

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
const until = (ms: number) => UtcMs.parse(1_000_000 + ms)
const stamp = {
  device: 'meter',
  at,
  mono,
  validUntil: { fast: until(2_500), slow: until(75_000), rare: until(900_000) },
}
const request = { unit: 1, table: 'holding-register', address: 10, quantity: 4 } as const
const points = [register('a', 10), register('b', 13)]
const placed = placedIn(request, points, {})

describe('readings of a request', () => {
  it('take their own registers out of the answer and carry its time', () => {
    const readings = readingsOf(placed, { kind: 'registers', words: [7, 0, 0, 9] }, stamp)
    expect(readings).toEqual([
      { device: 'meter', point: 'a', value: 7, quality: 'good', reason: null, at, mono, validUntil: 1_002_500 },
      { device: 'meter', point: 'b', value: 9, quality: 'good', reason: null, at, mono, validUntil: 1_002_500 },
    ])
  })

  it('fail one by one: a bad value spoils only its own point', () => {
    const readings = readingsOf(placed, { kind: 'registers', words: [101, 0, 0, 9] }, stamp)
    expect(readings.map(({ value, reason }) => [value, reason])).toEqual([
      [null, 'out-of-range'],
      [9, null],
    ])
  })

  it('are all bad after an exception, and silent after one of a gateway', () => {
    const reasons = (code: number) => readingsOf(placed, { kind: 'exception', code }, stamp).map(({ reason }) => reason)
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
    const outside = placedIn(request, [register('c', 14), register('d', 9)], {})
    const readings = readingsOf(outside, { kind: 'registers', words: [1, 2, 3, 4] }, stamp)
    expect(readings.map(({ value, reason }) => [value, reason])).toEqual([
      [null, 'malformed'],
      [null, 'malformed'],
    ])
  })

  it('that has fewer registers than were asked for are bad where it ends', () => {
    const readings = readingsOf(placed, { kind: 'registers', words: [7, 0, 0] }, stamp)
    expect(readings.map(({ value, reason }) => [value, reason])).toEqual([
      [7, null],
      [null, 'malformed'],
    ])
  })

  it('are believed for as long as their poll class, and go through the spans of the site', () => {
    const all = [register('a', 10), { ...register('b', 13), poll: 'slow' as const }]
    const spans = { b: { from: [0, 100] as [number, number], to: [0, 1] as [number, number] } }
    const readings = readingsOf(placedIn(request, all, spans), { kind: 'registers', words: [7, 0, 0, 9] }, stamp)
    expect(readings.map(({ value, validUntil }) => [value, validUntil - at])).toEqual([
      [7, 2_500],
      [0.09, 75_000],
    ])
  })
})
