import { sinceZh, sinceEn, placeZh, placeEn, ruleZh, ruleEn, usesZh, usesEn, lower } from './phrases.ts'
import type { RuleWords } from './words.ts'

export const shouldBeOffWords: RuleWords = {
  type: 'should-be-off',
  name: { 'zh-CN': '停用回路带电', en: 'Power where none should be' },
  headline: {
    usual: { 'zh-CN': () => '有电', en: () => 'power is on' },
    contact: { 'zh-CN': () => '有设备在运行', en: () => 'machine is running' },
  },
  'zh-CN': {
    raised: (t) =>
      `${placeZh(t)}${usesZh(t)}：${t.what()} ${t.amount('value')}，超过限值 ${t.amount('limit')}，${sinceZh(t)}。${ruleZh(t)}`,
    cleared: (t) =>
      `${t.text('quantity') === 'voltage' ? '回路已不带电' : '用电已停止'}：${t.what()} ${t.amount('value')}，低于限值 ${t.amount('limit')}。本次持续 ${t.duration('activeS')}，最高 ${t.amount('peak')}。请查明是谁在用电。`,
    'raised-contact': (t) => `${placeZh(t)}有设备在运行：运行信号已接通，${sinceZh(t)}。${ruleZh(t)}`,
    'cleared-contact': (t) => `设备已停止运行：运行信号已断开。本次持续 ${t.duration('activeS')}。请查明是谁在用。`,
  },
  en: {
    raised: (t) =>
      `${usesEn(t)} ${placeEn(t)}: ${lower(t.what())} ${t.amount('value')}, at or above the limit of ${t.amount('limit')}, ${sinceEn(t)}. ${ruleEn(t)}`,
    cleared: (t) =>
      `${t.text('quantity') === 'voltage' ? 'The voltage is gone' : 'The use of power has stopped'} ${placeEn(t)}: ${lower(t.what())} ${t.amount('value')}, below the limit of ${t.amount('limit')}. It lasted ${t.duration('activeS')}, highest ${t.amount('peak')}. Find out who used it.`,
    'raised-contact': (t) =>
      `A machine is running ${placeEn(t)}: its running signal is on, ${sinceEn(t)}. ${ruleEn(t)}`,
    'cleared-contact': (t) =>
      `The machine ${placeEn(t)} has stopped: its running signal is off. It ran for ${t.duration('activeS')}. Find out who used it.`,
  },
}
