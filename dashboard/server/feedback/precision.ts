import { shareOf } from '../../../core/alarms/precision.ts'
import type { Feedback } from '../../../core/contract/activity.ts'
import type { AlarmTally, RulePrecision, RuleRole } from '../../../core/contract/http.ts'

/** So many alarms of one rule of which the same was said last; null where nobody has said anything. */
export interface JudgedAlarms {
  readonly site: string
  readonly rule: string
  readonly ruleType: string
  readonly as: RuleRole
  readonly said: Feedback['kind'] | null
  readonly alarms: number
}

/** What alarms were worth, by type of rule and by rule. Rules beyond `mostRules` are left out, those with the fewest wrong alarms first. */
export function tallies(judged: readonly JudgedAlarms[], mostRules: number): Pick<RulePrecision, 'types' | 'rules'> {
  const types = Map.groupBy(judged, ({ ruleType, as }) => `${ruleType} ${as}`)
  const rules = Map.groupBy(judged, ({ site, rule, ruleType, as }) => `${site} ${rule} ${ruleType} ${as}`)
  return {
    types: [...types.values()]
      .flatMap((group) => group.slice(0, 1).map(({ ruleType, as }) => ({ ruleType, as, ...tallyOf(group) })))
      .sort((a, b) => b.alarms - a.alarms || compare(a.ruleType + a.as, b.ruleType + b.as)),
    rules: [...rules.values()]
      .flatMap((group) =>
        group.slice(0, 1).map(({ site, rule, ruleType, as }) => ({ site, rule, ruleType, as, ...tallyOf(group) })),
      )
      .sort((a, b) => b.wrong - a.wrong || b.alarms - a.alarms || compare(a.site + a.rule, b.site + b.rule))
      .slice(0, mostRules),
  }
}

function tallyOf(group: readonly JudgedAlarms[]): AlarmTally {
  const count = (...kinds: readonly JudgedAlarms['said'][]) =>
    group.reduce((sum, { said, alarms }) => sum + (kinds.includes(said) ? alarms : 0), 0)
  const confirmed = count('confirmed')
  const wrong = count('known-appliance', 'sensor-fault')
  const lawful = count('authorised')
  const open = count(null)
  const share = shareOf(confirmed, confirmed + wrong)
  return {
    ...{ alarms: confirmed + wrong + lawful + open, confirmed, wrong, lawful, open },
    precision: share?.value ?? null,
    interval: share === null ? null : [share.low, share.high],
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
