import { demandEn, demandZh, itemEn, itemZh, sourceEn, sourceZh } from './law-phrases.ts'
import { sinceEn, sinceZh } from './phrases.ts'
import type { RuleWords } from './words.ts'

export const airFlowWords: RuleWords = {
  type: 'air-flow',
  name: { 'zh-CN': '风速超限', en: 'Air velocity beyond its limit' },
  headline: {
    usual: { 'zh-CN': () => '风速超限', en: () => 'air velocity beyond its limit' },
    above: { 'zh-CN': () => '风速过高', en: () => 'too much air moves' },
    below: { 'zh-CN': () => '风速过低', en: () => 'too little air moves' },
  },
  'zh-CN': {
    raised: (t) => `${itemZh(t)} ${t.amount('value')}，达到限值 ${t.amount('limit')}，${sinceZh(t)}。${sourceZh(t)}`,
    'raised-above': (t) =>
      `${itemZh(t)} ${t.amount('value')}，超过允许的 ${t.amount('limit')}，${sinceZh(t)}。${demandZh(t)}${sourceZh(t)}`,
    'raised-below': (t) =>
      `${itemZh(t)} ${t.amount('value')}，低于要求的 ${t.amount('limit')}，${sinceZh(t)}。${demandZh(t)}${sourceZh(t)}`,
    cleared: (t) => `${itemZh(t)}已恢复到允许范围，现为 ${t.amount('value')}。超限持续 ${t.duration('activeS')}。`,
  },
  en: {
    raised: (t) =>
      `${itemEn(t)} ${t.amount('value')}, at or above the limit of ${t.amount('limit')}, ${sinceEn(t)}.${sourceEn(t)}`,
    'raised-above': (t) =>
      `${itemEn(t)} ${t.amount('value')}, more than the ${t.amount('limit')} allowed, ${sinceEn(t)}.${demandEn(t)}${sourceEn(t)}`,
    'raised-below': (t) =>
      `${itemEn(t)} ${t.amount('value')}, less than the ${t.amount('limit')} required, ${sinceEn(t)}.${demandEn(t)}${sourceEn(t)}`,
    cleared: (t) =>
      `${itemEn(t)} is back to what is allowed, now ${t.amount('value')}. It was beyond it for ${t.duration('activeS')}.`,
  },
}
