import type { Alarm } from '../../../core/contract/alarm.ts'
import type { Notice } from '../../../core/contract/notice.ts'
import type { Person } from '../../../core/contract/duty.ts'
import type { NoticeMessage } from '../../../core/contract/notice.ts'
import type { PointRef } from '../../../core/contract/reading.ts'
import type { Site } from '../../../core/contract/site.ts'
import type { Language } from '../../../core/contract/text.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import { wallAge } from '../../../core/kit/time.ts'
import { explainAlarm, headlineOf } from '../../../core/rules/explain.ts'
import type { PointName } from '../ingest/county.ts'
import { SILENCE_RULE } from '../ingest/silence.ts'
import { NOTICE_TEXTS, type NoticeTexts } from './messages.ts'

/** What a message is made of. The alarm is as it stands now, not as it was when the message was queued. */
export interface NoticeFacts {
  readonly alarm: Omit<Alarm, 'activations' | 'notes' | 'notices'>
  readonly notice: Pick<Notice, 'id' | 'kind' | 'round' | 'step' | 'attempts'>
  readonly person: Person
  /** null while the site has never been heard of. */
  readonly site: Site | null
  /** null while it is not known what people call the point. */
  readonly point: PointName | null
  readonly acknowledgeUrl: string
  readonly now: UtcMs
}

/**
 * The message to one person, in their language: what, at which device, where, since when and how it stands, its number,
 * what is asked.
 */
export function composeNotice(facts: NoticeFacts): NoticeMessage {
  const { alarm, notice, person, site } = facts
  return {
    notice: notice.id,
    kind: notice.kind,
    to: person.name,
    language: person.language,
    priority: alarm.priority,
    site: site?.name ?? { 'zh-CN': alarm.site, en: alarm.site },
    title: titleOf(facts, NOTICE_TEXTS[person.language]),
    text: textOf(facts, NOTICE_TEXTS[person.language]),
    alarm: alarm.id,
    raisedAt: alarm.raisedAt,
    simulated: site?.simulated ?? false,
    acknowledge: { url: facts.acknowledgeUrl },
  }
}

function titleOf({ alarm, notice, person, site }: NoticeFacts, texts: NoticeTexts): string {
  const happened = headlineOf(alarm, person.language)
  return texts.title({
    mark: texts.priority[alarm.priority],
    simulated: site?.simulated === true ? texts.simulated : '',
    site: placeName(alarm.site, site, person.language),
    headline: alarm.state === 'returned' ? texts.returnedHeadline(happened) : happened,
    kind: texts.kind[notice.kind],
  })
}

function textOf({ alarm, notice, person, site, point, acknowledgeUrl, now }: NoticeFacts, texts: NoticeTexts): string {
  const zone = usableZone(site)
  const area = site === null ? '' : ` · ${site.area[person.language]}`
  const standing =
    alarm.state === 'returned' && alarm.returnedAt !== null
      ? texts.returned(wallTime(alarm.returnedAt, zone))
      : texts.ongoing(texts.duration(Math.max(0, wallAge(alarm.raisedAt, now))))
  const noteNeeded = alarm.priority === 'red' || alarm.priority === 'orange'
  return [
    `${texts.why}${explainAlarm(alarm, person.language, zone).join('\n')}`,
    // The control room's own rule watches no device, and its explanation says all.
    ...(alarm.rule === SILENCE_RULE ? [] : [`${texts.device}${pointText(alarm.point, point, person.language)}`]),
    `${texts.where}${placeName(alarm.site, site, person.language)}${area}`,
    `${texts.since}${wallTime(alarm.raisedAt, zone)}${texts.pause}${standing}`,
    // Round, step and attempt let a person recognise a repeat after a crash as one.
    `${texts.number}${alarm.id} · ${notice.round + 1}-${notice.step + 1}-${notice.attempts}`,
    `${texts.asked}${texts.ask(noteNeeded)}`,
    acknowledgeUrl,
    ...(site?.simulated === true ? [texts.simulatedLine] : []),
  ].join('\n')
}

function placeName(id: string, site: Site | null, language: Language): string {
  return site?.name[language] ?? id
}

/** The device and what it measures there, in words where they are known. */
function pointText(ref: PointRef, name: PointName | null, language: Language): string {
  if (name === null) return ref
  return [name.device[language], name.point?.[language]].filter((text) => text !== undefined).join(' · ')
}

/** The site's zone. One this machine does not know must not keep a message from going out. */
function usableZone(site: Site | null): string {
  const zone = site?.zone ?? 'Asia/Shanghai'
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return zone
  } catch {
    return 'Asia/Shanghai'
  }
}

/** Wall time of the site as 2026-01-12 02:14:05. */
function wallTime(at: UtcMs, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone }).format(at)
}
