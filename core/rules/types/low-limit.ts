import { z } from 'zod'
import { defineRule, timing } from '../define-rule.ts'
import { NoOwn, noOwn } from '../own.ts'
import { conditionValues, NUMBERS } from './common.ts'

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
export const lowLimit = defineRule<Params, NoOwn>({
  type: 'low-limit',
  serves: 1,
  group: null,
  params: Params,
  quantities: NUMBERS,
  own: NoOwn,
  start: noOwn,
  peak: 'lowest',
  sense: ({ params }, _own, { value }, _input, out) => {
    if (Number.isNaN(value)) return
    if (params.runningAbove !== undefined && value <= params.runningAbove) {
      out.verdict = 'false'
      return
    }
    out.measure = value
    out.verdict = value <= params.limit ? 'true' : value > params.limit + params.deadband ? 'false' : 'same'
  },
  explain: (context, _own, facts) => {
    const { limit, deadband, runningAbove } = context.params
    const isStopped = facts.kind === 'cleared' && facts.measure === null
    const variant = runningAbove === undefined ? '' : isStopped ? '-stopped' : '-running'
    return {
      key: `low-limit.${facts.kind}${variant}`,
      values: {
        ...conditionValues(context, facts, (value) => value <= limit),
        limit,
        restore: limit + deadband,
        runningAbove: runningAbove ?? null,
      },
    }
  },
  limit: ({ params }) => params.limit,
  faults: ({ params: { limit, runningAbove } }) => {
    if (runningAbove === undefined || runningAbove < limit) return []
    return [{ path: ['with', 'runningAbove'], message: `expected a value below limit ${limit}, came ${runningAbove}` }]
  },
})
