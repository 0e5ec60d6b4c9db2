import type { Language } from '../../../core/contract/text.ts'
import { HouseError, messageOf } from '../../../core/kit/errors.ts'
import { en } from './en.ts'
import { zhCN } from './zh-cn.ts'

/** The texts of the page in one language; a text missing in English does not compile. */
export type Texts = typeof zhCN

const TABLES: Readonly<Record<Language, Texts>> = { 'zh-CN': zhCN, en }

/** The texts of a language. */
export function textsOf(language: Language): Texts {
  return TABLES[language]
}

/** What went wrong in words for people; the control room's own words where there are none. */
export function errorText(error: unknown, texts: Texts): string {
  if (error instanceof HouseError) return texts.errors[error.code] ?? error.message
  return messageOf(error)
}

/** What people call a way of telling somebody; its id where there is no word for it. */
export function channelWord(channel: string, texts: Texts): string {
  const { channels } = texts.alarm
  return Object.hasOwn(channels, channel) ? (channels[channel] ?? channel) : channel
}
