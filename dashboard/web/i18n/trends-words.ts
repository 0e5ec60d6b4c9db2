import { trendsEn } from './trends-en.ts'
import { trendsZh } from './trends-zh-cn.ts'

/** Texts of trends by language, for `useWords`. */
export const TRENDS = { 'zh-CN': trendsZh, en: trendsEn }
