import { useEffect, useRef, useState } from 'preact/hooks'
import type { Alarm } from '../../../core/contract/alarm.ts'
import { isHouseError } from '../../../core/kit/errors.ts'
import { errorText } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'
import { type ActDraft, type AlarmAct, draftOf, lackOf, needsSecond, requestOf } from '../stores/acts.ts'
import type { Acting } from '../stores/desk.ts'
import { ActFields, SecondPerson } from './act-fields.tsx'
import { Mark } from './mark.tsx'
import { useSiteName } from './use-site.ts'

/** The form of an act that somebody has begun. */
export function ActForm() {
  const acting = usePage().desk.acting.value
  return acting === null ? null : <Form key={`${acting.act}/${acting.alarm.id}`} {...acting} />
}

/** One act in a dialog: what it does, what it needs, and a second person where it takes two. */
function Form({ act, alarm }: Acting) {
  const { desk } = usePage()
  const texts = useTexts().alarmActs
  const site = useSiteName(alarm.site)
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  const { draft, change, fault, busy, wantsSecond, send } = useSending(act, alarm, () => dialog.current?.close())
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="act-title" onClose={() => desk.close()}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        <div class="dialog-head">
          <Mark priority={alarm.priority} size={40} />
          <div>
            <h2 id="act-title" class="dialog-title">
              {texts.names[act]} · {site}
            </h2>
            <p class="hint">{alarm.number}</p>
          </div>
        </div>
        <p>{texts.hints[act]}</p>
        <ActFields act={act} alarm={alarm} draft={draft} change={change} />
        {wantsSecond && <SecondPerson draft={draft} change={change} />}
        {fault !== null && (
          <p class="error" role="alert">
            {fault}
          </p>
        )}
        <div class="dialog-foot">
          <span class="hint" />
          <button class="button" type="button" onClick={() => dialog.current?.close()}>
            {texts.cancel}
          </button>
          <button class="button button-main" type="submit" data-act="submit-act" disabled={busy}>
            {busy ? texts.busy : texts.names[act]}
          </button>
        </div>
      </form>
    </dialog>
  )
}

/** What is typed, whether it is on its way, and why it did not go through. */
function useSending(act: AlarmAct, alarm: Alarm, done: () => void) {
  const { api, live, session } = usePage()
  const all = useTexts()
  const [draft, setDraft] = useState(() => draftOf(act, alarm))
  const [fault, setFault] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [wantsSecond, setWantsSecond] = useState(needsSecond(act, alarm.priority))
  const signedIn = session.signedIn.value
  const send = async () => {
    if (busy) return
    const user = signedIn.is === 'in' ? signedIn.session.user : ''
    const lack = lackOf(act, draft, { priority: alarm.priority, user })
    if (lack !== null) {
      setFault(all.alarmActs.lacks[lack])
      return
    }
    setBusy(true)
    setFault(null)
    const { path, body } = requestOf(act, draft, live.now.value)
    try {
      live.learn(await api.act(alarm.id, path, body, AbortSignal.timeout(15_000)))
      done()
    } catch (error) {
      setFault(errorText(error, all))
      // The third shelving in a day takes a leader beside the one who shelves.
      if (isHouseError(error) && WANTS_SECOND.has(error.facts.because)) setWantsSecond(true)
      setBusy(false)
    }
  }
  const change = (changes: Partial<ActDraft>) => {
    setDraft({ ...draft, ...changes })
    setFault(null)
  }
  return { draft, change, fault, busy, wantsSecond, send }
}

/** Refusals after which the form asks for a second person. */
const WANTS_SECOND: ReadonlySet<unknown> = new Set(['second-needed', 'second-refused', 'leader-needed'])
