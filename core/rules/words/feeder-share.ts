import { percent } from './power-phrases.ts'
import type { RuleWords } from './words.ts'

export const feederShareWords: RuleWords = {
  type: 'feeder-share',
  name: { 'zh-CN': '回路用电占比升高', en: 'Greater share of the power' },
  headline: {
    usual: { 'zh-CN': () => '用电占比升高', en: () => 'greater share of the site’s power' },
  },
  'zh-CN': {
    raised: (t) =>
      `此回路最近 ${t.duration('windowS')}占全站电量 ${percent(t, 'share')}，近 30 天通常为 ${percent(t, 'usual')}，限值 ${percent(t, 'limit')}。申报检修或停产时，提升占比升高说明可能仍在出煤。请核对提升、运输记录。`,
    'raised-most': (t) =>
      `此回路最近 ${t.duration('windowS')}占全站电量 ${percent(t, 'share')}，超过本站规定的上限 ${percent(t, 'limit')}。请核对提升、运输记录。`,
    cleared: (t) =>
      `占比已回落到 ${percent(t, 'share')}，通常为 ${percent(t, 'usual')}。升高持续 ${t.duration('activeS')}。`,
    'cleared-most': (t) =>
      `占比已回落到 ${percent(t, 'share')}，上限 ${percent(t, 'limit')}。升高持续 ${t.duration('activeS')}。`,
  },
  en: {
    raised: (t) =>
      `This feeder used ${percent(t, 'share')} of the site’s energy over the last ${t.duration('windowS')}; over the last 30 days it was usually ${percent(t, 'usual')}, and the limit is ${percent(t, 'limit')}. During declared maintenance or a stop, a hoist’s growing share means that coal may still be wound. Check the hoisting and haulage records.`,
    'raised-most': (t) =>
      `This feeder used ${percent(t, 'share')} of the site’s energy over the last ${t.duration('windowS')}, more than the ${percent(t, 'limit')} set for this site. Check the hoisting and haulage records.`,
    cleared: (t) =>
      `The share is back to ${percent(t, 'share')}; usual is ${percent(t, 'usual')}. It was greater for ${t.duration('activeS')}.`,
    'cleared-most': (t) =>
      `The share is back to ${percent(t, 'share')}; the limit is ${percent(t, 'limit')}. It was greater for ${t.duration('activeS')}.`,
  },
}
