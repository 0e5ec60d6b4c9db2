import { useEffect } from 'preact/hooks'
import { usePage, useTexts } from '../page.ts'
import { needsPerson } from '../stores/alarm-order.ts'
import { isOtherPage, mayReload } from '../stores/update.ts'

/** Says that the control room was updated, and loads its new page by itself where nobody is at work; or that its messages cannot be read. */
export function UpdateNotice() {
  const texts = useTexts().shell
  const { live, script, desk } = usePage()
  const isOther = isOtherPage(script, live.hello.value)
  const refused = live.refused.value
  const now = live.now.value
  useEffect(() => {
    const isCalm = ![...live.state.value.alarms.values()].some((one) => one.priority === 'red' && needsPerson(one))
    const isFree = desk.asking.value === null && desk.acting.value === null && !isTyping()
    const page = live.hello.value?.page ?? null
    if (isOther && isCalm && isFree && live.link.value === 'live' && mayReload(sessionStorage, page)) location.reload()
  }, [isOther, now])
  if (!isOther && refused === 0) return null
  const { text, reload } = isOther ? texts.update : texts.unreadable
  return (
    <div class="page-notice" role="status">
      <p>{typeof text === 'string' ? text : text(refused)}</p>
      <button class="button" type="button" data-act="reload" onClick={() => location.reload()}>
        {reload}
      </button>
    </div>
  )
}

// What somebody has begun to write would be gone.
function isTyping(): boolean {
  if (document.querySelector('dialog[open]') !== null) return true
  return [...document.querySelectorAll<HTMLInputElement>('textarea, input:not([type])')].some(
    ({ value }) => value !== '',
  )
}
