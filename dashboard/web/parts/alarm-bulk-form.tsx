import { useEffect, useRef, useState } from 'preact/hooks'
import { usePage, useTexts } from '../page.ts'
import type { BulkPlan } from '../stores/alarm-bulk.ts'
import { NOTE_LEAST } from '../stores/desk.ts'
import { useAlarmWords } from './alarm-cells.tsx'
import { NoteField } from './note-field.tsx'

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
  useEffect(() => dialog.current?.showModal(), [])
  const { ids, red, done, over } = plan
  const send = () => {
    if (note.trim().length < NOTE_LEAST) setTooShort(true)
    else desk.bulk.hold(ids, note)
  }
  const change = (text: string) => {
    setNote(text)
    setTooShort(false)
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
          <NoteField {...{ note, tooShort, change, send }} label={words.note} most={500} describedBy="bulk-hint" />
        )}
        <div class="dialog-foot">
          <p id="bulk-hint" class="hint">
            {ids.length > 0 && texts.ack.phraseHint}
          </p>
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
