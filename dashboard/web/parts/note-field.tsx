import { useEffect, useRef } from 'preact/hooks'
import { useTexts } from '../page.ts'

export interface NoteFieldProps {
  readonly label: string
  readonly note: string
  readonly most: number
  /** Shown as wrong, with what is expected. */
  readonly tooShort: boolean
  /** Id of the element that explains the keys. */
  readonly describedBy: string
  readonly change: (note: string) => void
  readonly send: () => void
}

/** A note of a dialog, with the phrases that are said most. Takes the focus. Enter sends, the arrow keys put a phrase in. */
export function NoteField({ label, note, most, tooShort, describedBy, change, send }: NoteFieldProps) {
  const { quick, phrases, tooShort: expected } = useTexts().ack
  const field = useRef<HTMLTextAreaElement>(null)
  useEffect(() => field.current?.focus(), [])
  const choose = (phrase: string) => {
    change(phrase)
    field.current?.focus()
  }
  const turn = (step: 1 | -1) => {
    const at = quick.indexOf(note)
    const { length } = quick
    choose(quick[at === -1 ? (step === 1 ? 0 : length - 1) : (at + step + length) % length] ?? '')
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      send()
    }
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : null
    // In a text of one's own the arrow keys move the cursor.
    if (step !== null && (note === '' || quick.includes(note))) {
      event.preventDefault()
      turn(step)
    }
  }
  return (
    <>
      <label class="field">
        <span class="field-label">{label}</span>
        <textarea
          ref={field}
          name="note"
          rows={2}
          maxLength={most}
          value={note}
          aria-invalid={tooShort}
          aria-describedby={describedBy}
          onInput={(event) => change(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
      </label>
      <div class="phrases" role="group" aria-label={phrases}>
        {quick.map((phrase) => (
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
          {expected}
        </p>
      )}
    </>
  )
}
