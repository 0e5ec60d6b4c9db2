import { z } from 'zod'
import { conditionRule, timing } from '../condition-rule.ts'
import { conditionValues, notBoolean } from './common.ts'

/**
 * Something says of itself that it does not work: a fault contact of a machine, or the gateway of its own store. The alarm returns
 * when it no longer says so. `watches` says what the point tells, for the wording: any machine, the store, the room in it, or
 * whether the gateway knows the time.
 */
export const fault = conditionRule({
  type: 'fault',
  params: z
    .object({
      ...timing({ onDelay: 0, offDelay: 0 }),
      watches: z.enum(['device', 'store', 'room', 'clock']).default('device'),
    })
    .strict(),
  own: [],
  ownIsOfBoot: false,
  peak: 'highest',
  sense: (_context, own, reading) =>
    typeof reading.value === 'boolean' ? { own, raw: reading.value, measure: null } : null,
  explain: (context, facts) => {
    const { watches } = context.params
    return {
      key: watches === 'device' ? `fault.${facts.kind}` : `fault.${facts.kind}-${watches}`,
      values: conditionValues(context, facts),
    }
  },
  fault: notBoolean,
})
