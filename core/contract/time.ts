import { z } from 'zod'

/** Milliseconds since 1970-01-01 UTC, as the owner's wall clock had it. Never used to measure a duration. */
export const UtcMs = z.number().int().nonnegative().brand<'UtcMs'>()
export type UtcMs = z.infer<typeof UtcMs>

/** Whether a number can be a UtcMs: the same as the schema, for what is asked of every reading. */
export function isUtcMs(value: number): value is UtcMs {
  return Number.isSafeInteger(value) && value >= 0
}

/** A number as UtcMs. Throws RangeError. */
export function utcMs(value: number): UtcMs {
  if (!isUtcMs(value)) throw new RangeError(`expected whole milliseconds since 1970, came ${value}`)
  return value
}

/** Milliseconds of a clock that only goes forward, from an arbitrary start that is new at each boot. For durations. */
export const MonoMs = z.number().nonnegative().brand<'MonoMs'>()
export type MonoMs = z.infer<typeof MonoMs>

const UNIT_MS = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** A duration as people write it (`500ms`, `10s`, `5min`, `2h`, `30d`), parsed to milliseconds. */
export const Duration = z
  .string()
  .regex(/^\d+(\.\d+)?(ms|s|min|h|d)$/, 'expected a duration such as 500ms, 10s, 5min, 2h or 30d')
  .transform((text, context) => {
    const match = /^([\d.]+)(ms|s|min|h|d)$/.exec(text)
    const unit = match?.[2] as keyof typeof UNIT_MS | undefined
    if (match === null || unit === undefined) {
      context.addIssue({ code: 'custom', message: 'expected a duration such as 500ms, 10s, 5min, 2h or 30d' })
      return z.NEVER
    }
    return Number(match[1]) * UNIT_MS[unit]
  })
