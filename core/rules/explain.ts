import type { BecauseRow } from '../contract/activity.ts'
import type { Explanation } from '../contract/alarm.ts'
import type { Language } from '../contract/text.ts'
import { headlineWords, MESSAGES, typeName } from './messages.ts'
import { GROUP_NAMES, MORE_SIGNALS, SIGNAL_LINE } from './words/signals.ts'
import { tell } from './wording.ts'

/** More would not be read on a phone. */
const MOST_SIGNALS = 3

/**
 * An explanation as a person should read it. `zone` is the site's; clock times are given in it.
 * Never throws: an explanation of a newer version, whose key is unknown here, comes out as its key and values.
 */
export function explain(explanation: Explanation, language: Language, zone = 'Asia/Shanghai'): string {
  const name = explanation.values[language === 'zh-CN' ? 'nameZh' : 'nameEn']
  const message = MESSAGES[language][explanation.key]
  const sentence = message === undefined ? unknownText(explanation) : message(tell(explanation, { language, zone }))
  if (typeof name !== 'string' || name === '') return sentence
  return language === 'zh-CN' ? `${name}：${sentence}` : `${name}: ${sentence}`
}

/**
 * An alarm as a person should read it: the sentence, and where it rests on several signals, the strongest three of them with a line each and
 * how many more there are.
 */
export function explainAlarm(
  {
    explanation,
    because = [],
  }: { readonly explanation: Explanation; readonly because?: readonly BecauseRow[] | undefined },
  language: Language,
  zone?: string,
): readonly string[] {
  const lines = because
    .slice(0, MOST_SIGNALS)
    .map((row) => SIGNAL_LINE[language](GROUP_NAMES[language][row.group], explain(row.explanation, language, zone)))
  const more = because.length - lines.length
  const rest = more > 0 ? [MORE_SIGNALS[language](more)] : []
  return [explain(explanation, language, zone), ...lines, ...rest]
}

/** What happened in a few words, for a title read by somebody who has just been woken. */
export function headlineOf(
  { ruleType, explanation }: { readonly ruleType: string; readonly explanation: Explanation },
  language: Language,
): string {
  const headline = headlineWords(ruleType, explanation.key)
  const told = tell(explanation, { language, zone: 'UTC' })
  return headline === null ? ruleTypeName(ruleType, language) : headline[language](told.what())
}

/** What a rule type is called; a type unknown here keeps its own word. */
export function ruleTypeName(type: string, language: Language): string {
  return typeName(type, language) ?? type
}

function unknownText({ key, values }: Explanation): string {
  const told = Object.entries(values).map(([name, value]) => `${name}=${String(value)}`)
  return [key, ...told].join(' ')
}
