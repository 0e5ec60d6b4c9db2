import { useState } from 'preact/hooks'
import type { Alarm } from '../../../core/contract/alarm.ts'
import { errorText } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'
import { mayAct } from '../stores/session.ts'
import { useZone } from './use-zone.ts'

/** Notes on an alarm, and the field for another. */
export function AlarmNotes({ alarm }: { readonly alarm: Alarm }) {
  const texts = useTexts()
  const { times, session } = usePage()
  const zone = times(useZone(alarm.site))
  return (
    <>
      {alarm.notes.length === 0 ? (
        <p class="empty">{texts.alarm.noNotes}</p>
      ) : (
        <ul class="notes">
          {alarm.notes.map((note) => (
            <li key={`${note.at} ${note.by}`} class="note">
              <span class="note-by">
                <strong>{note.by}</strong> <time>{zone.full(note.at)}</time>
              </span>
              <p>{note.text}</p>
            </li>
          ))}
        </ul>
      )}
      {mayAct(session.signedIn.value) && <NoteForm alarm={alarm} />}
    </>
  )
}

function NoteForm({ alarm }: { readonly alarm: Alarm }) {
  const { api, live } = usePage()
  const texts = useTexts()
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const save = async () => {
    if (text.trim() === '') return
    setBusy(true)
    setError(null)
    try {
      live.learn(await api.addNote(alarm.id, { text: text.trim() }, AbortSignal.timeout(15_000)))
      setText('')
    } catch (caught) {
      setError(caught)
    }
    setBusy(false)
  }
  return (
    <form
      class="note-form"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <label class="field">
        <span class="field-label">{texts.alarm.addNote}</span>
        <textarea
          rows={2}
          maxLength={2_000}
          name="note"
          placeholder={texts.alarm.notePlaceholder}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
            event.preventDefault()
            void save()
          }}
        />
      </label>
      {error !== null && (
        <p class="error" role="alert">
          {errorText(error, texts)}
        </p>
      )}
      <button class="button" type="submit" data-act="save-note" disabled={busy || text.trim() === ''}>
        {texts.alarm.save}
      </button>
    </form>
  )
}
