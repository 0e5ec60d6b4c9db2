import { wattsEn, wattsZh } from './power-phrases.ts'
import type { RuleWords } from './words.ts'

export const neighbourWords: RuleWords = {
  type: 'neighbour',
  name: { 'zh-CN': '邻近变压器夜间用电', en: 'A neighbour wakes up' },
  headline: {
    usual: { 'zh-CN': () => '邻近休眠变压器夜间用电', en: () => 'a dormant neighbour draws power at night' },
  },
  'zh-CN': {
    raised: (t) =>
      `邻近变压器夜间开始用电：一刻钟平均 ${wattsZh(t, 'value')}，限值 ${wattsZh(t, 'limit')}。此前 ${t.number('days') ?? '—'} 天平均只有 ${wattsZh(t, 'usual')}，属休眠用户。矿井可能从此处取电，请沿线查看。白天用电不报警。`,
    cleared: (t) =>
      `邻近变压器已不再夜间用电，或已到白天：一刻钟平均 ${wattsZh(t, 'value')}。持续 ${t.duration('activeS')}，最高 ${wattsZh(t, 'peak')}。请查明用途。`,
  },
  en: {
    raised: (t) =>
      `A neighbouring transformer draws power at night: ${wattsEn(t, 'value')} over a quarter of an hour, the limit is ${wattsEn(t, 'limit')}. Over the last ${t.number('days') ?? '—'} days it drew ${wattsEn(t, 'usual')} on average: it was dormant. The pit may be fed from there; follow the line. By day this would be no alarm.`,
    cleared: (t) =>
      `The neighbouring transformer no longer draws power at night, or it is day: ${wattsEn(t, 'value')} over a quarter of an hour. It lasted ${t.duration('activeS')}, highest ${wattsEn(t, 'peak')}. Find out what for.`,
  },
}
