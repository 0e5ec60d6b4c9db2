import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Quality, type Reading } from '../../../core/contract/reading.ts'
import { MonoMs, UtcMs } from '../../../core/contract/time.ts'
import { LatestReadings } from '../../../gateway/uplink/latest-readings.ts'

const POINTS = ['a', 'b', 'c']

const reading = fc
  .record({
    point: fc.constantFrom(...POINTS, 'unknown'),
    quality: fc.constantFrom(...Quality.options),
    value: fc.oneof(fc.double({ noNaN: true }), fc.boolean(), fc.string()),
    at: fc.nat(2_000_000_000_000),
    validForMs: fc.nat(100_000_000),
  })
  .map(({ point, quality, value, at, validForMs }): Reading => ({
    device: 'feeder-meter',
    point,
    value: quality === 'bad' ? null : value,
    quality,
    reason: quality === 'good' ? null : 'timeout',
    at: UtcMs.parse(at),
    mono: MonoMs.parse(0),
    validUntil: UtcMs.parse(at + validForMs),
  }))

const batch = fc.record({
  readings: fc.array(reading, { maxLength: 4 }),
  uncertaintyMs: fc.oneof(fc.constant(null), fc.nat(1_000).map(Number)),
})

it('gives back the last reading of each point as it was, and null before the first', () => {
  fc.assert(
    fc.property(fc.array(batch), (batches) => {
      const latest = new LatestReadings('feeder-meter', POINTS)
      for (const { readings, uncertaintyMs } of batches) latest.note(readings, uncertaintyMs)
      const all = batches.flatMap(({ readings, uncertaintyMs }) =>
        readings.map((one) => ({ reading: one, uncertaintyMs })),
      )
      for (const point of POINTS) {
        expect(latest.of(point)).toEqual(all.findLast((one) => one.reading.point === point) ?? null)
      }
      expect(latest.of('unknown')).toBeNull()
    }),
  )
})
