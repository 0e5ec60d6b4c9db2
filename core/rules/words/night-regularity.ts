import { plain, wattsEn, wattsZh } from './power-phrases.ts'
import type { RuleWords } from './words.ts'

export const nightRegularityWords: RuleWords = {
  type: 'night-regularity',
  name: { 'zh-CN': '夜间用电有规律', en: 'Regular nights' },
  headline: {
    usual: { 'zh-CN': () => '连续多夜用电规律相同', en: () => 'the same use of power night after night' },
  },
  'zh-CN': {
    raised: (t) =>
      `已连续 ${t.number('nights') ?? '—'} 夜用电规律相同：每夜 ${t.clock('busiestAt')} 起约一小时，不明用电比当夜中位高 ${wattsZh(t, 'swing')}，与前一夜的相关系数 ${plain(t, 'correlation')}，限值 ${plain(t, 'limit')}。已扣除已知设备和取暖的缓慢变化。可能有人按班次夜间作业，请在该时段查看。`,
    cleared: () => '对最近几夜的比较已过，今夜结束后再次比较。',
  },
  en: {
    raised: (t) =>
      `The nights are alike for ${t.number('nights') ?? '—'} nights in a row: in the hour from ${t.clock('busiestAt')} unexplained power lies ${wattsEn(t, 'swing')} above the night’s middle, and the correlation with the night before is ${plain(t, 'correlation')}, the limit ${plain(t, 'limit')}. Known loads and the slow course of heating were taken out. Somebody may be working a night shift; look at that hour.`,
    cleared: () => 'The comparison of the last nights has passed; the nights are compared again when the next is over.',
  },
}
