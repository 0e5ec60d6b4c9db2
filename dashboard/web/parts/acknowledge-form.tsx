import { useEffect, useRef, useState } from 'preact/hooks'
import type { Alarm } from '../../../core/contract/alarm.ts'
import { errorText } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'
import { noteSuffices } from '../stores/desk.ts'
import { useExplanation, useRuleWord } from './alarm-row.tsx'
import { Mark, PriorityWord } from './mark.tsx'
import { NoteField } from './note-field.tsx'
import { useSiteName } from './use-site.ts'

/** The note a red or orange acknowledgement needs. Enter sends, the arrow keys put a quick phrase in, Esc leaves. */
export function AcknowledgeForm() {
  const asking = usePage().desk.asking.value
  return asking === null ? null : <Form key={asking.id} alarm={asking} />
}

function Form({ alarm }: { readonly alarm: Alarm }) {
  const { desk } = usePage()
  const texts = useTexts()
  const [note, setNote] = useState('')
  const [tooShort, setTooShort] = useState(false)
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  const busy = desk.sending.value.has(alarm.id)
  const send = () => {
    if (noteSuffices(note, alarm.priority)) void desk.acknowledge(alarm, note)
    else setTooShort(true)
  }
  const change = (text: string) => {
    setNote(text)
    setTooShort(false)
  }
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="ack-title" onClose={() => desk.cancel()}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          send()
        }}
      >
        <AlarmHeading alarm={alarm} />
        <NoteField
          {...{ note, tooShort, change, send }}
          label={`${texts.ack.note} · ${texts.ack.required}`}
          most={2_000}
          describedBy="ack-hint"
        />
        <Failure alarm={alarm} />
        <div class="dialog-foot">
          <p id="ack-hint" class="hint">
            {texts.ack.phraseHint}
            <br />
            {texts.ack.effect}
          </p>
          <button class="button" type="button" onClick={() => desk.cancel()}>
            {texts.ack.cancel}
          </button>
          <button class="button button-main" type="submit" data-act="submit-acknowledge" disabled={busy}>
            {busy ? texts.ack.busy : texts.ack.submit}
          </button>
        </div>
      </form>
    </dialog>
  )
}

function AlarmHeading({ alarm }: { readonly alarm: Alarm }) {
  const site = useSiteName(alarm.site)
  const rule = useRuleWord(alarm)
  const sentence = useExplanation(alarm)
  return (
    <div class="dialog-head">
      <Mark priority={alarm.priority} size={44} />
      <div>
        <h2 id="ack-title" class="dialog-title">
          <PriorityWord priority={alarm.priority} /> {site} · {rule}
        </h2>
        <p class="dialog-why">{sentence}</p>
      </div>
    </div>
  )
}

function Failure({ alarm }: { readonly alarm: Alarm }) {
  const texts = useTexts()
  const failure = usePage().desk.failure.value
  if (failure?.alarm !== alarm.id) return null
  return (
    <p class="error" role="alert">
      {errorText(failure.error, texts)}
    </p>
  )
}
