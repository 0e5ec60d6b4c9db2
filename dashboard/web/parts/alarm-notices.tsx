import type { Alarm } from '../../../core/contract/alarm.ts'
import type { Notice } from '../../../core/contract/notice.ts'
import { channelWord } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'
import { useZone } from './use-zone.ts'

const SIGNS: Readonly<Record<Notice['state'], string>> = {
  queued: '○',
  sending: '◔',
  accepted: '◑',
  delivered: '●',
  seen: '◉',
  failed: '✕',
  cancelled: '–',
}

/** Who was told when, over what, and what came of it: sent, taken, delivered and seen, each with its own time. */
export function AlarmNotices({ alarm }: { readonly alarm: Alarm }) {
  const texts = useTexts()
  if (alarm.notices.length === 0) return <p class="empty">{texts.alarm.noNotices}</p>
  return (
    <ul class="notices">
      {alarm.notices.map((notice) => (
        <NoticeRow key={notice.id} alarm={alarm} notice={notice} />
      ))}
    </ul>
  )
}

function NoticeRow({ alarm, notice }: { readonly alarm: Alarm; readonly notice: Notice }) {
  const texts = useTexts()
  const { times } = usePage()
  const zone = times(useZone(alarm.site))
  const words = texts.alarm
  const stages: readonly (readonly [string, number | null])[] = [
    [words.sent, notice.sentAt],
    [words.noticeState.accepted, notice.acceptedAt],
    [words.delivered, notice.deliveredAt],
    [words.seen, notice.seenAt],
  ]
  const happened = stages.flatMap(([word, at]) => (at === null ? [] : [{ word, at }]))
  return (
    <li class={`notice is-${notice.state}`} data-notice={notice.id}>
      <span class="notice-sign" aria-hidden="true">
        {SIGNS[notice.state]}
      </span>
      <span class="notice-who">
        <strong>{notice.name}</strong> · {channelWord(notice.channel, texts)}
        {notice.byEdge && ` · ${words.byEdge}`}
      </span>
      <span class="notice-state">
        {words.noticeState[notice.state]} <time>{zone.time(happened.at(-1)?.at ?? notice.queuedAt)}</time>
      </span>
      <span class="notice-detail">
        {words.noticeKind[notice.kind]} · {words.round(notice.round + 1, notice.step + 1)}
        {notice.attempts > 1 && ` · ${words.attempts(notice.attempts)}`}
        {happened.map(({ word, at }) => ` · ${word} ${zone.time(at)}`)}
        {notice.answer !== null && ` · ${notice.answer}`}
      </span>
    </li>
  )
}
