import { sourceEn, sourceZh } from './law-phrases.ts'
import { sinceEn, sinceZh } from './phrases.ts'
import type { RuleWords } from './words.ts'

export const airReversalWords: RuleWords = {
  type: 'air-reversal',
  name: { 'zh-CN': '风流反向', en: 'Air goes the wrong way' },
  headline: {
    usual: { 'zh-CN': () => '风流反向', en: () => 'air goes the wrong way' },
    test: { 'zh-CN': () => '反风不合格', en: () => 'reversal of the fan failed' },
  },
  'zh-CN': {
    raised: (t) =>
      `风流方向与正常相反：${t.size('value')}，${sinceZh(t)}。没有反风信号。可能有人在井下开动风机，或井口、风门被打开。`,
    'raised-test': (t) =>
      `反风 ${t.duration('withinS')}后，反向风速没有达到 ${t.amount('limit')}（正常风量的百分之 ${t.number('percent') ?? '—'}），现为 ${t.amount('value')}。${sourceZh(t)}`,
    cleared: (t) => `风流方向已恢复正常，现为 ${t.amount('value')}。反向持续 ${t.duration('activeS')}。`,
    'cleared-test': (t) => `反风风量已达到要求，现为 ${t.amount('value')}。`,
  },
  en: {
    raised: (t) =>
      `The air goes the wrong way at ${t.size('value')}, ${sinceEn(t)}, and no fan is being reversed. Somebody may run a fan below, or a shaft or an air door was opened.`,
    'raised-test': (t) =>
      `After ${t.duration('withinS')} of reversing the fan the air does not come back at ${t.amount('limit')} (${t.number('percent') ?? '—'} % of the normal flow); it is at ${t.amount('value')}.${sourceEn(t)}`,
    cleared: (t) =>
      `The air goes the right way again, now ${t.amount('value')}. It went wrong for ${t.duration('activeS')}.`,
    'cleared-test': (t) => `The reversed flow has come to what is required, now ${t.amount('value')}.`,
  },
}
