import type { Quantity } from '../../contract/quantity.ts'
import { QUANTITIES } from '../../contract/quantity.ts'
import type { RuleContext, RuleFault, Sample, Verdict } from '../rule.ts'

/** What a rule over machines that are on or off may watch. */
export const SWITCHED: readonly Quantity[] = ['power', 'current', 'running', 'contact', 'state', 'rotational_speed']

/** From which value a feeder counts as switched on, in the quantity's own unit. */
const ON_ABOVE: Partial<Readonly<Record<Quantity, number>>> = { power: 500, current: 0.5 }

/** How far below it counts as switched off again. */
const OFF_BELOW = 0.9

interface OnParams {
  readonly above?: number | undefined
}

/** From which value it is on, in its own unit; null for a contact, and where nobody told. */
export function onAbove({ params, quantity }: Pick<RuleContext<OnParams>, 'params' | 'quantity'>): number | null {
  return params.above ?? (quantity === null ? null : (ON_ABOVE[quantity] ?? null))
}

/** Whether a sample says that it is on. */
export function onVerdict(sample: Sample, above: number | null): Verdict {
  if (sample.kind === 'state') return sample.value === 1 ? 'true' : 'false'
  if (above === null || Number.isNaN(sample.value)) return 'none'
  return sample.value >= above ? 'true' : sample.value < above * OFF_BELOW ? 'false' : 'same'
}

/** A number without a value from which it is on cannot be judged. */
export function onFaults(context: RuleContext<OnParams>): readonly RuleFault[] {
  const { quantity, config } = context
  if (onAbove(context) !== null || quantity === null || QUANTITIES[quantity].kind === 'boolean') return []
  return [
    {
      path: ['with', 'above'],
      message: `expected the value from which ${config.point} counts as switched on, because there is no default for ${quantity}`,
    },
  ]
}
