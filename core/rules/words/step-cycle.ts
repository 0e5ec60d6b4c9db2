import { runsEn, runsZh } from './load-phrases.ts'
import { plural } from './phrases.ts'
import type { RuleWords } from './words.ts'

export const stepCycleWords: RuleWords = {
  type: 'step-cycle',
  name: { 'zh-CN': '反复启停', en: 'Starting again and again' },
  headline: { usual: { 'zh-CN': () => '反复启停，疑似绞车', en: () => 'starts again and again, maybe a winch' } },
  'zh-CN': {
    raised: (t) =>
      `${t.duration('withinS')}内有设备启动 ${t.number('count') ?? 0} 次，每次约 ${t.amount('step')}，疑似绞车或空压机。本站正常时没有这样的启停。现用电 ${t.amount('power')}。${runsZh(t)}`,
    cleared: (t) =>
      `反复启停已停止，最近每次约 ${t.amount('step')}。本次持续 ${t.duration('activeS')}。请查明是什么设备。`,
  },
  en: {
    raised: (t) =>
      `Something of about ${t.amount('step')} has started ${plural(t.number('count') ?? 0, 'time')} within ${t.duration('withinS')}, as a winch or a compressor does. Nothing cycles so here when all is well. ${t.amount('power')} is drawn now. ${runsEn(t)}`.trim(),
    cleared: (t) =>
      `It no longer starts again and again; the last starts were of about ${t.amount('step')}. It went on for ${t.duration('activeS')}. Find out what machine it was.`,
  },
}
