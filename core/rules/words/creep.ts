import { normalEn, normalZh } from './load-phrases.ts'
import type { RuleWords } from './words.ts'

export const creepWords: RuleWords = {
  type: 'creep',
  name: { 'zh-CN': '用电悄然爬升', en: 'Load that creeps up' },
  headline: { usual: { 'zh-CN': () => '用电悄然爬升', en: () => 'load creeps up' } },
  'zh-CN': {
    raised: (t) =>
      `用电在没有任何设备启动的情况下逐渐升高了 ${t.amount('crept')}，本站正常时最多 ${t.amount('limit')}。现用电 ${t.amount('power')}，${normalZh(t)}。合法设备都是一次启动的，缓慢调大可能是有意躲避监测。`,
    cleared: (t) =>
      `爬升的用电已消失：现用电 ${t.amount('power')}。本次持续 ${t.duration('activeS')}，最高 ${t.amount('peak')}。`,
  },
  en: {
    raised: (t) =>
      `The load has crept up by ${t.amount('crept')} without anything being switched on; ${t.amount('limit')} at most is normal here. ${t.amount('power')} is drawn, ${normalEn(t)}. What is lawful here is switched on in one step; turned up slowly, a load may be meant to escape notice.`,
    cleared: (t) =>
      `What had crept in is gone: ${t.amount('power')} is drawn now. It lasted ${t.duration('activeS')}, highest ${t.amount('peak')}.`,
  },
}
