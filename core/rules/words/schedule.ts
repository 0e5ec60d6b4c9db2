import type { Told } from '../wording.ts'
import { sinceEn, sinceZh, lower } from './phrases.ts'
import type { RuleWords } from './words.ts'

const DAYS: Readonly<Record<string, { zh: string; en: string }>> = {
  work: { zh: '工作日', en: 'On working days' },
  weekend: { zh: '周末', en: 'At weekends' },
  holiday: { zh: '节假日', en: 'On holidays' },
}

function hoursZh(t: Told): string {
  const day = DAYS[t.text('dayType') ?? 'work']?.zh ?? ''
  const allowed = t.text('allowed')
  return allowed === null ? `${day}不允许运行` : `${day}只允许在 ${allowed} 运行`
}

function hoursEn(t: Told): string {
  const day = DAYS[t.text('dayType') ?? 'work']?.en ?? ''
  const allowed = t.text('allowed')
  return allowed === null ? `${day} it may not run at all` : `${day} it may run only at ${allowed}`
}

export const scheduleWords: RuleWords = {
  type: 'schedule',
  name: { 'zh-CN': '非允许时段运行', en: 'Running out of hours' },
  headline: {
    usual: { 'zh-CN': () => '非允许时段运行', en: () => 'running out of hours' },
  },
  'zh-CN': {
    raised: (t) =>
      `非允许时段运行：${t.what()} ${t.amount('value')}，${sinceZh(t)}，${t.amount('limit')}以上即为运行。${hoursZh(t)}，前后宽限 ${t.duration('graceS')}，也没有有效作业票。如在允许时段内或已办作业票，不会报警。`,
    'raised-contact': (t) =>
      `非允许时段有设备在运行：运行信号已接通，${sinceZh(t)}。${hoursZh(t)}，前后宽限 ${t.duration('graceS')}，也没有有效作业票。如在允许时段内或已办作业票，不会报警。`,
    cleared: (t) =>
      `已停止运行：${t.what()} ${t.amount('value')}。非允许时段运行 ${t.duration('activeS')}，最高 ${t.amount('peak')}。请查明是谁在用。`,
    'cleared-contact': (t) => `设备已停止运行。非允许时段运行 ${t.duration('activeS')}。请查明是谁在用。`,
    'cleared-allowed': (t) =>
      `仍在运行，但已进入允许时段或已有作业票。此前非允许时段运行 ${t.duration('activeS')}，请查明原因。`,
  },
  en: {
    raised: (t) =>
      `Running out of hours: ${lower(t.what())} ${t.amount('value')} ${sinceEn(t)}; from ${t.amount('limit')} on it is running. ${hoursEn(t)}, with ${t.duration('graceS')} of grace, and no permit is in force. Within its hours or with a permit this would be no alarm.`,
    'raised-contact': (t) =>
      `A machine runs out of hours: its running signal is on, ${sinceEn(t)}. ${hoursEn(t)}, with ${t.duration('graceS')} of grace, and no permit is in force. Within its hours or with a permit this would be no alarm.`,
    cleared: (t) =>
      `It has stopped: ${lower(t.what())} ${t.amount('value')}. It ran out of hours for ${t.duration('activeS')}, highest ${t.amount('peak')}. Find out who used it.`,
    'cleared-contact': (t) =>
      `The machine has stopped. It ran out of hours for ${t.duration('activeS')}. Find out who used it.`,
    'cleared-allowed': (t) =>
      `It still runs, but its hours have begun or a permit is in force. It had run out of hours for ${t.duration('activeS')}; find out why.`,
  },
}
