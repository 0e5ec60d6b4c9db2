import { phoneEn } from '../i18n/phone-en.ts'
import { phoneZh } from '../i18n/phone-zh-cn.ts'
import { useWords } from '../page.ts'

const TABLES = { 'zh-CN': phoneZh, en: phoneEn } as const

/** The words of the phone page. */
export function usePhoneWords(): typeof phoneZh {
  return useWords<typeof phoneZh>(TABLES)
}
