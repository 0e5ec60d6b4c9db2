import { usePage, useTexts } from '../page.ts'
import { Mark } from './mark.tsx'

/** Messages to whoever sits here that belong to no alarm: codes, test calls, spot checks, storms. Each stays until it is read. */
export function DeskNotices() {
  const { live } = usePage()
  const texts = useTexts().watch
  const { notices } = live.state.value
  if (notices.length === 0) return null
  return (
    <ul class="desk-notices" aria-label={texts.messages} aria-live="polite">
      {notices.map((message) => (
        <li key={message.notice} data-notice={message.notice}>
          <Mark priority={message.priority} size={22} />
          <p>
            <strong>{message.title}</strong> {message.text}
          </p>
          <button class="button" type="button" data-act="read" onClick={() => live.read(message.notice)}>
            {texts.read}
          </button>
        </li>
      ))}
    </ul>
  )
}
