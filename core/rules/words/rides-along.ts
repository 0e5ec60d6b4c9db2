import { plural } from './phrases.ts'
import type { RuleWords } from './words.ts'

export const ridesAlongWords: RuleWords = {
  type: 'rides-along',
  name: { 'zh-CN': '随泵用电', en: 'Runs along with the pump' },
  headline: { usual: { 'zh-CN': () => '有设备随泵启停', en: () => 'something runs along with the pump' } },
  'zh-CN': {
    raised: (t) =>
      `连续 ${t.number('times') ?? 0} 次，已登记设备（如水泵）启停时功率变化比其自身多出至少 ${t.amount('along')}：有别的设备随它一起启停，可能是借水泵掩护用电。现用电 ${t.amount('power')}。`,
    cleared: (t) =>
      `已登记设备启停时的功率变化恢复正常，或已停机：现用电 ${t.amount('power')}。本次持续 ${t.duration('activeS')}。`,
  },
  en: {
    raised: (t) =>
      `${plural(t.number('times') ?? 0, 'time')} in a row, a known load (such as the pump) switched at least ${t.amount('along')} more than it draws itself: something else is switched along with it and may hide behind it. ${t.amount('power')} is drawn now.`,
    cleared: (t) =>
      `The known load switches no more than it draws itself, or has stopped: ${t.amount('power')} is drawn now. It lasted ${t.duration('activeS')}.`,
  },
}
