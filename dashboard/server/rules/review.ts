import type { RulePrecision } from '../../../core/contract/http.ts'
import type { Priority } from '../../../core/contract/priority.ts'
import type { RuleReview } from '../../../core/contract/rules-desk.ts'

/** The most false alarms a rule may raise, as a share of those that turned out true or false; yellow and blue are no duty of the shift. */
export const FALSE_TARGETS: Readonly<Record<Priority, number>> = { red: 0.3, orange: 0.5, yellow: 0.5, blue: 0.5 }

/** Fewer judged alarms say nothing of a rule. */
const LEAST_JUDGED = 3

/**
 * Rules whose share of false alarms lies above what is aimed at, worst first. `priorityOf` is null for a rule that is not there any more:
 * nobody has to look at it. The share is of what people judged; what they called lawful or left open is in neither part.
 */
export function rulesToReview(
  tallies: RulePrecision['rules'],
  priorityOf: (site: string, rule: string) => Priority | null,
): RuleReview['rules'] {
  return tallies
    .flatMap((tally): RuleReview['rules'] => {
      const priority = priorityOf(tally.site, tally.rule)
      const judged = tally.confirmed + tally.wrong
      if (priority === null || judged < LEAST_JUDGED) return []
      const [falseShare, target] = [tally.wrong / judged, FALSE_TARGETS[priority]]
      return falseShare > target ? [{ ...tally, priority, falseShare, target }] : []
    })
    .sort((a, b) => b.falseShare - b.target - (a.falseShare - a.target) || b.wrong - a.wrong)
}
