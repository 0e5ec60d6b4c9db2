import type { Explanation } from '../../contract/alarm.ts'
import { QUANTITIES } from '../../contract/quantity.ts'
import type { Reading } from '../../contract/reading.ts'
import type { ConditionFacts } from '../condition-rule.ts'
import type { RuleContext, RuleFault } from '../rule.ts'

type Values = Explanation['values']

/** The number a reading carries, or null when it carries none. */
export function numberOf(reading: Reading): number | null {
  return typeof reading.value === 'number' && Number.isFinite(reading.value) ? reading.value : null
}

/** What every explanation tells: which rule, what is measured, and the site's kind. */
export function placeValues({ config, quantity }: RuleContext<unknown>): Values {
  return {
    nameZh: config.name?.['zh-CN'] ?? null,
    nameEn: config.name?.en ?? null,
    quantity,
  }
}

/**
 * What the explanation of every condition tells besides: value, since when, for how long, and the extreme.
 * A raise tells the extreme where the last value is not `isBeyond` the limit (it lies in the deadband), because a sentence
 * that says 22 kW is above 25 kW is not believed.
 */
export function conditionValues(
  context: RuleContext<unknown>,
  facts: ConditionFacts,
  isBeyond: (value: number) => boolean = () => true,
): Values {
  const isOddToTell = facts.kind === 'raised' && typeof facts.value === 'number' && !isBeyond(facts.value)
  return {
    ...placeValues(context),
    value: isOddToTell ? facts.peak : facts.value,
    since: facts.first.at,
    heldS: facts.heldS,
    activeS: facts.activeS,
    peak: facts.peak,
  }
}

/** A fault for a rule over numbers at a point that is known to be true or false. */
export function notNumeric({ config, quantity }: RuleContext<unknown>): RuleFault | null {
  if (quantity === null || QUANTITIES[quantity].kind === 'number') return null
  return {
    path: ['point'],
    message: `expected a point with a number for a ${config.type} rule, came ${config.point}, which is a ${quantity} (true or false)`,
  }
}

/** A fault for a rule over true and false at a point that is known to be a number. */
export function notBoolean({ config, quantity }: RuleContext<unknown>): RuleFault | null {
  if (quantity === null || QUANTITIES[quantity].kind === 'boolean') return null
  return {
    path: ['point'],
    message: `expected a point that is true or false for a ${config.type} rule, came ${config.point}, which is a ${quantity}`,
  }
}
