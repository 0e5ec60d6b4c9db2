import type { RuleContext, Sample } from '../rule.ts'

/** What is drawn beside what is known: the residual at the meter of the site's load, the power itself anywhere else; NaN while that means nothing. */
export function drawnBeside({ isLoadMeter, load }: RuleContext<unknown>, sample: Sample): number {
  if (!isLoadMeter || load === null) return sample.value
  return load.isMasked ? NaN : load.residual
}
