import { slopeZh, slopeEn, steadyZh, steadyEn } from './phrases.ts'
import type { RuleWords } from './words.ts'

export const rateOfChangeWords: RuleWords = {
  type: 'rate-of-change',
  name: { 'zh-CN': '变化过快', en: 'Changing too fast' },
  headline: {
    usual: { 'zh-CN': (what) => `${what}变化过快`, en: (what) => `${what.toLowerCase()} changing too fast` },
    rising: { 'zh-CN': (what) => `${what}上升过快`, en: (what) => `${what.toLowerCase()} rising too fast` },
    falling: { 'zh-CN': (what) => `${what}下降过快`, en: (what) => `${what.toLowerCase()} falling too fast` },
  },
  'zh-CN': {
    'raised-rising': (t) => `${t.what()}上升过快：${slopeZh(t, '上升')}，现为 ${t.amount('value')}。`,
    'raised-falling': (t) => `${t.what()}下降过快：${slopeZh(t, '下降')}，现为 ${t.amount('value')}。`,
    'cleared-rising': (t) => steadyZh(t),
    'cleared-falling': (t) => steadyZh(t),
  },
  en: {
    'raised-rising': (t) => `${t.what()} rises too fast: ${slopeEn(t)}, now ${t.amount('value')}.`,
    'raised-falling': (t) => `${t.what()} falls too fast: ${slopeEn(t)}, now ${t.amount('value')}.`,
    'cleared-rising': (t) => steadyEn(t),
    'cleared-falling': (t) => steadyEn(t),
  },
}
