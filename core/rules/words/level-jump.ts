import { sinceEn, sinceZh } from './phrases.ts'
import type { RuleWords } from './words.ts'

export const levelJumpWords: RuleWords = {
  type: 'level-jump',
  name: { 'zh-CN': '水位突升', en: 'Water rises fast' },
  headline: {
    usual: { 'zh-CN': () => '水位突升，有突水危险', en: () => 'water rises fast, risk of an inrush' },
  },
  'zh-CN': {
    raised: (t) =>
      `水位每小时上升 ${t.size('slope')}，限值 ${t.size('limit')}，现为 ${t.amount('value')}，${sinceZh(t)}。有突水危险：井下如有人员立即撤出，并通知下游。慢于限值才解除。`,
    cleared: (t) =>
      `水位上升已放缓到每小时 ${t.amount('slope')}，现为 ${t.amount('value')}。突升持续 ${t.duration('activeS')}，最快每小时 ${t.size('peak')}。`,
  },
  en: {
    raised: (t) =>
      `The water rises by ${t.size('slope')} an hour, the limit is ${t.size('limit')}; it stands at ${t.amount('value')}, ${sinceEn(t)}. It may be breaking in: anybody below must leave now; tell whoever is downstream. It clears when the rise is slower than the limit.`,
    cleared: (t) =>
      `The rise has slowed to ${t.amount('slope')} an hour; the water stands at ${t.amount('value')}. It rose too fast for ${t.duration('activeS')}, at most ${t.size('peak')} an hour.`,
  },
}
