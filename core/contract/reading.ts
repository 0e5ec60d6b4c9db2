import { z } from 'zod'
import { EvidenceRow } from './evidence.ts'
import { Id } from './text.ts'
import { MonoMs, UtcMs } from './time.ts'

/** How far a value may be believed. `bad` carries no value; `uncertain` may raise an alarm but never clears one. */
export const Quality = z.enum(['good', 'uncertain', 'bad'])
export type Quality = z.infer<typeof Quality>

/** Why a reading is not good. Words, never renumbered. */
export const ReasonCode = z.enum([
  'timeout', // the device gave no answer in time
  'exception', // the device answered with a Modbus exception code
  'link-down', // the serial port or connection is not there
  'malformed', // an answer came that was not an answer to this request
  'sentinel', // the device says itself that the value is not available
  'not-a-number', // the registers hold NaN or an infinity
  'out-of-range', // outside what the point can physically be
  'open-loop', // a 4–20 mA loop is broken or burnt out
  'expired', // older than its validUntil
  'identity-mismatch', // another device answers at this address
  'stream-lost', // a camera's event stream has gone silent
])
export type ReasonCode = z.infer<typeof ReasonCode>

export const ReadingValue = z.union([z.number(), z.boolean(), z.string(), z.null()])
export type ReadingValue = z.infer<typeof ReadingValue>

/**
 * One value of one point. A missing value is `null` and bad, never 0.
 * Whoever shows or uses a reading checks `validUntil`: after it the reading is expired, whatever `quality` says.
 */
export const Reading = z
  .object({
    device: Id,
    point: Id,
    value: ReadingValue,
    quality: Quality,
    /** null when and only when quality is good. */
    reason: ReasonCode.nullable(),
    /** When the answer came, by the gateway's wall clock. */
    at: UtcMs,
    /** The same instant by the gateway's monotonic clock of this boot; durations are measured with it. */
    mono: MonoMs,
    validUntil: UtcMs,
    /** Pictures that go with this value (camera events). */
    evidence: z.array(EvidenceRow).optional(),
  })
  .strict()
export type Reading = z.infer<typeof Reading>

/** `device/point`, the name of a point inside its site. */
export const PointRef = z
  .string()
  .regex(/^[a-z0-9-]+\/[a-z0-9-]+$/, 'expected device/point, such as feeder-meter/active-power')
export type PointRef = z.infer<typeof PointRef>
