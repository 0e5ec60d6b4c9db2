import { rulesDeskEn } from '../i18n/rules-desk-en.ts'
import { rulesDeskZh } from '../i18n/rules-desk-zh-cn.ts'
import { usePage, useWords } from '../page.ts'
import type { RuleSheet } from '../../../core/contract/rules-desk.ts'
import type { ValueWords } from '../stores/rules-params.ts'

/** The words of the screen of rules. */
export function useRulesWords(): typeof rulesDeskZh {
  return useWords({ 'zh-CN': rulesDeskZh, en: rulesDeskEn })
}

/** How values of a rule are told in the language chosen. */
export function useValueWords({ quantity, with: params }: RuleSheet): ValueWords {
  const { preferences } = usePage()
  const { yes, no, per } = useRulesWords()
  const slopePer = typeof params.per === 'string' ? params.per : null
  return { language: preferences.language.value, quantity, yes, no, per, slopePer }
}
