import { csvText } from '../../../core/kit/csv.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import type { Language } from '../../../core/contract/text.ts'
import type { sitesZh } from '../i18n/sites-zh-cn.ts'
import type { Texts } from '../i18n/texts.ts'
import { type ListedSite, overdueDays } from '../stores/site-list.ts'
import { standingOf } from './freshness.ts'
import { valueText } from './number.ts'
import { alarmWords, watchWords } from './site-words.ts'
import type { ZoneTimes } from './time.ts'

export interface SiteCsvReader {
  readonly texts: Texts
  readonly words: typeof sitesZh
  readonly language: Language
  readonly now: UtcMs
  readonly feedAlive: boolean
  readonly times: (zone: string) => ZoneTimes
}

/** The sites of a list as a spreadsheet, in the words the page shows, each value with its time and quality. */
export function siteCsv(sites: readonly ListedSite[], reader: SiteCsvReader): string {
  const { words, texts } = reader
  const { columns } = words
  const heads = [
    ...[columns.name, words.town, columns.status, columns.alarm, columns.watch, columns.value, texts.site.age],
    ...[texts.site.quality, columns.answers, words.phone, columns.check, columns.standards, columns.gateway],
  ]
  return csvText([heads, ...sites.map((one) => lineOf(one, reader))])
}

function lineOf(one: ListedSite, { words, texts, language, now, feedAlive, times }: SiteCsvReader): string[] {
  const { summary, view, row, checkAge } = one
  const { site, headline } = summary
  const zone = times(site.zone)
  const shown = standingOf(headline, now, feedAlive)
  const value = headline === null ? null : valueText(shown.value, headline.quantity, texts)
  const late = overdueDays(one)
  const gateway = row?.gateway ?? null
  const check = [
    checkAge === null ? words.never : (row?.lastCheck?.date ?? ''),
    ...(late === null || checkAge === null ? [] : [words.overdueBy(late)]),
  ]
  return [
    site.name[language],
    [site.area[language], site.village?.[language]].filter((part) => part !== undefined).join(' / '),
    row === null ? '' : words.siteStatus[row.status],
    alarmWords(view, texts) ?? words.quiet,
    watchWords(summary, view, now, texts) ?? words.watched,
    value === null ? '' : `${value.text} ${value.unit}`.trim(),
    headline === null ? '' : zone.full(headline.at),
    texts.quality[shown.standing],
    row?.answers?.name ?? '',
    row?.answers?.phone ?? '',
    row === null ? '' : check.join(' · '),
    row === null ? '' : `${row.standardsMet}/6`,
    gateway === null ? words.gatewayNever : zone.full(gateway.receivedAt),
  ]
}
