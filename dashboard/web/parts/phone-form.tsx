import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { NOTE_LEAST } from '../stores/desk.ts'
import { usePhoneWords } from './phone-words.ts'
import { useAct } from './use-act.ts'

interface FormProps {
  readonly title: string
  /** What is said most often: one touch instead of typing. */
  readonly phrases: readonly string[]
  readonly isNeeded: boolean
  readonly send: (note: string) => Promise<void>
  readonly close: () => void
}

/** A few words about an alarm, by touch or typed. */
export function PhoneForm({ title, phrases, isNeeded, send, close }: FormProps) {
  const words = usePhoneWords()
  const [note, setNote] = useState('')
  const act = useAct()
  const first = useRef<HTMLButtonElement>(null)
  const id = useId()
  useEffect(() => first.current?.focus(), [])
  const isEnough = !isNeeded || note.trim().length >= NOTE_LEAST
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    if (isEnough && (await act.run(() => send(note.trim())))) close()
  }
  return (
    <form class="phone-form" aria-label={title} onSubmit={(event) => void submit(event)}>
      <p class="phone-question">{title}</p>
      <div class="phone-phrases">
        {phrases.map((phrase, at) => (
          <button
            key={phrase}
            ref={at === 0 ? first : null}
            class="button phone-button"
            type="button"
            aria-pressed={note === phrase}
            onClick={() => setNote(phrase)}
          >
            {phrase}
          </button>
        ))}
      </div>
      <label class="field" for={id}>
        <span class="field-label">{words.note}</span>
        <textarea
          id={id}
          name="note"
          rows={2}
          maxLength={2_000}
          value={note}
          onInput={(event) => setNote(event.currentTarget.value)}
        />
      </label>
      {isNeeded && !isEnough && <p class="phone-soft">{words.noteLeast}</p>}
      {act.fault !== null && (
        <p class="error" role="alert">
          {act.fault}
        </p>
      )}
      <div class="phone-acts">
        <button class="button button-main phone-button" type="submit" disabled={act.busy || !isEnough}>
          {words.send}
        </button>
        <button class="button phone-button" type="button" onClick={close}>
          {words.cancel}
        </button>
      </div>
    </form>
  )
}
