import type { RuleWords } from './words.ts'

export const permitOverrunWords: RuleWords = {
  type: 'permit-overrun',
  name: { 'zh-CN': '作业超时', en: 'Work beyond its permit' },
  headline: {
    usual: { 'zh-CN': () => '作业超时', en: () => 'work beyond its permit' },
  },
  'zh-CN': {
    raised: (t) =>
      `作业票“${t.text('permit') ?? ''}”（${t.text('who') ?? ''}）已于 ${t.clock('until')} 到期，其用电仍在继续：多出 ${t.amount('value')}，已 ${t.duration('heldS')}。`,
    cleared: (t) => `超时用电已停止，共超时 ${t.duration('activeS')}。`,
  },
  en: {
    raised: (t) =>
      `The permit “${t.text('permit') ?? ''}” (${t.text('who') ?? ''}) ended at ${t.clock('until')}, and its load runs on: ${t.amount('value')} more than expected, for ${t.duration('heldS')}.`,
    cleared: (t) => `The load beyond the permit has stopped after ${t.duration('activeS')}.`,
  },
}
