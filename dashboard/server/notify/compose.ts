import type { Notice, NoticeMessage } from '../../../core/contract/notice.ts'
import type { PointRef } from '../../../core/contract/reading.ts'
import type { Person } from '../../../core/contract/roster.ts'
import { placeNameOf } from '../../../core/alarms/place-name.ts'
import type { Site } from '../../../core/contract/site.ts'
import type { Language } from '../../../core/contract/text.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import { wallAge } from '../../../core/kit/time.ts'
import { explainAlarm, headlineOf } from '../../../core/rules/explain.ts'
import type { AlarmBase } from '../alarms/alarm-columns.ts'
import type { PointName } from '../ingest/county.ts'
import { SILENCE_RULE } from '../ingest/silence.ts'
import { NOTICE_TEXTS, type NoticeTexts } from './messages.ts'
import { cutTo, placeName, standingHeadline, type WallClock, wallClock } from './wording.ts'

/** UTF-16 units that two short messages of one text hold. (GSM 03.40: 67 of UCS-2 each) */
const SHORT_UNITS = 134

/** What a message is made of. The alarm is as it stands now, not as it was when the message was queued. */
export interface NoticeFacts {
  readonly alarm: AlarmBase
  readonly notice: Pick<Notice, 'id' | 'kind' | 'round' | 'step' | 'attempts'>
  readonly person: Pick<Person, 'name' | 'language'>
  /** null while the site has never been heard of. */
  readonly site: Site | null
  /** null while it is not known what people call the point. */
  readonly point: PointName | null
  /** How it is acknowledged; null where nothing is asked. */
  readonly answer: { readonly url: string; readonly code: string } | null
  /** The alarm's page, for a group in which nobody must be able to answer as somebody else. */
  readonly page: string | null
  readonly now: UtcMs
}

/**
 * The message to one person, in their language: what, at which device, where, since when and how it stands, its number,
 * what is asked. The number carries step and attempt, so that a repeat is known as one.
 */
export function composeNotice(facts: NoticeFacts): NoticeMessage {
  const { alarm, notice, person, site, answer } = facts
  const texts = NOTICE_TEXTS[person.language]
  const title = titleOf(facts, texts)
  return {
    notice: notice.id,
    kind: notice.kind,
    to: person.name,
    language: person.language,
    priority: alarm.priority,
    site: placeNameOf(alarm.site, site),
    title,
    text: textOf(facts, texts),
    short: shortOf(facts, texts),
    alarm: alarm.id,
    number: alarm.number,
    raisedAt: alarm.raisedAt,
    simulated: site?.simulated ?? false,
    acknowledge: answer,
  }
}

/** `#PW-20260112-0007·2·1`: alarm, step and attempt; from the second round on the step says which. */
export function repeatMark(number: string, { round, step, attempts }: NoticeFacts['notice']): string {
  return `#${number}·${round === 0 ? '' : `${round + 1}.`}${step + 1}·${attempts}`
}

function titleOf({ alarm, notice, person, site }: NoticeFacts, texts: NoticeTexts): string {
  const isCall = notice.kind !== 'acknowledged' && notice.kind !== 'handed-over'
  return texts.title({
    mark: texts.priority[alarm.priority],
    simulated: site?.simulated === true ? texts.simulated : '',
    site: placeName(alarm.site, site, person.language),
    headline: isCall ? standingHeadline(alarm, person.language) : headlineOf(alarm, person.language),
    kind: texts.kind[notice.kind],
  })
}

function textOf(facts: NoticeFacts, texts: NoticeTexts): string {
  const { alarm, notice, person, site, point } = facts
  const clock = wallClock(site)
  const area = site === null ? '' : ` · ${site.area[person.language]}`
  return [
    ...outcomeOf(facts, texts),
    `${texts.why}${explainAlarm(alarm, person.language, clock.zone).join('\n')}`,
    // The control room's own rule watches no device, and its explanation says all.
    ...(alarm.rule === SILENCE_RULE ? [] : [`${texts.device}${pointText(alarm.point, point, person.language)}`]),
    `${texts.where}${placeName(alarm.site, site, person.language)}${area}`,
    `${texts.since}${clock.tell(alarm.raisedAt)}${standingOf(facts, { texts, clock })}`,
    `${texts.number}${repeatMark(alarm.number, notice)}`,
    ...askedOf(facts, texts),
    ...(site?.simulated === true ? [texts.simulatedLine] : []),
  ].join('\n')
}

/** That somebody has it, first of all. */
function outcomeOf({ alarm, notice }: NoticeFacts, texts: NoticeTexts): readonly string[] {
  if (notice.kind === 'handed-over') return [texts.handedOver]
  if (notice.kind !== 'acknowledged') return []
  return [alarm.acknowledgement === null ? texts.withdrawn : texts.takenBy(alarm.acknowledgement.by)]
}

function standingOf(
  { alarm, notice, now }: NoticeFacts,
  { texts, clock }: { readonly texts: NoticeTexts; readonly clock: WallClock },
): string {
  if (notice.kind === 'acknowledged') return ''
  const isOver = alarm.state === 'returned' || alarm.state === 'latched'
  const standing =
    isOver && alarm.returnedAt !== null
      ? texts.returned(clock.tell(alarm.returnedAt))
      : texts.ongoing(texts.duration(Math.max(0, wallAge(alarm.raisedAt, now))))
  return `${texts.pause}${standing}`
}

function askedOf({ alarm, answer, page }: NoticeFacts, texts: NoticeTexts): readonly string[] {
  if (page !== null) return [`${texts.asked}${texts.askGroup}`, page]
  if (answer === null) return []
  const noteNeeded = alarm.priority === 'red' || alarm.priority === 'orange'
  return [`${texts.asked}${texts.ask(noteNeeded)}`, answer.url, texts.askBySms(answer.code)]
}

/** Mark, site, what happened, number, how to answer: what does not fit is cut from the name of the site and the headline. */
function shortOf(facts: NoticeFacts, texts: NoticeTexts): string {
  const { alarm, notice, answer } = facts
  const tail = [
    repeatMark(alarm.number, notice),
    ...(answer === null ? outcomeOf(facts, texts) : [texts.replyShort(answer.code)]),
  ].join(' ')
  return `${cutTo(titleOf(facts, texts).replace(' — ', ' '), SHORT_UNITS - tail.length - 1)} ${tail}`
}

/** The device and what it measures there, in words where they are known. */
function pointText(ref: PointRef, name: PointName | null, language: Language): string {
  if (name === null) return ref
  return [name.device[language], name.point?.[language]].filter((text) => text !== undefined).join(' · ')
}
