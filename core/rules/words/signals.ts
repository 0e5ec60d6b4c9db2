import type { EvidenceGroup } from '../../contract/activity.ts'
import type { Language } from '../../contract/text.ts'
import { plural } from './phrases.ts'

/** What a signal is evidence of, in a word. */
export const GROUP_NAMES: Readonly<Record<Language, Readonly<Record<EvidenceGroup, string>>>> = {
  'zh-CN': { power: '用电', pump: '水泵', camera: '摄像', comms: '通信', entry: '出入口', air: '通风' },
  en: { power: 'Power', pump: 'Pump', camera: 'Camera', comms: 'Communication', entry: 'Entry', air: 'Air' },
}

/** One signal that an alarm rests on, as a line. */
export const SIGNAL_LINE: Readonly<Record<Language, (group: string, sentence: string) => string>> = {
  'zh-CN': (group, sentence) => `〔${group}〕${sentence}`,
  en: (group, sentence) => `[${group}] ${sentence}`,
}

/** The signals for which a short text has no room. */
export const MORE_SIGNALS: Readonly<Record<Language, (count: number) => string>> = {
  'zh-CN': (count) => `另有 ${count} 条迹象。`,
  en: (count) => `And ${plural(count, 'more sign')}.`,
}
