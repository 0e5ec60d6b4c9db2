import type { Explanation } from '../contract/alarm.ts'
import type { Language } from '../contract/text.ts'
import { MESSAGE_KEYS, type MessageKey, MESSAGES, RULE_TYPE_NAMES } from './messages.ts'
import { tell } from './wording.ts'

/**
 * An explanation as a person should read it. `zone` is the site's; clock times are given in it.
 * Never throws: an explanation of a newer version, whose key is unknown here, comes out as its key and values.
 */
export function explain(explanation: Explanation, language: Language, zone = 'Asia/Shanghai'): string {
  const name = explanation.values[language === 'zh-CN' ? 'nameZh' : 'nameEn']
  const sentence = isKnown(explanation.key)
    ? MESSAGES[language][explanation.key](tell(explanation, { language, zone }))
    : unknownText(explanation)
  if (typeof name !== 'string' || name === '') return sentence
  return language === 'zh-CN' ? `${name}：${sentence}` : `${name}: ${sentence}`
}

/** What a rule type is called; a type unknown here keeps its own word. */
export function ruleTypeName(type: string, language: Language): string {
  return RULE_TYPE_NAMES[language][type] ?? type
}

const KNOWN: ReadonlySet<string> = new Set(MESSAGE_KEYS)

function isKnown(key: string): key is MessageKey {
  return KNOWN.has(key)
}

function unknownText({ key, values }: Explanation): string {
  const told = Object.entries(values).map(([name, value]) => `${name}=${String(value)}`)
  return [key, ...told].join(' ')
}
