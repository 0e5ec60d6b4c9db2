import { explain, headlineOf, ruleTypeName } from '../../../core/rules/explain.ts'
import type { RuleTexts } from './rules-en.ts'

/** What rules say, in Chinese. */
export const rulesZh: RuleTexts = {
  explain: (explanation, zone) => explain(explanation, 'zh-CN', zone),
  headline: (alarm) => headlineOf(alarm, 'zh-CN'),
  typeName: (type) => ruleTypeName(type, 'zh-CN'),
}
