import { useEffect, useRef, useState } from 'preact/hooks'
import { usePage, useTexts } from '../page.ts'
import type { BulkPlan } from '../stores/alarm-bulk.ts'
import { NOTE_LEAST } from '../stores/desk.ts'
import { useAlarmWords } from './alarm-cells.tsx'

/** The one reason for many alarms, where somebody has begun to acknowledge them. */
export function BulkForm() {
  const plan = usePage().desk.bulk.asking.value
  return plan === null ? null : <Form plan={plan} />
}

function Form({ plan }: { readonly plan: BulkPlan }) {
  const { desk } = usePage()
  const texts = useTexts()
  const words = useAlarmWords().bulk
  const [note, setNote] = useState('')
  const [tooShort, setTooShort] = useState(false)
  const dialog = useRef<HTMLDialogElement>(null)
  const field = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    dialog.current?.showModal()
    field.current?.focus()
  }, [])
  const { ids, red, done, over } = plan
  const send = () => {
    if (note.trim().length < NOTE_LEAST) setTooShort(true)
    else desk.bulk.hold(ids, note)
  }
  const choose = (phrase: string) => {
    setNote(phrase)
    setTooShort(false)
    field.current?.focus()
  }
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="bulk-title" onClose={() => desk.bulk.cancel()}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          send()
        }}
      >
        <h2 id="bulk-title" class="dialog-title">
          {words.title(ids.length)}
        </h2>
        <ul class="bulk-why">
          <li>{ids.length === 0 ? words.nothing : words.one}</li>
          {red > 0 && <li>{words.red(red)}</li>}
          {done > 0 && <li>{words.done(done)}</li>}
          {over > 0 && <li>{words.over(over)}</li>}
        </ul>
        {ids.length > 0 && (
          <>
            <label class="field">
              <span class="field-label">{words.note}</span>
              <textarea
                ref={field}
                name="note"
                rows={2}
                maxLength={500}
                value={note}
                aria-invalid={tooShort}
                onInput={(event) => {
                  setNote(event.currentTarget.value)
                  setTooShort(false)
                }}
                onKeyDown={(event) => {
                  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
                  event.preventDefault()
                  send()
                }}
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
          </>
        )}
        <div class="dialog-foot">
          <span class="hint" />
          <button class="button" type="button" onClick={() => desk.bulk.cancel()}>
            {texts.ack.cancel}
          </button>
          {ids.length > 0 && (
            <button class="button button-main" type="submit" data-act="submit-bulk">
              {words.submit}
            </button>
          )}
        </div>
      </form>
    </dialog>
  )
}
