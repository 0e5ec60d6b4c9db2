import { z } from 'zod'
import { defineRule, timing } from '../define-rule.ts'
import { NoOwn, noOwn } from '../own.ts'
import { conditionValues, STATES } from './common.ts'

const Params = z
  .object({
    ...timing({ onDelay: 0, offDelay: 0 }),
    watches: z.enum(['device', 'store', 'room', 'clock']).default('device'),
  })
  .strict()
type Params = z.infer<typeof Params>

/**
 * Something says of itself that it does not work: a fault contact of a machine, or the gateway of its own store. The alarm returns
 * when it no longer says so. `watches` says what the point tells, for the wording: any machine, the store, the room in it, or
 * whether the gateway knows the time.
 */
export const fault = defineRule<Params, NoOwn>({
  type: 'fault',
  serves: 0,
  group: null,
  params: Params,
  quantities: STATES,
  own: NoOwn,
  start: noOwn,
  peak: 'highest',
  sense: (_context, _own, sample, _input, out) => {
    if (sample.kind === 'state') out.verdict = sample.value === 1 ? 'true' : 'false'
  },
  explain: (context, _own, facts) => {
    const { watches } = context.params
    return {
      key: watches === 'device' ? `fault.${facts.kind}` : `fault.${facts.kind}-${watches}`,
      values: conditionValues(context, facts),
    }
  },
})
