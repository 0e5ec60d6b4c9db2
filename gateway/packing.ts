import { z } from 'zod'
import { Quality, ReadingValue, ReasonCode, type Reading } from '../core/contract/reading.ts'
import { MonoMs, UtcMs } from '../core/contract/time.ts'

/**
 * Readings of one batch as columns. The names of the points lie elsewhere, under `layout`, because a device says the same
 * ones every second; times and validities that do not differ are one number.
 */
const Packed = z.object({
  layout: z.number(),
  base: UtcMs,
  values: z.array(ReadingValue),
  /** Milliseconds after the base. */
  after: z.union([z.number(), z.array(z.number())]),
  validForMs: z.union([z.number(), z.array(z.number())]),
  /** What is not good, by position. */
  notGood: z.record(z.string(), z.tuple([Quality, ReasonCode.nullable()])).optional(),
})

/** Packs readings into text; `layout` is the number under which the list of their points is kept. */
export function packReadings(readings: readonly Reading[], layout: number): string {
  const base = readings[0]?.at ?? 0
  const notGood: Record<string, readonly [Quality, ReasonCode | null]> = {}
  let isAllGood = true
  for (const [index, { quality, reason }] of readings.entries()) {
    if (quality === 'good') continue
    notGood[index] = [quality, reason]
    isAllGood = false
  }
  return JSON.stringify({
    layout,
    base,
    values: readings.map(({ value }) => value),
    after: column(readings.map(({ at }) => at - base)),
    validForMs: column(readings.map(({ at, validUntil }) => validUntil - at)),
    ...(isAllGood ? {} : { notGood }),
  })
}

/** The readings of `device` in `text`. Throws what JSON and zod throw when it is no packed batch. */
export function unpackReadings(
  text: string,
  device: string,
  pointsOf: (layout: number) => readonly string[],
): Reading[] {
  const { layout, base, values, after, validForMs, notGood } = Packed.parse(JSON.parse(text))
  const points = pointsOf(layout)
  return values.map((value, index) => {
    const at = UtcMs.parse(base + entry(after, index))
    const [quality, reason] = notGood?.[index] ?? (['good', null] as const)
    return {
      device,
      point: z.string().parse(points[index]),
      value,
      quality,
      reason,
      at,
      mono: MonoMs.parse(0),
      validUntil: UtcMs.parse(at + entry(validForMs, index)),
    }
  })
}

function column(values: readonly number[]): number | readonly number[] {
  const [first = 0] = values
  return values.every((value) => value === first) ? first : values
}

function entry(values: number | readonly number[], index: number): number {
  return typeof values === 'number' ? values : (values[index] ?? 0)
}
