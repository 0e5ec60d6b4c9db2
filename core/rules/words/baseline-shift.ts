import type { RuleWords } from './words.ts'

export const baselineShiftWords: RuleWords = {
  type: 'baseline-shift',
  name: { 'zh-CN': '基线漂移', en: 'Baseline has moved' },
  headline: { usual: { 'zh-CN': () => '用电基线漂移', en: () => 'baseline has moved' } },
  'zh-CN': {
    'raised-up': (t) =>
      `最近两周的日常用电比三个月基线高 ${t.number('percent') ?? 0}%（限值 ${t.number('limitPercent') ?? 0}%）。可能是换季，也可能有人在慢慢抬高基线。请核对登记设备，确认后再放宽。`,
    'raised-down': (t) =>
      `最近两周的日常用电比三个月基线低 ${t.number('percent') ?? 0}%（限值 ${t.number('limitPercent') ?? 0}%）。可能是换季或停用设备，也可能有用电绕过电表。请核对。`,
    cleared: (t) => `最近两周的日常用电已回到三个月基线附近，相差 ${t.number('percent') ?? 0}%。`,
  },
  en: {
    'raised-up': (t) =>
      `What is always drawn has been ${t.number('percent') ?? 0} % above the baseline of three months for two weeks; the limit is ${t.number('limitPercent') ?? 0} %. It may be the season, or somebody who raises the baseline little by little. Check the registered loads before anything is widened.`,
    'raised-down': (t) =>
      `What is always drawn has been ${t.number('percent') ?? 0} % below the baseline of three months for two weeks; the limit is ${t.number('limitPercent') ?? 0} %. It may be the season or a load taken out of use, or power that is taken past the meter. Have it checked.`,
    cleared: (t) =>
      `What is always drawn is near the baseline of three months again: ${t.number('percent') ?? 0} % away.`,
  },
}
