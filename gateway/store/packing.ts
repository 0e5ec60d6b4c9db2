import { z } from 'zod'
import { EvidenceRow } from '../../core/contract/evidence.ts'
import { Quality, ReadingValue, ReasonCode, type Reading } from '../../core/contract/reading.ts'
import { MonoMs, UtcMs } from '../../core/contract/time.ts'
import type { Instant } from '../../core/rules/rule.ts'
import type { RangeReading } from '../../core/decode/range-body.ts'
import type { Judged } from './store.ts'

/** One number for all readings of a batch, or one for each. */
const Column = z.union([z.number(), z.array(z.number()).readonly()])
type Column = z.infer<typeof Column>

/**
 * Readings of one batch as columns: a tenth of the memory that they take one by one, and short as text. The names of the points lie
 * elsewhere, under `layout`, because a device says the same ones every second.
 */
export const Packed = z
  .object({
    layout: z.number(),
    base: UtcMs,
    values: z.array(ReadingValue).readonly(),
    /** Milliseconds after the base. */
    after: Column,
    /** Monotonic time of the first, and ms after it, whole; a store of an older version has none, and its readings the UTC instead. */
    mono: z.number().nonnegative().optional(),
    monoAfter: Column.default(0),
    validForMs: Column,
    /** What is not good, by position. */
    notGood: z.record(z.string(), z.tuple([Quality, ReasonCode.nullable()])).optional(),
    /** For the rules alone: what they had been told of the time, UTC and monotonic, and pictures that go with a reading, by position. */
    advanced: z
      .array(z.tuple([z.number(), z.number()]))
      .readonly()
      .optional(),
    evidence: z.record(z.string(), z.array(EvidenceRow).readonly()).optional(),
  })
  .readonly()
export type Packed = z.infer<typeof Packed>

/** Readings as a store gives them back: monotonic time in whole ms, and nothing that JSON does not hold. The same list where they are. */
export function asKept(readings: readonly Reading[]): readonly Reading[] {
  return readings.every(isAsKept)
    ? readings
    : readings.map((reading) => ({
        ...reading,
        value: typeof reading.value === 'number' && !Number.isFinite(reading.value) ? null : reading.value,
        mono: MonoMs.parse(Math.round(reading.mono)),
        validUntil: UtcMs.parse(Math.max(reading.at, reading.validUntil)),
      }))
}

function isAsKept({ value, mono, at, validUntil }: Reading): boolean {
  return Number.isInteger(mono) && validUntil >= at && (typeof value !== 'number' || Number.isFinite(value))
}

/** Packs readings, their monotonic time in whole ms; `layout` is the number under which the list of their points is kept. */
export function packReadings(readings: readonly Reading[], layout: number, advanced: readonly Instant[] = []): Packed {
  const base = UtcMs.parse(readings[0]?.at ?? 0)
  const mono = Math.round(readings[0]?.mono ?? 0)
  const notGood: NonNullable<Packed['notGood']> = {}
  let isAllGood = true
  const evidence: NonNullable<Packed['evidence']> = {}
  let hasEvidence = false
  for (const [index, { quality, reason, evidence: pictures }] of readings.entries()) {
    if (pictures !== undefined) {
      evidence[index] = pictures
      hasEvidence = true
    }
    if (quality === 'good') continue
    notGood[index] = [quality, reason]
    isAllGood = false
  }
  return {
    layout,
    base,
    values: readings.map(({ value }) => value),
    after: column(readings, ({ at }) => at - base),
    mono,
    monoAfter: column(readings, (reading) => Math.round(reading.mono) - mono),
    validForMs: column(readings, ({ at, validUntil }) => validUntil - at),
    ...(isAllGood ? {} : { notGood }),
    ...(hasEvidence ? { evidence } : {}),
    ...(advanced.length === 0 ? {} : { advanced: advanced.map(({ at, mono: passed }) => [at, passed] as const) }),
  }
}

/** The readings from `start` to before `end`, as a range holds them. */
export function rangeReadings(
  packed: Packed,
  points: readonly string[],
  [start, end]: readonly [number, number],
): RangeReading[] {
  const { base, after, mono, monoAfter, validForMs, notGood } = packed
  return packed.values.slice(start, end).map((value, place) => {
    const index = start + place
    const at = base + entry(after, index)
    const [quality, reason] = notGood?.[index] ?? GOOD
    return {
      point: points[index] ?? '',
      // What JSON makes of them, so that a range is the same whether its rows were read back or not.
      value: typeof value === 'number' ? (Number.isFinite(value) ? value + 0 : null) : value,
      quality,
      reason,
      mono: mono === undefined ? at : mono + entry(monoAfter, index),
      at,
      validForMs: Math.max(0, entry(validForMs, index)),
    }
  })
}

/** The same as readings of a device. */
export function unpackReadings(
  packed: Packed,
  { device, points }: { readonly device: string; readonly points: readonly string[] },
  span: readonly [number, number],
): Reading[] {
  return rangeReadings(packed, points, span).map(({ validForMs, at, mono, ...reading }) => ({
    ...reading,
    device,
    at: UtcMs.parse(at),
    mono: MonoMs.parse(mono),
    validUntil: UtcMs.parse(at + validForMs),
  }))
}

/** All of them as they were judged, with the pictures that came with them. */
export function unpackJudged(
  packed: Packed,
  of: { readonly device: string; readonly points: readonly string[] },
): Judged {
  const { advanced = [], evidence } = packed
  const readings = unpackReadings(packed, of, [0, of.points.length]).map((reading, index): Reading => {
    const pictures = evidence?.[index]
    return pictures === undefined ? reading : { ...reading, evidence: [...pictures] }
  })
  return { advanced: advanced.map(([at, mono]) => ({ at, mono })), readings }
}

const GOOD = ['good', null] as const

function column(readings: readonly Reading[], of: (reading: Reading) => number): Column {
  const [first] = readings
  const common = first === undefined ? 0 : of(first)
  return readings.every((reading) => of(reading) === common) ? common : readings.map(of)
}

function entry(values: Column, index: number): number {
  return typeof values === 'number' ? values : (values[index] ?? 0)
}
