import { qualityEn } from './quality-en.ts'
import { qualityZh } from './quality-zh-cn.ts'

/** Texts of alarm quality by language, for `useWords`. */
export const QUALITY = { 'zh-CN': qualityZh, en: qualityEn }
