import type { RuleWords } from './words.ts'

export const vibrationWords: RuleWords = {
  type: 'vibration',
  name: { 'zh-CN': '地面振动', en: 'The ground shakes' },
  headline: {
    usual: { 'zh-CN': () => '地面反复振动', en: () => 'the ground shakes again and again' },
    blast: { 'zh-CN': () => '疑似爆破', en: () => 'a shock like a blast' },
  },
  'zh-CN': {
    'raised-shakes': (t) =>
      `夜间 ${t.duration('withinS')}内振动 ${t.number('count') ?? '—'} 次，最大 ${t.amount('value')}，平时约 ${t.amount('usual')}，最后一次 ${t.clock('since')}。井下可能有绞车、凿岩或装载。如为附近施工或行车，登记作业票后不再计入。`,
    'raised-blast': (t) =>
      `${t.clock('since')} 一次强烈振动 ${t.amount('value')}，为平时 ${t.amount('usual')} 的 ${t.number('count') ?? '—'} 倍，疑似爆破。请核对附近有无批准的爆破作业。`,
    'cleared-shakes': (t) => `振动已停止 ${t.duration('heldS')}，现为 ${t.amount('value')}。`,
    'cleared-blast': (t) => `之后 ${t.duration('heldS')}没有再次强烈振动，现为 ${t.amount('value')}。`,
  },
  en: {
    'raised-shakes': (t) =>
      `The ground shook ${t.number('count') ?? '—'} times in ${t.duration('withinS')} at night, at most ${t.amount('value')}, usually about ${t.amount('usual')}, last at ${t.clock('since')}. A winch, a drill or a loader may be at work below. If it is work or traffic nearby, a permit keeps it from counting.`,
    'raised-blast': (t) =>
      `One strong shock of ${t.amount('value')} at ${t.clock('since')}, ${t.number('count') ?? '—'} times the usual ${t.amount('usual')}: it may be a blast. Ask whether a blast was permitted nearby.`,
    'cleared-shakes': (t) => `The ground has been quiet for ${t.duration('heldS')}, now ${t.amount('value')}.`,
    'cleared-blast': (t) => `No other strong shock for ${t.duration('heldS')}, now ${t.amount('value')}.`,
  },
}
