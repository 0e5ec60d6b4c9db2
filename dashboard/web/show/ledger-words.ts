import { Explanation } from '../../../core/contract/alarm.ts'
import type { LedgerEntry } from '../../../core/contract/ledger.ts'
import type { Language } from '../../../core/contract/text.ts'
import { explain } from '../../../core/rules/explain.ts'
import { channelWord, type Texts } from '../i18n/texts.ts'

export interface Reader {
  readonly texts: Texts
  readonly language: Language
  readonly zone: string
}

/** What an entry tells, as a person reads it. Its whole detail stands beside it; this only leaves out and translates. */
export function ledgerWords({ detail }: LedgerEntry, { texts, language, zone }: Reader): string {
  const explanation = Explanation.safeParse(detail.explanation)
  const said = [
    wordIn(texts.priority, detail.priority),
    explanation.success ? explain(explanation.data, language, zone) : null,
    textOf(detail.name) ?? textOf(detail.person),
    typeof detail.channel === 'string' ? channelWord(detail.channel, texts) : null,
    wordIn(texts.alarm.noticeKind, detail.kind),
    wordIn(texts.feedback.kinds, detail.judged),
    textOf(detail.note),
    textOf(detail.text),
    wordIn(texts.alarm.via, detail.via),
    textOf(detail.answer),
    textOf(detail.address),
  ].filter((part) => part !== null)
  return said.length > 0 ? said.join(' · ') : plainWords(detail)
}

/** The whole entry, for whoever checks the chain by hand. */
export function wholeEntry(entry: LedgerEntry): string {
  return JSON.stringify(entry, null, 2)
}

function plainWords(detail: LedgerEntry['detail']): string {
  return Object.entries(detail)
    .filter(([, value]) => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join(' · ')
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

function wordIn(words: Readonly<Record<string, string>>, value: unknown): string | null {
  return typeof value === 'string' && Object.hasOwn(words, value) ? (words[value] ?? null) : null
}
