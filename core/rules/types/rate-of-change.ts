import { z } from 'zod'
import { Duration } from '../../contract/time.ts'
import { defineRule, timing } from '../define-rule.ts'
import { conditionValues, NUMBERS } from './common.ts'
import { addToBuckets, Buckets, slopeOf } from './slope.ts'

const Params = z
  .object({
    /** The time the limits are meant for: `rise: 0.3` with `per: h` is 0.3 m an hour. */
    per: z.enum(['min', 'h']),
    /** Alarm when it rises at least this fast; positive, in the quantity's unit per `per`. */
    rise: z.number().positive().optional(),
    /** Alarm when it falls at least this fast; positive. */
    fall: z.number().positive().optional(),
    /** Over which the slope is taken. */
    window: Duration.default(600_000),
    /** The alarm returns only when the slope is smaller than the limit by this much. */
    deadband: z.number().min(0).default(0),
    ...timing({ onDelay: 0, offDelay: 0 }),
  })
  .strict()
type Params = z.infer<typeof Params>

const Own = z.object({ buckets: Buckets }).strict()
type Own = z.infer<typeof Own>

const PER_MS = { min: 60_000, h: 3_600_000 } as const

/** A value that rises or falls too fast: the least-squares slope over a window, so that one odd reading does not decide. */
export const rateOfChange = defineRule<Params, Own>({
  type: 'rate-of-change',
  serves: 1,
  group: null,
  params: Params,
  quantities: NUMBERS,
  own: Own,
  start: () => ({ buckets: [] }),
  resume: (own, isSameBoot) => (isSameBoot ? own : { buckets: [] }),
  peak: 'greatest',
  sense: ({ params }, own, { value, mono }, _input, out) => {
    if (Number.isNaN(value)) return
    addToBuckets(own.buckets, { mono, value, windowMs: params.window })
    const perMs = slopeOf(own.buckets, params.window)
    if (perMs === null) {
      out.verdict = 'same'
      return
    }
    const slope = perMs * PER_MS[params.per]
    out.measure = slope
    const excess = Math.max(slope - (params.rise ?? Infinity), -slope - (params.fall ?? Infinity))
    out.verdict = excess >= 0 ? 'true' : excess < -params.deadband ? 'false' : 'same'
  },
  explain: (context, _own, facts) => {
    const slope = facts.kind === 'raised' ? facts.measure : facts.peak
    const isFall = (slope ?? 0) < 0
    return {
      key: `rate-of-change.${facts.kind}-${isFall ? 'falling' : 'rising'}`,
      values: {
        ...conditionValues(context, facts),
        slope: facts.measure,
        limit: (isFall ? context.params.fall : context.params.rise) ?? null,
        per: context.params.per,
        windowS: context.params.window / 1_000,
      },
    }
  },
  faults: ({ params: { rise, fall, window } }) => {
    if (rise === undefined && fall === undefined) {
      return [{ path: ['with'], message: 'expected rise or fall, or both: the rate from which this is an alarm' }]
    }
    if (window > 0) return []
    return [{ path: ['with', 'window'], message: 'expected a duration longer than 0, such as 10min' }]
  },
})
