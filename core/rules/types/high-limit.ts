import { z } from 'zod'
import { conditionRule, timing } from '../condition-rule.ts'
import { conditionValues, notNumeric, numberOf } from './common.ts'

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
export const highLimit = conditionRule<Params>({
  type: 'high-limit',
  params: Params,
  own: [],
  ownIsOfBoot: false,
  peak: 'highest',
  sense: ({ params }, own, reading) => {
    const value = numberOf(reading)
    if (value === null) return null
    const raw = value >= params.limit ? true : value < params.limit - params.deadband ? false : null
    return { own, raw, measure: value }
  },
  explain: (context, facts) => ({
    key: `high-limit.${facts.kind}`,
    values: {
      ...conditionValues(context, facts, (value) => value >= context.params.limit),
      limit: context.params.limit,
    },
  }),
  limit: ({ params }) => params.limit,
  fault: notNumeric,
})
