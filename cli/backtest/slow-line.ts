import { z } from 'zod'
import { Quality } from '../../core/contract/reading.ts'
import { type SampleExtra, sampleFlag } from '../../core/rules/sample-columns.ts'

/** What one line of a recording says. */
export interface RecordedLine {
  /** UtcMs */
  readonly at: number
  readonly point: string
  /** 1 and 0 for true and false; NaN where there is no number. */
  readonly value: number
  /** As `sampleFlag` makes it. */
  readonly flag: number
  readonly extra: SampleExtra | null
}

const At = z.number().nonnegative().transform(Math.round)
const Line = z.object({
  at: At,
  point: z.string().min(1),
  value: z.union([z.number(), z.boolean(), z.string(), z.null()]).optional(),
  quality: Quality.default('good'),
  event: z
    .object({
      kind: z.string().min(1).max(64),
      phase: z.enum(['start', 'update', 'end', 'pulse']).default('pulse'),
      conf: z.number().min(0).max(1).nullish(),
      confidence: z.number().min(0).max(1).nullish(),
    })
    .optional(),
})

/** A line of a recording; null for what is none. NaN and infinities, which some programs write, stand for a value that is not there. */
export function slowLine(text: string): RecordedLine | null {
  const parsed = Line.safeParse(jsonOf(text))
  if (!parsed.success) return null
  const { at, point, value, quality, event } = parsed.data
  if (event !== undefined) {
    const { kind, phase, conf, confidence } = event
    const extra = { event: { kind, phase, confidence: conf ?? confidence ?? null } }
    return { at, point, value: phase === 'end' ? 0 : 1, flag: sampleFlag('state', 'good'), extra }
  }
  if (value === undefined) return null
  if (value === null) return { at, point, value: NaN, flag: sampleFlag('none', 'bad'), extra: null }
  if (typeof value === 'string')
    return { at, point, value: NaN, flag: sampleFlag('text', quality), extra: { text: value } }
  if (typeof value === 'boolean')
    return { at, point, value: Number(value), flag: sampleFlag('state', quality), extra: null }
  return { at, point, value, flag: sampleFlag('number', quality), extra: null }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    try {
      return JSON.parse(text.replace(/:\s*(NaN|[+-]?Infinity)\b/g, ':null'))
    } catch {
      return undefined
    }
  }
}
