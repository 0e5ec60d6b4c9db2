import { dutyEn } from './duty-en.ts'
import { dutyZh } from './duty-zh-cn.ts'

/** Texts of duty by language, for `useWords`. */
export const DUTY = { 'zh-CN': dutyZh, en: dutyEn }
