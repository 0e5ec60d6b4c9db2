import { z } from 'zod'
import { defineRule, timing } from '../define-rule.ts'
import { conditionValues } from './common.ts'
import { loadValues } from './load-values.ts'

const Params = z
  .object({
    /** Share by which the last two weeks may lie from the last three months. */
    share: z.number().min(0.05).max(2).default(0.2),
    ...timing({ onDelay: 0, offDelay: 0 }),
  })
  .strict()
type Params = z.infer<typeof Params>

const BACK = 0.75

const Own = z.object({ shift: z.number().nullable() }).strict()
type Own = z.infer<typeof Own>

/** What is always drawn has moved over weeks: a season, or somebody who teaches the baseline. Told, never learned in silence. */
export const baselineShift = defineRule<Params, Own>({
  type: 'baseline-shift',
  serves: 0,
  group: null,
  params: Params,
  quantities: ['power'],
  needsLoad: true,
  own: Own,
  start: () => ({ shift: null }),
  peak: 'greatest',
  sense: ({ load, params }, own, _sample, _input, out) => {
    if (load === null || Number.isNaN(load.shift)) return
    const size = Math.abs(load.shift)
    own.shift = load.shift
    out.measure = load.shift
    out.verdict = size > params.share ? 'true' : size < BACK * params.share ? 'false' : 'same'
  },
  explain: (context, own, facts) => ({
    key: `baseline-shift.${facts.kind}${facts.kind === 'cleared' ? '' : (own.shift ?? 0) < 0 ? '-down' : '-up'}`,
    values: {
      ...conditionValues(context, facts),
      ...loadValues(context.load),
      percent: own.shift === null ? null : Math.round(Math.abs(own.shift) * 100),
      limitPercent: Math.round(context.params.share * 100),
    },
  }),
  standard: ({ load }) => (load === null ? [] : [{ point: load.meter, priority: 'blue' }]),
})
