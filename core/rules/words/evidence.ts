import { targetZh, targetEn, plural } from './phrases.ts'
import type { RuleWords } from './words.ts'

export const evidenceWords: RuleWords = {
  type: 'evidence',
  'zh-CN': {
    added: (t) => `新增现场照片 ${t.number('pictures') ?? 0} 张（${targetZh(t)}）。`,
  },
  en: {
    added: (t) => `${plural(t.number('pictures') ?? 0, 'new picture')} (${targetEn(t)}).`,
  },
}
