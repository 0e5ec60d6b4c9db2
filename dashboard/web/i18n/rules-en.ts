import type { Explanation } from '../../../core/contract/alarm.ts'
import { explain, headlineOf, ruleTypeName } from '../../../core/rules/explain.ts'

/** What rules say in one language, so that a page that speaks one loads one. */
export interface RuleTexts {
  /** The sentence that says why, with times in `zone`. */
  readonly explain: (explanation: Explanation, zone: string) => string
  /** What happened in a few words. */
  readonly headline: (alarm: { readonly ruleType: string; readonly explanation: Explanation }) => string
  /** What a type of rule is called. */
  readonly typeName: (type: string) => string
}

/** What rules say, in English. */
export const rulesEn: RuleTexts = {
  explain: (explanation, zone) => explain(explanation, 'en', zone),
  headline: (alarm) => headlineOf(alarm, 'en'),
  typeName: (type) => ruleTypeName(type, 'en'),
}
