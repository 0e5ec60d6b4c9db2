import fc from 'fast-check'
import { Quality, ReasonCode } from '../../../core/contract/reading.ts'
import type { RangeBatch } from '../../../core/decode/range-body.ts'

/** Numbers as devices say them, and any other. */
const value = fc.oneof(
  fc.tuple(fc.integer({ min: -100_000, max: 100_000 }), fc.nat(7)).map(([units, places]) => units / 10 ** places),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 2 ** 50, -(2 ** 50), 2 ** 53, 1e15 + 0.1, Number.MIN_VALUE, Number.MAX_VALUE),
  fc.boolean(),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.constant(null),
)

const mono = fc.oneof(
  fc.nat(10_000_000),
  fc.double({ min: 0, max: 2 ** 40, noNaN: true }).map((ms) => ms + 0),
)

const reading = fc.record({
  point: fc.constantFrom('a', 'b', 'active-power'),
  value,
  quality: fc.constantFrom(...Quality.options),
  reason: fc.option(fc.constantFrom(...ReasonCode.options)),
  mono,
  at: fc.maxSafeNat().map((ms) => ms % 2 ** 50),
  validForMs: fc.oneof(fc.constant(30_000), fc.nat()),
})

/** Batches of a range, the likely and the unlikely. */
export const rangeBatches: fc.Arbitrary<RangeBatch[]> = fc.array(
  fc.record({
    device: fc.constantFrom('feeder-meter', 'fan', 'a'),
    firstSeq: fc.oneof(fc.nat(1_000_000), fc.constant(2 ** 50)),
    readings: fc.array(reading, { maxLength: 6 }),
  }),
  { maxLength: 12 },
)
