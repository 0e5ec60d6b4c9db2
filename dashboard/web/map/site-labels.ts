import type { SiteSummary } from '../../../core/contract/http.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import type { Language } from '../../../core/contract/text.ts'
import type { Texts } from '../i18n/texts.ts'
import { standingOf } from '../show/freshness.ts'
import { valueText } from '../show/number.ts'
import { alarmWords, isHatched, type SiteView, watchWords } from '../show/site-words.ts'
import type { MapLabel } from './label-texts.ts'

export interface Labelling {
  readonly texts: Texts
  readonly language: Language
  readonly now: UtcMs
  readonly feedAlive: boolean
  /** Where there are many sites only what is wrong is said; the list says the rest. */
  readonly isTerse: boolean
}

/** What stands beside a site on the map. */
export function labelOf(summary: SiteSummary, view: SiteView, how: Labelling): MapLabel {
  const isWell = view.worst === null && !isHatched(view)
  return {
    name: summary.site.name[how.language],
    value: how.isTerse ? '' : goodValue(summary, how),
    words: how.isTerse && isWell ? '' : stateWords(summary, view, how),
    tone: view.state === 'alarm' || view.state === 'returned' ? view.worst : null,
    isStrong: !isWell,
  }
}

/** The state of a site in a few words: its alarm, and whether it is being watched. */
export function stateWords(
  summary: SiteSummary,
  view: SiteView,
  { texts, now }: Pick<Labelling, 'texts' | 'now'>,
): string {
  const watch = watchWords(summary, view, now, texts)
  const alarm = alarmWords(view, texts, 'alarmShort')
  const unwatched = view.watch === 'partly' ? null : watch
  if (alarm !== null) return unwatched === null ? alarm : `${alarm} · ${unwatched}`
  return watch ?? texts.siteState.quiet
}

/** The headline value where it is good; the map has no room to say why another is not. */
function goodValue({ headline }: SiteSummary, { texts, now, feedAlive }: Labelling): string {
  const shown = standingOf(headline, now, feedAlive)
  if (headline === null || shown.standing !== 'good') return ''
  const { text, unit } = valueText(shown.value, headline.quantity, texts)
  return `${text} ${unit}`.trim()
}
