import { lower } from './phrases.ts'
import type { RuleWords } from './words.ts'

export const stuckWords: RuleWords = {
  type: 'stuck',
  name: { 'zh-CN': '读数不变', en: 'Stuck value' },
  headline: {
    usual: { 'zh-CN': (what) => `${what}读数不变`, en: (what) => `${lower(what)} is stuck` },
  },
  'zh-CN': {
    raised: (t) =>
      `${t.what()}读数一直是 ${t.amount('value')}，已 ${t.duration('stillS')}没有任何变化（此前最长 ${t.duration('longestS')}）：传感器可能卡死，读数暂不可信。`,
    'raised-switched': (t) =>
      `有设备启停，${t.what()}读数却一直是 ${t.amount('value')}，已 ${t.duration('stillS')}没有变化：读数暂不可信。`,
    cleared: (t) => `${t.what()}读数恢复变化，现为 ${t.amount('value')}。此前 ${t.duration('stillS')}没有变化。`,
  },
  en: {
    raised: (t) =>
      `${t.what()} has read ${t.amount('value')} without any change for ${t.duration('stillS')} (longest so far ${t.duration('longestS')}): the sensor may be stuck; do not trust it for now.`,
    'raised-switched': (t) =>
      `A machine was switched, and ${lower(t.what())} still reads ${t.amount('value')}, unchanged for ${t.duration('stillS')}: do not trust it for now.`,
    cleared: (t) =>
      `${t.what()} moves again, now ${t.amount('value')}. It had stood still for ${t.duration('stillS')}.`,
  },
}
