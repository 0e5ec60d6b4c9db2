import type { RuleWords } from './words.ts'

export const ruleWords: RuleWords = {
  type: 'rule',
  'zh-CN': {
    withdrawn: () => '该规则已从网关配置中撤除，报警随之结束。这不表示现场已恢复正常。',
  },
  en: {
    withdrawn: () =>
      'The rule was taken out of the gateway’s configuration, which ends its alarm. It does not mean that the site is back to normal.',
  },
}
