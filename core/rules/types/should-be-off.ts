import { z } from 'zod'
import type { Quantity } from '../../contract/quantity.ts'
import { QUANTITIES } from '../../contract/quantity.ts'
import { conditionRule, timing } from '../condition-rule.ts'
import type { RuleContext } from '../rule.ts'
import { conditionValues, numberOf } from './common.ts'

/** From which value a feeder that should be dead is energised, in the quantity's own unit. */
const DEFAULT_ABOVE: Partial<Readonly<Record<Quantity, number>>> = { power: 1_000, current: 0.5, voltage: 180 }

const Params = z
  .object({
    /** At or above this the feeder is energised. Default: power 1000 W, current 0.5 A, voltage 180 V. */
    above: z.number().positive().optional(),
    /** The alarm returns only below `above − deadband`; a tenth of `above` when absent. */
    deadband: z.number().min(0).optional(),
    // A winch pauses up to 5 min between strokes; within that the alarm stays one alarm.
    ...timing({ onDelay: 10_000, offDelay: 300_000 }),
  })
  .strict()
type Params = z.infer<typeof Params>

/** A feeder or machine that runs at a place where nothing should: a closed pit draws no power. A contact that is true counts too. */
export const shouldBeOff = conditionRule<Params>({
  type: 'should-be-off',
  params: Params,
  own: [],
  ownIsOfBoot: false,
  peak: 'highest',
  sense: (context, own, reading) => {
    if (typeof reading.value === 'boolean') return { own, raw: reading.value, measure: null }
    const value = numberOf(reading)
    const above = aboveOf(context)
    if (value === null || above === null) return null
    const deadband = context.params.deadband ?? above / 10
    return { own, raw: value >= above ? true : value < above - deadband ? false : null, measure: value }
  },
  explain: (context, facts) => ({
    key: `should-be-off.${facts.kind}${typeof facts.value === 'boolean' ? '-contact' : ''}`,
    values: {
      ...conditionValues(context, facts, (value) => value >= (aboveOf(context) ?? value)),
      limit: aboveOf(context),
      siteKind: context.siteKind,
    },
  }),
  limit: aboveOf,
  fault: (context) => {
    const { quantity, config } = context
    if (aboveOf(context) !== null) return null
    if (quantity !== null && QUANTITIES[quantity].kind === 'boolean') return null
    const what = quantity ?? 'a point of unknown quantity'
    return {
      path: ['with', 'above'],
      message: `expected the value from which ${config.point} counts as switched on, because there is no default for ${what}`,
    }
  },
})

function aboveOf({ params, quantity }: RuleContext<Params>): number | null {
  return params.above ?? (quantity === null ? null : (DEFAULT_ABOVE[quantity] ?? null))
}
