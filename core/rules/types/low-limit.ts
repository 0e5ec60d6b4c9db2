import { z } from 'zod'
import { conditionRule, timing } from '../condition-rule.ts'
import { conditionValues, notNumeric, numberOf } from './common.ts'

const Params = z
  .object({
    limit: z.number(),
    /** The alarm returns only above `limit + deadband`, or when the machine stops. */
    deadband: z.number().min(0).default(0),
    /** At or below this the machine is switched off, which is no alarm. */
    runningAbove: z.number().optional(),
    ...timing({ onDelay: 0, offDelay: 0 }),
  })
  .strict()
type Params = z.infer<typeof Params>

/**
 * A value at or below a limit. With `runningAbove` it is judged only while the machine runs, that is while the value is
 * above `runningAbove`: a pump that draws less than it should but is not switched off runs dry.
 */
export const lowLimit = conditionRule<Params>({
  type: 'low-limit',
  params: Params,
  own: [],
  ownIsOfBoot: false,
  peak: 'lowest',
  sense: ({ params }, own, reading) => {
    const value = numberOf(reading)
    if (value === null) return null
    const isOff = params.runningAbove !== undefined && value <= params.runningAbove
    if (isOff) return { own, raw: false, measure: null }
    const raw = value <= params.limit ? true : value > params.limit + params.deadband ? false : null
    return { own, raw, measure: value }
  },
  explain: (context, facts) => {
    const { limit, runningAbove } = context.params
    const isStopped = facts.kind === 'cleared' && facts.measure === null
    const variant = runningAbove === undefined ? '' : isStopped ? '-stopped' : '-running'
    return {
      key: `low-limit.${facts.kind}${variant}`,
      values: {
        ...conditionValues(context, facts, (value) => value <= limit),
        limit,
        runningAbove: runningAbove ?? null,
      },
    }
  },
  limit: ({ params }) => params.limit,
  fault: (context) => {
    const { limit, runningAbove } = context.params
    if (runningAbove !== undefined && runningAbove >= limit) {
      return { path: ['with', 'runningAbove'], message: `expected a value below limit ${limit}, came ${runningAbove}` }
    }
    return notNumeric(context)
  },
})
