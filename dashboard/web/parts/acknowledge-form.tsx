import { useEffect, useRef, useState } from 'preact/hooks'
import type { Alarm } from '../../../core/contract/alarm.ts'
import { errorText } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'
import { noteSuffices } from '../stores/desk.ts'
import { useExplanation, useRuleWord } from './alarm-row.tsx'
import { Mark, PriorityWord } from './mark.tsx'
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
  const field = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    dialog.current?.showModal()
    field.current?.focus()
  }, [])
  const busy = desk.sending.value.has(alarm.id)
  const send = () => {
    if (noteSuffices(note, alarm.priority)) void desk.acknowledge(alarm, note)
    else setTooShort(true)
  }
  const choose = (phrase: string) => {
    setNote(phrase)
    setTooShort(false)
    field.current?.focus()
  }
  const turn = (step: 1 | -1) => {
    const at = texts.ack.quick.indexOf(note)
    const { length } = texts.ack.quick
    choose(texts.ack.quick[at === -1 ? (step === 1 ? 0 : length - 1) : (at + step + length) % length] ?? '')
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      send()
    }
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : null
    if (step !== null && (note === '' || texts.ack.quick.includes(note))) {
      event.preventDefault()
      turn(step)
    }
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
        <label class="field">
          <span class="field-label">
            {texts.ack.note} · {texts.ack.required}
          </span>
          <textarea
            ref={field}
            rows={2}
            maxLength={2_000}
            value={note}
            aria-invalid={tooShort}
            aria-describedby="ack-hint"
            onInput={(event) => {
              setNote(event.currentTarget.value)
              setTooShort(false)
            }}
            onKeyDown={onKeyDown}
          />
        </label>
        <div class="phrases" role="group" aria-label={texts.ack.phrases}>
          {texts.ack.quick.map((phrase) => (
            <button
              key={phrase}
              class="phrase"
              type="button"
              aria-pressed={phrase === note}
              onClick={() => choose(phrase)}
            >
              {phrase}
            </button>
          ))}
        </div>
        {tooShort && (
          <p class="error" role="alert">
            {texts.ack.tooShort}
          </p>
        )}
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
