import type { BecauseRow } from '../../core/contract/activity.ts'
import type { AlarmTransition, Explanation } from '../../core/contract/alarm.ts'
import type { Bilingual } from '../../core/contract/text.ts'
import { explain } from '../../core/rules/explain.ts'
import type { SitePlan } from '../../core/rules/plan.ts'

/** Makes a transition one line of the alarms a rehearsal puts out, in both languages. */
export function alarmLines({ rules, zone }: Pick<SitePlan, 'rules' | 'zone'>): (transition: AlarmTransition) => string {
  const serves = new Map(rules.map((rule) => [rule.id, rule.serves]))
  const bilingual = (explanation: Explanation): Bilingual => ({
    'zh-CN': explain(explanation, 'zh-CN', zone),
    en: explain(explanation, 'en', zone),
  })
  return ({ at, kind, rule, ruleType, priority, because = [], explanation, occurrence, point, readings }) => {
    const { score } = explanation.values
    const strongest = because[0]
    return JSON.stringify({
      at,
      type: kind,
      rule,
      ruleType,
      priority,
      score: typeof score === 'number' ? score : null,
      evidence: because.map((row: BecauseRow) => ({ ...row, explanation: bilingual(row.explanation) })),
      explanation: bilingual(explanation),
      occurrence,
      point,
      // The alarm of a whole site serves what its strongest signal does.
      serves: serves.get(rule) ?? (strongest === undefined ? 0 : (serves.get(strongest.rule) ?? 0)),
      readings: readings.map(({ device, point: name, at: readAt, value, quality }) => {
        return { at: readAt, point: `${device}/${name}`, value, quality }
      }),
    })
  }
}
