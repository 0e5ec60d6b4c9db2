import { handoverEn } from './handover-en.ts'
import { handoverZh } from './handover-zh-cn.ts'

/** Texts of the hand-over by language, for `useWords`. */
export const HANDOVER = { 'zh-CN': handoverZh, en: handoverEn }

export type HandoverWords = typeof handoverZh
