import { demandEn, demandZh, itemEn, itemZh, sourceEn, sourceZh } from './law-phrases.ts'
import { sinceEn, sinceZh } from './phrases.ts'
import type { RuleWords } from './words.ts'

export const gasWords: RuleWords = {
  type: 'gas',
  name: { 'zh-CN': '气体超限', en: 'Gas beyond its limit' },
  headline: {
    usual: { 'zh-CN': () => '气体超限', en: () => 'gas at its alarm limit' },
    act: { 'zh-CN': () => '气体达到断电值', en: () => 'gas at the limit for cutting power' },
    below: { 'zh-CN': () => '氧气不足', en: () => 'too little oxygen' },
  },
  'zh-CN': {
    raised: (t) =>
      `${itemZh(t)} ${t.amount('value')}，达到报警值 ${t.amount('limit')}，${sinceZh(t)}。低于 ${t.amount('restore')} 才解除。${sourceZh(t)}`,
    'raised-act': (t) =>
      `${itemZh(t)} ${t.amount('value')}，达到断电值 ${t.amount('limit')}，${sinceZh(t)}。${demandZh(t)}低于 ${t.amount('restore')} 方可复电。${sourceZh(t)}`,
    'raised-above': (t) =>
      `${itemZh(t)} ${t.amount('value')}，超过允许值 ${t.amount('limit')}，${sinceZh(t)}。${demandZh(t)}${sourceZh(t)}`,
    'raised-below': (t) =>
      `${itemZh(t)} ${t.amount('value')}，低于允许值 ${t.amount('limit')}，${sinceZh(t)}。${demandZh(t)}${sourceZh(t)}`,
    cleared: (t) =>
      `${itemZh(t)}已降到 ${t.amount('value')}，低于 ${t.amount('restore')}。超限持续 ${t.duration('activeS')}，最高 ${t.amount('peak')}。`,
    'cleared-above': (t) =>
      `${itemZh(t)}已降到 ${t.amount('value')}，不再超过允许值 ${t.amount('limit')}。超限持续 ${t.duration('activeS')}，最高 ${t.amount('peak')}。`,
    'cleared-below': (t) =>
      `${itemZh(t)}已回升到 ${t.amount('value')}，不再低于允许值 ${t.amount('limit')}。不足持续 ${t.duration('activeS')}，最低 ${t.amount('peak')}。`,
  },
  en: {
    raised: (t) =>
      `${itemEn(t)} ${t.amount('value')}, at or above the alarm limit of ${t.amount('limit')}, ${sinceEn(t)}. It clears below ${t.amount('restore')}.${sourceEn(t)}`,
    'raised-act': (t) =>
      `${itemEn(t)} ${t.amount('value')}, at or above the limit of ${t.amount('limit')} for cutting power, ${sinceEn(t)}.${demandEn(t)} Power may come back below ${t.amount('restore')}.${sourceEn(t)}`,
    'raised-above': (t) =>
      `${itemEn(t)} ${t.amount('value')}, more than the ${t.amount('limit')} allowed, ${sinceEn(t)}.${demandEn(t)}${sourceEn(t)}`,
    'raised-below': (t) =>
      `${itemEn(t)} ${t.amount('value')}, less than the ${t.amount('limit')} required, ${sinceEn(t)}.${demandEn(t)}${sourceEn(t)}`,
    cleared: (t) =>
      `${itemEn(t)} is down to ${t.amount('value')}, below ${t.amount('restore')}. It was too high for ${t.duration('activeS')}, highest ${t.amount('peak')}.`,
    'cleared-above': (t) =>
      `${itemEn(t)} is down to ${t.amount('value')}, within the ${t.amount('limit')} allowed. It was too high for ${t.duration('activeS')}, highest ${t.amount('peak')}.`,
    'cleared-below': (t) =>
      `${itemEn(t)} is back to ${t.amount('value')}, within the ${t.amount('limit')} required. It was too low for ${t.duration('activeS')}, lowest ${t.amount('peak')}.`,
  },
}
