import type { NoticeKind, NoticeMessage } from '../../../core/contract/notice.ts'
import type { Priority } from '../../../core/contract/priority.ts'
import type { Person } from '../../../core/contract/roster.ts'
import type { Site } from '../../../core/contract/site.ts'
import type { Bilingual } from '../../../core/contract/text.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import { LINE_BYTES, MOST_LINES } from '../../../core/alarms/digest.ts'
import { comparePriority } from '../../../core/alarms/priority.ts'
import type { AlarmBase } from '../alarms/alarm-columns.ts'
import type { Memo } from './memo.ts'
import { NOTICE_TEXTS, type NoticeTexts } from './messages.ts'
import { cutTo, cutToBytes, placeName, standingHeadline, type WallClock, wallClocks } from './wording.ts'

/** UTF-16 units that two short messages of one text hold, and how many alarms they name. */
const SHORT_UNITS = 134
const NAMED = 3

/** One alarm of a digest, and why it is told. */
export interface DigestLine {
  readonly alarm: AlarmBase
  readonly kind: NoticeKind
  readonly site: Site | null
}

export interface DigestFacts {
  readonly notice: string
  readonly person: Pick<Person, 'name' | 'language'>
  /** Each alarm once. */
  readonly lines: readonly DigestLine[]
}

/** Several alarms in one message: each a line, the worst first; in short their number and the worst three. */
export function composeDigest({ notice, person, lines }: DigestFacts): NoticeMessage {
  const texts = NOTICE_TEXTS[person.language]
  const ordered = lines.toSorted((a, b) => comparePriority(a.alarm.priority, b.alarm.priority))
  const [worst] = ordered
  if (worst === undefined) throw new RangeError('expected at least one alarm in a digest')
  const { alarm, site } = worst
  const mark = texts.priority[alarm.priority]
  const named = ordered.slice(0, MOST_LINES)
  const left = ordered.length - named.length
  const clockOf = wallClocks()
  return {
    notice,
    kind: 'digest',
    to: person.name,
    language: person.language,
    priority: alarm.priority,
    site: site?.name ?? { 'zh-CN': alarm.site, en: alarm.site },
    title: texts.digestTitle(mark, lines.length),
    text: [
      ...named.map((line) => cutToBytes(lineOf(line, clockOf(line.site), person), LINE_BYTES)),
      ...(left > 0 ? [texts.more(left)] : []),
      texts.digestFoot,
    ].join('\n'),
    short: shortOf(ordered, person, texts),
    alarm: null,
    number: null,
    raisedAt: alarm.raisedAt,
    simulated: ordered.every((line) => line.site?.simulated === true),
    acknowledge: null,
  }
}

/** The number stands early, so that a line that is cut still names its alarm. */
function lineOf({ alarm, kind, site }: DigestLine, clock: WallClock, { language }: DigestFacts['person']): string {
  const texts = NOTICE_TEXTS[language]
  const at = clock.tell(alarm.raisedAt).slice(5, 16)
  const mark = `${texts.priority[alarm.priority]}${alarm.number}`
  const where = `${site?.simulated === true ? texts.simulated : ''}${placeName(alarm.site, site, language)}`
  const by = kind === 'acknowledged' ? alarm.acknowledgement?.by : undefined
  const said = by === undefined ? `${standingHeadline(alarm, language)}${texts.kind[kind]}` : texts.takenBy(by)
  return `${mark} ${at} ${where} ${said}`
}

function shortOf(ordered: readonly DigestLine[], { language }: DigestFacts['person'], texts: NoticeTexts): string {
  const [worst] = ordered
  const head = texts.digestShort(texts.priority[worst?.alarm.priority ?? 'blue'], ordered.length)
  const named = ordered.slice(0, NAMED)
  const room = Math.floor((SHORT_UNITS - head.length - texts.separator.length * (NAMED - 1)) / named.length)
  const lines = named.map(({ alarm, site }) => {
    const number = ` ${alarm.number}`
    return `${cutTo(`${placeName(alarm.site, site, language)} ${standingHeadline(alarm, language)}`, room - number.length)}${number}`
  })
  return `${head}${lines.join(texts.separator)}`
}

/** What a memo says, as it is kept beside its row. */
export type MemoBody = Pick<Memo, 'title' | 'text' | 'short'>

/** A message that belongs to no alarm. */
export function composeMemo({
  notice,
  kind,
  person,
  priority,
  body,
  group,
  now,
}: {
  readonly notice: string
  readonly kind: Memo['kind']
  readonly person: Pick<Person, 'name' | 'language'>
  readonly priority: Priority
  readonly body: MemoBody
  /** What the sender is called. */
  readonly group: Bilingual
  readonly now: UtcMs
}): NoticeMessage {
  const { language } = person
  return {
    ...{ notice, kind, to: person.name, language, priority, site: group },
    ...{ title: body.title[language], text: body.text[language], short: body.short[language] },
    ...{ alarm: null, number: null, raisedAt: now, simulated: false, acknowledge: null },
  }
}
