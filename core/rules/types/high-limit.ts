import { z } from 'zod'
import { defineRule, timing } from '../define-rule.ts'
import { NoOwn, noOwn } from '../own.ts'
import { conditionValues, NUMBERS } from './common.ts'

const Params = z
  .object({
    limit: z.number(),
    /** The alarm returns only below `limit − deadband`. */
    deadband: z.number().min(0).default(0),
    ...timing({ onDelay: 0, offDelay: 0 }),
  })
  .strict()
type Params = z.infer<typeof Params>

/** A value at or above a limit. Limits are in the quantity's own unit (power in W). */
export const highLimit = defineRule<Params, NoOwn>({
  type: 'high-limit',
  serves: 1,
  group: null,
  params: Params,
  quantities: NUMBERS,
  own: NoOwn,
  start: noOwn,
  peak: 'highest',
  sense: ({ params }, _own, { value }, _input, out) => {
    if (Number.isNaN(value)) return
    out.measure = value
    out.verdict = value >= params.limit ? 'true' : value < params.limit - params.deadband ? 'false' : 'same'
  },
  explain: (context, _own, facts) => ({
    key: `high-limit.${facts.kind}`,
    values: {
      ...conditionValues(context, facts, (value) => value >= context.params.limit),
      limit: context.params.limit,
      restore: context.params.limit - context.params.deadband,
    },
  }),
  limit: ({ params }) => params.limit,
})
