import { plural, sinceEn, sinceZh } from './phrases.ts'
import type { RuleWords } from './words.ts'

export const belowFloorWords: RuleWords = {
  type: 'below-floor',
  name: { 'zh-CN': '计量偏少', en: 'Meter shows too little' },
  headline: { usual: { 'zh-CN': () => '计量偏少，疑似绕表', en: () => 'meter shows too little' } },
  'zh-CN': {
    raised: (t) =>
      `电表只显示 ${t.amount('power')}，而该时段至少需要 ${t.amount('floor')}，${sinceZh(t)}。${runningZh(t.number('running') ?? 0)}供电正常，可能有人绕过电表用电或电流互感器被短接，请检查计量装置。`,
    cleared: (t) =>
      `电表读数已恢复：${t.amount('power')}。偏少持续 ${t.duration('activeS')}，最低 ${t.amount('peak')}。`,
  },
  en: {
    raised: (t) =>
      `The meter shows only ${t.amount('power')} where this hour needs at least ${t.amount('floor')}, ${sinceEn(t)}. ${runningEn(t.number('running') ?? 0)}The supply is there: power may be taken past the meter, or a current transformer bridged. Have the meter checked.`,
    cleared: (t) =>
      `The meter shows what it should again: ${t.amount('power')}. It showed too little for ${t.duration('activeS')}, lowest ${t.amount('peak')}.`,
  },
}

function runningZh(running: number): string {
  return running === 0 ? '' : `已登记设备 ${running} 台在运行，已计入。`
}

function runningEn(running: number): string {
  return running === 0
    ? ''
    : `${plural(running, 'known load')} ${running === 1 ? 'runs' : 'run'} and ${running === 1 ? 'is' : 'are'} counted in. `
}
