import { signal } from '@preact/signals'
import type { Language } from '../../../core/contract/text.ts'
import { HouseError, messageOf } from '../../../core/kit/errors.ts'
import type { RuleTexts } from './rules-en.ts'
import type { zhCN } from './zh-cn.ts'

/** The texts of the page in one language; a text missing in English does not compile. */
export type Texts = typeof zhCN

interface Tables {
  readonly texts: Texts
  readonly rules: RuleTexts
}

// A person reads one language, so that only one is sent.
const LOAD: Readonly<Record<Language, () => Promise<Tables>>> = {
  'zh-CN': async () => {
    const [{ zhCN }, { rulesZh }] = await Promise.all([import('./zh-cn.ts'), import('./rules-zh-cn.ts')])
    return { texts: zhCN, rules: rulesZh }
  },
  en: async () => {
    const [{ en }, { rulesEn }] = await Promise.all([import('./en.ts'), import('./rules-en.ts')])
    return { texts: en, rules: rulesEn }
  },
}

/** The texts that have been loaded. */
export interface TextShelf {
  /** Loads a language. Rejects where the control room cannot be reached. */
  load(language: Language): Promise<void>
  /** The texts of a language; of the one that is there while it is not. Throws before any is. */
  of(language: Language): Texts
  /** What rules say in it; as `of`. */
  rules(language: Language): RuleTexts
}

/** A shelf without texts. */
export function openTexts(): TextShelf {
  const loaded = signal<Readonly<Partial<Record<Language, Tables>>>>({})
  const tables = (language: Language) => {
    const known = loaded.value[language] ?? Object.values(loaded.value)[0]
    if (known === undefined) throw new TypeError('expected the texts of a language before the page is drawn')
    return known
  }
  return {
    load: async (language) => {
      if (loaded.value[language] !== undefined) return
      const texts = await LOAD[language]()
      loaded.value = { ...loaded.value, [language]: texts }
    },
    of: (language) => tables(language).texts,
    rules: (language) => tables(language).rules,
  }
}

/** What went wrong in words for people; the control room's own words where there are none. */
export function errorText(error: unknown, texts: Texts): string {
  if (!(error instanceof HouseError)) return messageOf(error)
  const { because } = error.facts
  const { refusals } = texts.alarmActs
  if (typeof because === 'string' && isKeyOf(refusals, because)) return refusals[because]
  return texts.errors[error.code] ?? error.message
}

function isKeyOf<T extends object>(table: T, key: PropertyKey): key is keyof T {
  return Object.hasOwn(table, key)
}

/** What people call a way of telling somebody; its id where there is no word for it. */
export function channelWord(channel: string, texts: Texts): string {
  const { channels } = texts.alarm
  return Object.hasOwn(channels, channel) ? (channels[channel] ?? channel) : channel
}

/** Why a channel is not good, in the reader's language where the control room says so itself; else in the provider's words. */
export function whyWord(why: string, texts: Texts): string {
  const { because } = texts.watch
  return Object.hasOwn(because, why) ? because[why as keyof typeof because] : why
}
