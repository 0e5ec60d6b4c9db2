import { z } from 'zod'
import { Phone } from '../../../core/contract/register.ts'
import type { Bilingual, Language } from '../../../core/contract/text.ts'
import { choices, FAULTS, meant, type Words } from './wording.ts'

/** What a cell means, or why it means nothing. */
export type Meaning<T> = { readonly value: T } | { readonly message: Bilingual }

/** The key of a word; the fault lists what may stand there. */
export function wordIn<K extends string>(keys: readonly K[], words: Words<K>): (text: string) => Meaning<K> {
  return (text) => {
    const value = meant(keys, words, text)
    if (value !== null) return { value }
    const list = (language: Language) => choices(keys, words, language)
    return { message: { 'zh-CN': FAULTS.oneOf(list('zh-CN'))['zh-CN'], en: FAULTS.oneOf(list('en')).en } }
  }
}

/** A day, also as spreadsheets rewrite it: 2026/1/5. */
export function day(text: string): Meaning<string> {
  const [, year = '', month = '', date = ''] =
    /^(\d{4})[-/.\u5e74](\d{1,2})[-/.\u6708](\d{1,2})\u65e5?$/.exec(text.trim()) ?? []
  const read = z.iso.date().safeParse(`${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`)
  return read.success ? { value: read.data } : { message: FAULTS.date }
}

/** A day that is not after `latest`. */
export function dayUpTo(latest: string): (text: string) => Meaning<string> {
  return (text) => {
    const read = day(text)
    return 'value' in read && read.value > latest ? { message: FAULTS.ahead } : read
  }
}

export function textUpTo(most: number): (text: string) => Meaning<string> {
  return (text) => (text.trim().length > most ? { message: FAULTS.tooLong(most) } : { value: text.trim() })
}

export function wholeDays(text: string): Meaning<number> {
  const value = Number(text)
  return Number.isInteger(value) && value >= 1 && value <= 366 ? { value } : { message: FAULTS.days }
}

export function phone(text: string): Meaning<string> {
  if (text.includes('*')) return { message: FAULTS.masked }
  const read = Phone.safeParse(text)
  return read.success ? { value: read.data } : { message: FAULTS.phone }
}
