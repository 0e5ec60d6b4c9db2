import { overviewEn } from '../i18n/overview-en.ts'
import { overviewZh } from '../i18n/overview-zh-cn.ts'
import { useWords } from '../page.ts'

const TABLES = { 'zh-CN': overviewZh, en: overviewEn } as const

/** The words of the duty overview. */
export function useOverviewWords(): typeof overviewZh {
  return useWords<typeof overviewZh>(TABLES)
}
