import type { RuleWords } from './words.ts'
import { wattsEn, wattsZh } from './power-phrases.ts'

export const powerDropWords: RuleWords = {
  type: 'power-drop',
  name: { 'zh-CN': '用电骤降', en: 'Power gone at once' },
  headline: {
    usual: { 'zh-CN': () => '用电骤降而线路有电', en: () => 'power gone at once, line still live' },
  },
  'zh-CN': {
    raised: (t) =>
      `功率骤降到 ${wattsZh(t, 'value')}，而线路仍带电。最近几天本站任何时候都不低于 ${wattsZh(t, 'usual')}（监控、照明等常用电）。停泵、停取暖不会降到这么低；如是停电，线路也不会带电。可能电缆被剪断、被盗，或电表被绕过，请派人查看。`,
    cleared: (t) =>
      `用电已恢复到 ${wattsZh(t, 'value')}，或线路已停电。骤降持续 ${t.duration('activeS')}。请查明原因。`,
  },
  en: {
    raised: (t) =>
      `Power fell at once to ${wattsEn(t, 'value')} while the line is still live. In the last days this site never drew less than ${wattsEn(t, 'usual')} (cameras, lights and the like). A pump or heater that stops does not take it this low, and in an outage the line would be dead. The cable may be cut or stolen, or the meter bypassed; send somebody to look.`,
    cleared: (t) =>
      `Power is back to ${wattsEn(t, 'value')}, or the line is dead now. It was gone for ${t.duration('activeS')}. Find out why.`,
  },
}
