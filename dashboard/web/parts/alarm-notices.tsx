import type { Alarm } from '../../../core/contract/alarm.ts'
import type { Notice } from '../../../core/contract/notice.ts'
import { channelWord } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'
import { useZone } from './use-zone.ts'

const SIGNS: Readonly<Record<Notice['state'], string>> = {
  queued: '○',
  sending: '◔',
  accepted: '●',
  failed: '✕',
  cancelled: '–',
}

/** Who was told when, over what, and what came of it. */
export function AlarmNotices({ alarm }: { readonly alarm: Alarm }) {
  const texts = useTexts()
  const { times } = usePage()
  const zone = times(useZone(alarm.site))
  if (alarm.notices.length === 0) return <p class="empty">{texts.alarm.noNotices}</p>
  return (
    <ul class="notices">
      {alarm.notices.map((notice) => (
        <li key={notice.id} class={`notice is-${notice.state}`}>
          <span class="notice-sign" aria-hidden="true">
            {SIGNS[notice.state]}
          </span>
          <span class="notice-who">
            <strong>{notice.name}</strong> · {channelWord(notice.channel, texts)}
          </span>
          <span class="notice-state">
            {texts.alarm.noticeState[notice.state]} <time>{zone.time(notice.acceptedAt ?? notice.queuedAt)}</time>
          </span>
          <span class="notice-detail">
            {texts.alarm.noticeKind[notice.kind]} · {texts.alarm.round(notice.round + 1, notice.step + 1)}
            {notice.attempts > 1 && ` · ${texts.alarm.attempts(notice.attempts)}`}
            {notice.answer !== null && ` · ${notice.answer}`}
          </span>
        </li>
      ))}
    </ul>
  )
}
