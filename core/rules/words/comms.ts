import type { Told } from '../wording.ts'
import { plural } from './phrases.ts'
import type { RuleWords } from './words.ts'

function togetherZh(t: Told): string {
  const count = t.number('together') ?? 0
  return count > 0 ? `，同一分钟内另有 ${count} 台设备失联` : ''
}

function togetherEn(t: Told): string {
  const count = t.number('together') ?? 0
  return count > 0 ? `, and ${plural(count, 'other device')} in the same minute` : ''
}

export const commsWords: RuleWords = {
  type: 'comms',
  name: { 'zh-CN': '通信中断', en: 'Not heard' },
  headline: {
    usual: { 'zh-CN': () => '通信中断', en: () => 'not heard' },
    long: { 'zh-CN': () => '异常失联', en: () => 'silent for too long' },
    outage: { 'zh-CN': () => '停电失联', en: () => 'power cut' },
  },
  'zh-CN': {
    raised: (t) =>
      `自 ${t.clock('since')} 起已 ${t.duration('goneS')}没有读数${togetherZh(t)}。此前最长中断 ${t.duration('longestS')}。`,
    'raised-long': (t) =>
      `自 ${t.clock('since')} 起已失联 ${t.duration('goneS')}，超过此前最长的 ${t.duration('longestS')}${togetherZh(t)}，且没有停电信号：可能被人为切断。`,
    'raised-outage': (t) => `自 ${t.clock('since')} 起已失联 ${t.duration('goneS')}，市电同时中断：应为停电。`,
    cleared: (t) => `通信已恢复，中断 ${t.duration('goneS')}。`,
  },
  en: {
    raised: (t) =>
      `No reading since ${t.clock('since')}, for ${t.duration('goneS')}${togetherEn(t)}. The longest silence so far was ${t.duration('longestS')}.`,
    'raised-long': (t) =>
      `Silent since ${t.clock('since')}, for ${t.duration('goneS')}, longer than ever (${t.duration('longestS')})${togetherEn(t)}, with no sign of a power cut: somebody may have cut it off.`,
    'raised-outage': (t) =>
      `Silent since ${t.clock('since')}, for ${t.duration('goneS')}; the mains went with it, which looks like a power cut.`,
    cleared: (t) => `It is heard again after ${t.duration('goneS')}.`,
  },
}
