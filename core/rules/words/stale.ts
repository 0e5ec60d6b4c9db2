import { reasonZh, reasonEn } from './phrases.ts'
import type { RuleWords } from './words.ts'

export const staleWords: RuleWords = {
  type: 'stale',
  name: { 'zh-CN': '数据中断', en: 'No data' },
  headline: {
    usual: { 'zh-CN': () => '无数据', en: () => 'no data' },
  },
  'zh-CN': {
    raised: (t) =>
      `已 ${t.duration('missedS')}没有有效数据：${reasonZh(t)}。最后一次有效值 ${t.amount('value')}（${t.clock('since')}）。此测点目前失去监测。`,
    'raised-never': (t) =>
      `开始监测后 ${t.duration('missedS')}内没有任何有效数据：${reasonZh(t)}。此测点目前失去监测。`,
    cleared: (t) => `数据已恢复，现为 ${t.amount('value')}。中断 ${t.duration('missedS')}。`,
  },
  en: {
    raised: (t) =>
      `No valid data for ${t.duration('missedS')}: ${reasonEn(t)}. The last valid value was ${t.amount('value')} at ${t.clock('since')}. Nobody is watching this point now.`,
    'raised-never': (t) =>
      `No valid data in the first ${t.duration('missedS')} of watching: ${reasonEn(t)}. Nobody is watching this point now.`,
    cleared: (t) => `Data is back, now ${t.amount('value')}. It was missing for ${t.duration('missedS')}.`,
  },
}
