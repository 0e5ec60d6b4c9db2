import { plural, sinceEn, sinceZh } from './phrases.ts'
import type { RuleWords } from './words.ts'

export const baselineWords: RuleWords = {
  type: 'baseline',
  name: { 'zh-CN': '偏离常态', en: 'Not as usual' },
  headline: { usual: { 'zh-CN': (what) => `${what}偏离常态`, en: (what) => `${what.toLowerCase()} is not as usual` } },
  'zh-CN': {
    raised: (t) =>
      `${t.what()} ${t.amount('value')}，平时此时约 ${t.amount('normal')}（依据 ${t.number('days') ?? 0} 个同类日期），偏离为平时波动的 ${t.number('times') ?? 0} 倍，${sinceZh(t)}。`,
    cleared: (t) =>
      `${t.what()}已回到平时水平：${t.amount('value')}，平时约 ${t.amount('normal')}。偏离持续 ${t.duration('activeS')}。`,
  },
  en: {
    raised: (t) =>
      `${t.what()} ${t.amount('value')}; at this hour it is usually about ${t.amount('normal')} (by ${plural(t.number('days') ?? 0, 'like day')}). That is ${t.number('times') ?? 0} times its usual scatter, ${sinceEn(t)}.`,
    cleared: (t) =>
      `${t.what()} is as usual again: ${t.amount('value')}, usually about ${t.amount('normal')}. It was not for ${t.duration('activeS')}.`,
  },
}
