import type { Explanation } from '../../contract/alarm.ts'
import { QUANTITIES, type Quantity, Quantity as AnyQuantity } from '../../contract/quantity.ts'
import type { ConditionFacts, RuleContext } from '../rule.ts'

type Values = Explanation['values']

/** What a rule over numbers may watch. */
export const NUMBERS: readonly Quantity[] = AnyQuantity.options.filter((one) => QUANTITIES[one].kind === 'number')

/** What a rule over true and false may watch. */
export const STATES: readonly Quantity[] = AnyQuantity.options.filter((one) => QUANTITIES[one].kind === 'boolean')

/** What every explanation tells: which rule, and what is measured. */
export function placeValues({ config, quantity }: Pick<RuleContext<unknown>, 'config' | 'quantity'>): Values {
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
  context: Pick<RuleContext<unknown>, 'config' | 'quantity'>,
  facts: ConditionFacts,
  isBeyond: (value: number) => boolean = () => true,
): Values {
  const isOddToTell = facts.kind === 'raised' && typeof facts.value === 'number' && !isBeyond(facts.value)
  return {
    ...placeValues(context),
    value: isOddToTell ? facts.peak : facts.value,
    since: facts.since,
    heldS: facts.heldS,
    activeS: facts.activeS,
    peak: facts.peak,
  }
}
