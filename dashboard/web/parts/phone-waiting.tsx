import { usePage, useTexts } from '../page.ts'
import type { PhoneDesk } from '../stores/phone-desk.ts'
import type { Queued } from '../stores/phone-queue.ts'
import { useZone } from './use-zone.ts'
import { usePhoneWords } from './phone-words.ts'

interface WaitingProps {
  readonly desk: PhoneDesk
  /** The control room answers, so that what waits is on its way. */
  readonly isSent: boolean
}

/** How much waits. */
export function PhoneWaiting({ desk, isSent }: WaitingProps) {
  const words = usePhoneWords()
  const waiting = desk.queue.value.filter(({ refused }) => refused === null)
  if (waiting.length === 0) return null
  return (
    <p class="phone-waiting" role="status" data-waiting={waiting.length}>
      <strong>{words.waiting(waiting.length)}</strong>
      {isSent && <span class="phone-soft">{words.sending}</span>}
    </p>
  )
}

/** One thing that was said: waiting, or refused with the reason. */
export function PhoneQueued({ item, desk }: { readonly item: Queued; readonly desk: PhoneDesk }) {
  const words = usePhoneWords()
  const texts = useTexts()
  const { times } = usePage()
  const { act, at, refused } = item
  const note = 'note' in act && act.note !== '' ? ` · ${act.note}` : ''
  const what = `${words.acts[act.do]}${note}`
  const said = words.saidAt(times(useZone(null)).time(at))
  if (refused === null) {
    return (
      <li class="phone-queued" data-queued={act.do}>
        <strong>{words.waits}</strong> · {what} <span class="phone-soft">{said}</span>
      </li>
    )
  }
  const { refusals } = texts.alarmActs
  const isNoPhoto = act.do === 'photo' && refused.code === 'http/invalid'
  const known = Object.entries(refusals).find(([because]) => because === refused.because)
  return (
    <li class="phone-queued is-refused" data-refused={act.do}>
      <p role="alert">
        <strong>{words.refused}</strong> · {what} <span class="phone-soft">{said}</span>{' '}
        <span class="phone-why">{known?.[1] ?? (isNoPhoto ? words.noPhoto : refused.message)}</span>
      </p>
      <button class="button phone-button" type="button" onClick={() => void desk.drop(item.id)}>
        {words.drop}
      </button>
    </li>
  )
}
