import { z } from 'zod'
import type { Quantity } from '../../contract/quantity.ts'
import { QUANTITIES } from '../../contract/quantity.ts'
import { defineRule, timing } from '../define-rule.ts'
import { NoOwn, noOwn } from '../own.ts'
import type { RuleContext } from '../rule.ts'
import { conditionValues } from './common.ts'

/** From which value a feeder that should be dead is energised, in the quantity's own unit. */
const DEFAULT_ABOVE: Partial<Readonly<Record<Quantity, number>>> = { power: 1_000, current: 0.5, voltage: 180 }

/** What runs where nothing may is more than a hint. */
const STRENGTH = 5

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
export const shouldBeOff = defineRule<Params, NoOwn>({
  type: 'should-be-off',
  serves: 1,
  group: 'power',
  isAlarm: true,
  params: Params,
  quantities: null,
  own: NoOwn,
  start: noOwn,
  peak: 'highest',
  sense: (context, _own, sample, _input, out) => {
    out.strength = STRENGTH
    if (sample.kind === 'state') {
      out.verdict = sample.value === 1 ? 'true' : 'false'
      return
    }
    const above = aboveOf(context)
    if (Number.isNaN(sample.value) || above === null) return
    out.measure = sample.value
    out.verdict = sample.value >= above ? 'true' : sample.value < restoreOf(context, above) ? 'false' : 'same'
  },
  explain: (context, _own, facts) => {
    const above = aboveOf(context)
    return {
      key: `should-be-off.${facts.kind}${typeof facts.value === 'boolean' ? '-contact' : ''}`,
      values: {
        ...conditionValues(context, facts, (value) => value >= (above ?? value)),
        limit: above,
        restore: above === null ? null : restoreOf(context, above),
        siteKind: context.siteKind,
      },
    }
  },
  limit: aboveOf,
  faults: (context) => {
    const { quantity, config } = context
    if (aboveOf(context) !== null) return []
    if (quantity !== null && QUANTITIES[quantity].kind === 'boolean') return []
    const what = quantity ?? 'a point of unknown quantity'
    return [
      {
        path: ['with', 'above'],
        message: `expected the value from which ${config.point} counts as switched on, because there is no default for ${what}`,
      },
    ]
  },
})

function aboveOf({ params, quantity }: RuleContext<Params>): number | null {
  return params.above ?? (quantity === null ? null : (DEFAULT_ABOVE[quantity] ?? null))
}

/** Below it the alarm returns. */
function restoreOf({ params }: Pick<RuleContext<Params>, 'params'>, above: number): number {
  return above - (params.deadband ?? above / 10)
}
