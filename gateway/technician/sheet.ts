import { z } from 'zod'
import { Quantity, QUANTITIES, UNITS, Unit } from '../../core/contract/quantity.ts'
import { PointRef, Quality, ReasonCode } from '../../core/contract/reading.ts'
import { SiteKind } from '../../core/contract/site.ts'
import { Bilingual, Id, Sha256 } from '../../core/contract/text.ts'
import { UtcMs } from '../../core/contract/time.ts'

/** How far a value may be from the hand-held reading: `2%` of the reading, or an amount in the point's unit. */
export const Tolerance = z
  .union([z.string().regex(/^\d+(\.\d+)?%$/, 'expected 2% or an amount such as 0.5'), z.number().nonnegative()])
  .transform((given) => (typeof given === 'number' ? given : `${Number.parseFloat(given)}%`))
export type Tolerance = z.infer<typeof Tolerance>

/** A tolerance for all readings must mean the same for all of them, so it is a share: an amount has another unit for each. */
const Share = z
  .string('expected a share of each reading such as 2%')
  .regex(/^\d+(\.\d+)?%$/, 'expected a share of each reading such as 2%')
  .transform((given) => `${Number.parseFloat(given)}%`)

/** What a technician read on an instrument of their own; the unit is the point's own when absent. */
export const HandReading = z.union([
  z.number(),
  z.boolean(),
  z
    .object({ value: z.union([z.number(), z.boolean()]), unit: Unit.optional(), tolerance: Tolerance.optional() })
    .strict(),
])
export type HandReading = z.infer<typeof HandReading>

/** `readings.yaml`: hand-held readings by device/point, taken at the same time as the sheet. */
export const HandReadings = z
  .object({ tolerance: Share.default('2%'), readings: z.record(PointRef, HandReading) })
  .strict()
export type HandReadings = z.infer<typeof HandReadings>

const Verdict = z.enum(['pass', 'fail', 'not-compared', 'no-value'])
export type Verdict = z.infer<typeof Verdict>

export const SheetPoint = z
  .object({
    point: Id,
    name: Bilingual.nullable(),
    quantity: Quantity,
    value: z.union([z.number(), z.boolean(), z.null()]),
    quality: Quality,
    reason: ReasonCode.nullable(),
    at: UtcMs,
    /** Bytes of the answer it stands in, as hex pairs; null when none came. */
    raw: z.string().nullable(),
    hand: z.union([z.number(), z.boolean(), z.null()]),
    tolerance: z.union([z.string(), z.number(), z.null()]),
    /** Value less hand-held reading, in the quantity's unit. */
    deviation: z.number().nullable(),
    verdict: Verdict,
  })
  .strict()
export type SheetPoint = z.infer<typeof SheetPoint>

export const SheetDevice = z
  .object({
    id: Id,
    name: Bilingual,
    profile: z.string(),
    models: z.array(z.string()),
    bus: Id,
    /** Unit id or meter address. */
    address: z.string(),
    /** The number read from the device; null where it has none or did not tell. */
    serial: z.string().nullable(),
    /** The number the site file expects. */
    expectedSerial: z.string().nullable(),
    /** Whether it is the model the site file says: its model registers were read and fit, do not fit, or there are none. */
    model: z.enum(['confirmed', 'other', 'unknown']),
    points: z.array(SheetPoint),
  })
  .strict()
export type SheetDevice = z.infer<typeof SheetDevice>

export const SheetBus = z
  .object({
    id: Id,
    /** `/dev/serial/by-id/… 9600 8N1`, `10.0.0.7:502`. */
    line: z.string(),
    /** Share of the bus's time that polling takes, 0–1. */
    utilisation: z.number().nonnegative(),
    requestsPerRound: z.number().int().nonnegative(),
    worstCommandMs: z.number().nonnegative(),
  })
  .strict()
export type SheetBus = z.infer<typeof SheetBus>

/** What was found at a site on the day it was put into service. */
export const Sheet = z
  .object({
    kind: z.literal('pitwatch/commissioning-sheet'),
    version: z.literal(1),
    site: z.object({ id: Id, name: Bilingual, kind: SiteKind, area: Bilingual, zone: z.string() }).strict(),
    by: z.string().min(1),
    at: UtcMs,
    /** How far the machine's clock may be off, as the technician checked it; null when nobody did. */
    clockWithinMs: z.number().nonnegative().nullable(),
    software: z.string(),
    buses: z.array(SheetBus),
    devices: z.array(SheetDevice),
    photos: z.array(z.object({ file: z.string(), sha256: Sha256, bytes: z.number().int().nonnegative() }).strict()),
    verdict: z.enum(['pass', 'fail', 'incomplete']),
  })
  .strict()
export type Sheet = z.infer<typeof Sheet>

/** A point as it was read, before it is compared. */
export type ReadPoint = Omit<SheetPoint, 'hand' | 'tolerance' | 'deviation' | 'verdict'>

/** A read point beside its hand-held reading, when there is one. Units of one quantity are converted. */
export function compared(point: ReadPoint, hand: HandReading | undefined, usual: Tolerance): SheetPoint {
  if (hand === undefined) {
    const verdict = point.value === null ? 'no-value' : 'not-compared'
    return { ...point, hand: null, tolerance: null, deviation: null, verdict }
  }
  const { value, unit, tolerance } = typeof hand === 'object' ? hand : { value: hand }
  const given = typeof value === 'number' && unit !== undefined ? value * UNITS[unit].factor : value
  const allowed = tolerance ?? usual
  if (typeof given === 'boolean' || typeof point.value === 'boolean') {
    const verdict = point.value === given ? 'pass' : 'fail'
    return { ...point, hand: given, tolerance: null, deviation: null, verdict }
  }
  if (point.value === null) return { ...point, hand: given, tolerance: allowed, deviation: null, verdict: 'fail' }
  const deviation = rounded(point.value - given)
  const verdict = Math.abs(deviation) <= allowance(allowed, given) ? 'pass' : 'fail'
  return { ...point, hand: given, tolerance: allowed, deviation, verdict }
}

/** What is wrong with a hand-held reading, or null: it must be of the point's own kind and quantity. */
export function handFault(quantity: Quantity, hand: HandReading): string | null {
  const { value, unit } = typeof hand === 'object' ? hand : { value: hand, unit: undefined }
  const own = QUANTITIES[quantity]
  if (own.kind === 'boolean' && typeof value !== 'boolean') return `expected true or false, came ${value}`
  if (own.kind === 'number' && typeof value !== 'number') return `expected a number in ${own.unit}, came ${value}`
  return unit !== undefined && UNITS[unit].own !== own.unit ? `expected a unit of ${quantity}, came ${unit}` : null
}

/**
 * What the whole comes to. `fail`: a comparison failed, a device is another than expected. `incomplete`: a device of which no
 * point was compared, so that nothing shows its values to be right.
 */
export function verdictOf(devices: readonly SheetDevice[]): Sheet['verdict'] {
  const points = devices.flatMap((device) => device.points)
  const isOther = ({ model, serial, expectedSerial }: SheetDevice) =>
    model === 'other' || (serial !== null && expectedSerial !== null && serial !== expectedSerial)
  if (devices.some(isOther) || points.some(({ verdict }) => verdict === 'fail')) return 'fail'
  const isProven = (device: SheetDevice) => device.points.some(({ verdict }) => verdict === 'pass')
  return devices.length > 0 && devices.every(isProven) ? 'pass' : 'incomplete'
}

function allowance(tolerance: Tolerance, reading: number): number {
  if (typeof tolerance === 'number') return tolerance
  return (Number.parseFloat(tolerance) / 100) * Math.abs(reading)
}

function rounded(value: number): number {
  return Number(value.toPrecision(9))
}
