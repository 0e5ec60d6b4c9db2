import type { RuleWords } from './words.ts'

export const powerCommsWords: RuleWords = {
  type: 'power-comms',
  name: { 'zh-CN': '停电与电池', en: 'Mains gone, battery low' },
  headline: {
    usual: { 'zh-CN': () => '停电，电池将尽', en: () => 'mains gone, battery low' },
    alone: { 'zh-CN': () => '仅本处停电', en: () => 'power cut here alone' },
  },
  'zh-CN': {
    raised: (t) =>
      `市电中断，电池仅剩 ${t.amount('value')}，低于 ${t.amount('limit')}，${t.clock('since')}。电池耗尽后此处将失去监测。`,
    'raised-alone': (t) =>
      `只有此处停电，邻近有电：电池仅剩 ${t.amount('value')}，低于 ${t.amount('limit')}，${t.clock('since')}。电池耗尽后此处将失去监测。`,
    cleared: (t) => `市电已恢复，电池 ${t.amount('value')}。停电期间最低 ${t.amount('peak')}。`,
  },
  en: {
    raised: (t) =>
      `The mains are gone and the battery is down to ${t.amount('value')}, below ${t.amount('limit')}, at ${t.clock('since')}. When it is empty nobody is watching this place.`,
    'raised-alone': (t) =>
      `The power is cut here alone, the neighbours have it: the battery is down to ${t.amount('value')}, below ${t.amount('limit')}, at ${t.clock('since')}. When it is empty nobody is watching this place.`,
    cleared: (t) => `The mains are back, the battery at ${t.amount('value')}; its lowest was ${t.amount('peak')}.`,
  },
}
