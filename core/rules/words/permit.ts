import type { RuleWords } from './words.ts'

export const permitWords: RuleWords = {
  type: 'permit',
  name: { 'zh-CN': '作业票提示', en: 'Permit notice' },
  headline: {
    usual: { 'zh-CN': () => '作业票提示', en: () => 'permit notice' },
    late: { 'zh-CN': () => '作业票补办', en: () => 'permit filed late' },
    unused: { 'zh-CN': () => '作业票未使用', en: () => 'permit not used' },
  },
  'zh-CN': {
    'raised-late': (t) =>
      `作业票“${t.text('permit') ?? ''}”（${t.text('who') ?? ''}）在作业开始之后才办理。请核实原因。`,
    'raised-unused': (t) =>
      `作业票“${t.text('permit') ?? ''}”（${t.text('who') ?? ''}）已到期，期间没有发现任何人车和用电。请核实是否去过现场。`,
    cleared: () => '作业票提示结束。',
  },
  en: {
    'raised-late': (t) =>
      `The permit “${t.text('permit') ?? ''}” (${t.text('who') ?? ''}) was filed after the work had begun. Find out why.`,
    'raised-unused': (t) =>
      `The permit “${t.text('permit') ?? ''}” (${t.text('who') ?? ''}) has ended, and neither people nor power were seen under it. Find out whether anybody was there.`,
    cleared: () => 'The notice about the permit has ended.',
  },
}
