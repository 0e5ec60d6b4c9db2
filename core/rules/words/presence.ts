import { targetZh, targetEn } from './phrases.ts'
import type { RuleWords } from './words.ts'

export const presenceWords: RuleWords = {
  type: 'presence',
  name: { 'zh-CN': '有人或车', en: 'Person or vehicle' },
  headline: {
    usual: { 'zh-CN': () => '有人或车', en: () => 'person or vehicle' },
  },
  'zh-CN': {
    raised: (t) => `摄像机发现${targetZh(t)}，${t.clock('since')}。`,
    cleared: (t) => `已 ${t.duration('heldS')}未再发现${targetZh(t)}。本次活动持续 ${t.duration('activeS')}。`,
  },
  en: {
    raised: (t) => `The camera saw ${targetEn(t)} at ${t.clock('since')}.`,
    cleared: (t) =>
      `The camera has not seen ${targetEn(t)} for ${t.duration('heldS')}. It lasted ${t.duration('activeS')} in all.`,
  },
}
