import { sinceZh, sinceEn } from './phrases.ts'
import type { RuleWords } from './words.ts'

export const highLimitWords: RuleWords = {
  type: 'high-limit',
  name: { 'zh-CN': '超上限', en: 'Above the limit' },
  headline: {
    usual: { 'zh-CN': (what) => `${what}超过上限`, en: (what) => `${what.toLowerCase()} above its limit` },
  },
  'zh-CN': {
    raised: (t) => `${t.what()} ${t.amount('value')}，超上限 ${t.amount('limit')}，${sinceZh(t)}。`,
    cleared: (t) =>
      `${t.what()}已回落到 ${t.amount('value')}，低于上限 ${t.amount('limit')}。超限持续 ${t.duration('activeS')}，最高 ${t.amount('peak')}。`,
  },
  en: {
    raised: (t) => `${t.what()} ${t.amount('value')}, at or above the limit of ${t.amount('limit')}, ${sinceEn(t)}.`,
    cleared: (t) =>
      `${t.what()} is back to ${t.amount('value')}, below the limit of ${t.amount('limit')}. It was above for ${t.duration('activeS')}, highest ${t.amount('peak')}.`,
  },
}
