import type { Told } from '../wording.ts'
import { sinceEn, sinceZh } from './phrases.ts'
import { normalEn, normalZh, runsEn, runsZh, startsEn, startsZh } from './load-phrases.ts'
import type { RuleWords } from './words.ts'

export const unexplainedLoadWords: RuleWords = {
  type: 'unexplained-load',
  name: { 'zh-CN': '不明用电', en: 'Unexplained load' },
  headline: {
    usual: { 'zh-CN': () => '不明用电', en: () => 'unexplained load' },
    declared: { 'zh-CN': () => '超过申报用电', en: () => 'more than the declared load' },
    stranger: { 'zh-CN': () => '陌生设备启动', en: () => 'unknown machine started' },
    overdue: { 'zh-CN': () => '用电异常持久', en: () => 'load lasts longer than ever' },
  },
  'zh-CN': {
    raised: (t) =>
      `现用电 ${t.amount('power')}，${normalZh(t)}，其中 ${t.amount('unexplained')} 无法说明，${sinceZh(t)}。${runsZh(t)}${startsZh(t)}低于正常上限或有有效作业票时不会报警。`,
    'raised-declared': (t) =>
      `现用电 ${t.amount('power')}，超过申报上限 ${t.amount('normal')}，${sinceZh(t)}。该时段尚在学习，按申报用电判断。${runsZh(t)}${startsZh(t)}`,
    'raised-stranger': (t) =>
      `有 ${t.amount('stranger')} 的陌生设备启动：此功率的启动在本站学习期内从未出现。现用电 ${t.amount('power')}，${sinceZh(t)}。总量仍在该时段正常范围内，${normalZh(t)}。${runsZh(t)}${startsZh(t)}`,
    'raised-overdue': (t) =>
      `${t.amount('overdue')} 的用电持续时间超过本站学习期内的任何一次，现用电 ${t.amount('power')}，${sinceZh(t)}。总量仍在该时段正常范围内，${normalZh(t)}。${runsZh(t)}`,
    cleared: (t) =>
      `不明用电已停止：现用电 ${t.amount('power')}。本次持续 ${t.duration('activeS')}，最高 ${t.amount('peak')}。请查明是谁在用电。`,
  },
  en: {
    raised: (t) =>
      `${t.amount('power')} is drawn, ${normalEn(t)}; ${t.amount('unexplained')} of it is not explained, ${sinceEn(t)}. ${runsEn(t)}${startsEn(t)}With a permit, or below the normal limit, there would be no alarm.`,
    'raised-declared': (t) =>
      `${t.amount('power')} is drawn, more than the declared ${t.amount('normal')}, ${sinceEn(t)}. This hour is still being learned, so the declared load is the limit. ${runsEn(t)}${startsEn(t)}`.trim(),
    'raised-stranger': (t) =>
      `An unknown machine of ${t.amount('stranger')} has started: no start of this size was ever seen here while learning. ${t.amount('power')} is drawn, ${sinceEn(t)}. The total is still within this hour’s range, ${normalEn(t)}. ${runsEn(t)}${startsEn(t)}`.trim(),
    'raised-overdue': (t) =>
      `${t.amount('overdue')} has been drawn for longer than ever before here: ${t.amount('power')} in all, ${sinceEn(t)}. The total is still within this hour’s range, ${normalEn(t)}. ${runsEn(t)}`.trim(),
    cleared: (t) =>
      `The unexplained load has stopped: ${t.amount('power')} is drawn now. ${lastedEn(t)} Find out who used it.`,
  },
}

function lastedEn(t: Told): string {
  return `It lasted ${t.duration('activeS')}, highest ${t.amount('peak')}.`
}
