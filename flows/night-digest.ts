import type { Alarm } from '../core/contract/alarm.ts'
import type { SiteSummary } from '../core/contract/http.ts'
import { LANGUAGES, type Bilingual, type Language } from '../core/contract/text.ts'
import { DIGEST_MESSAGES } from './night-digest-messages.ts'

/** What the digest's webhook receives: facts for programs, and the whole text for people in both languages. */
export interface NightDigest {
  readonly from: number
  readonly to: number
  readonly count: number
  readonly unacknowledged: number
  readonly title: Bilingual
  readonly text: Bilingual
  readonly alarms: readonly DigestRow[]
}

interface DigestRow {
  readonly id: string
  readonly site: Bilingual
  readonly point: string
  readonly ruleType: string
  readonly priority: Alarm['priority']
  readonly state: Alarm['state']
  readonly raisedAt: number
  readonly returnedAt: number | null
  readonly acknowledgedBy: string | null
  readonly acknowledgedAt: number | null
}

const PRIORITIES = ['red', 'orange', 'yellow', 'blue'] as const

/** The digest of the alarms that were raised from `from` to `to` (UTC ms), or raised before and still open. Red first. */
export function nightDigest(
  facts: { readonly alarms: readonly Alarm[]; readonly sites: readonly SiteSummary[] },
  window: { readonly from: number; readonly to: number; readonly zone: string },
): NightDigest {
  const names = new Map(facts.sites.map(({ site }) => [site.id, site.name]))
  const rows = facts.alarms
    .filter((alarm) => alarm.raisedAt < window.to && (alarm.raisedAt >= window.from || alarm.state !== 'closed'))
    .toSorted((a, b) => rank(a) - rank(b) || a.raisedAt - b.raisedAt)
    .map((alarm): DigestRow => {
      return {
        id: alarm.id,
        site: names.get(alarm.site) ?? { 'zh-CN': alarm.site, en: alarm.site },
        point: alarm.point,
        ruleType: alarm.ruleType,
        priority: alarm.priority,
        state: alarm.state,
        raisedAt: alarm.raisedAt,
        returnedAt: alarm.returnedAt,
        acknowledgedBy: alarm.acknowledgement?.by ?? null,
        acknowledgedAt: alarm.acknowledgement?.at ?? null,
      }
    })
  const unacknowledged = rows.filter((row) => row.acknowledgedAt === null).length
  const say = (language: Language) => textOf({ rows, unacknowledged, window, language })
  const [zh, en] = LANGUAGES.map(say)
  const both = (part: 'title' | 'text'): Bilingual => ({ 'zh-CN': zh?.[part] ?? '', en: en?.[part] ?? '' })
  return {
    from: window.from,
    to: window.to,
    count: rows.length,
    unacknowledged,
    title: both('title'),
    text: both('text'),
    alarms: rows,
  }
}

function rank(alarm: Alarm): number {
  return PRIORITIES.indexOf(alarm.priority)
}

function textOf(digest: {
  rows: readonly DigestRow[]
  unacknowledged: number
  window: { from: number; to: number; zone: string }
  language: Language
}): { title: string; text: string } {
  const { rows, unacknowledged, window, language } = digest
  const words = DIGEST_MESSAGES[language]
  const format = new Intl.DateTimeFormat(language, {
    timeZone: window.zone,
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  const time = (at: number) => format.format(at)
  const title = words.title(time(window.from), time(window.to))
  const lines = rows.map((row) =>
    words.row({
      priority: words.priorities[row.priority],
      time: time(row.raisedAt),
      site: row.site[language],
      point: row.point,
      ruleType: row.ruleType,
      state: words.states[row.state],
      by: row.acknowledgedBy,
    }),
  )
  return { title, text: [words.summary(rows.length, unacknowledged), ...lines].join('\n') }
}
