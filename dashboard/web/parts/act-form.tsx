import { useEffect, useRef, useState } from 'preact/hooks'
import type { Alarm } from '../../../core/contract/alarm.ts'
import { isHouseError } from '../../../core/kit/errors.ts'
import { errorText } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'
import { spanText } from '../show/time.ts'
import { type ActDraft, type AlarmAct, draftOf, isEnough, needsSecond, requestOf, spansOf } from '../stores/acts.ts'

interface ActFormProps {
  readonly act: AlarmAct
  readonly alarm: Alarm
  readonly close: () => void
}

/** One act in a dialog: what it does, what it needs, and a second person where it takes two. */
export function ActForm({ act, alarm, close }: ActFormProps) {
  const { api, live } = usePage()
  const all = useTexts()
  const texts = all.alarmActs
  const [draft, setDraft] = useState(() => draftOf(act, alarm))
  const [fault, setFault] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  const send = async () => {
    if (busy) return
    if (!isEnough(act, draft)) {
      setFault(texts.short)
      return
    }
    setBusy(true)
    setFault(null)
    const { path, body } = requestOf(act, alarm, draft, live.now.value)
    try {
      live.learn(await api.act(alarm.id, path, body, AbortSignal.timeout(15_000)))
      dialog.current?.close()
    } catch (error) {
      // The field is named in it.
      setFault(isHouseError(error, 'http/invalid', 'http/forbidden') ? error.message : errorText(error, all))
      setBusy(false)
    }
  }
  const change = (changes: Partial<ActDraft>) => {
    setDraft({ ...draft, ...changes })
    setFault(null)
  }
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="act-title" onClose={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        <h2 id="act-title" class="dialog-title">
          {texts.names[act]} · {alarm.number}
        </h2>
        <p class="hint">{texts.hints[act]}</p>
        <Fields act={act} alarm={alarm} draft={draft} change={change} />
        {needsSecond(act, alarm.priority) && <SecondPerson draft={draft} change={change} />}
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
            {busy ? texts.busy : texts.submit}
          </button>
        </div>
      </form>
    </dialog>
  )
}

interface FieldsProps {
  readonly draft: ActDraft
  readonly change: (changes: Partial<ActDraft>) => void
}

function Fields({ act, alarm, draft, change }: FieldsProps & { readonly act: AlarmAct; readonly alarm: Alarm }) {
  const all = useTexts()
  const texts = all.alarmActs
  const spans = spansOf(act, alarm.priority)
  const text = (name: 'reason' | 'ticket' | 'receipt', label: string) => (
    <label class="field">
      <span class="field-label">{label}</span>
      <input
        name={name}
        autoComplete="off"
        maxLength={name === 'reason' ? 500 : 100}
        value={draft[name]}
        onInput={(event) => change({ [name]: event.currentTarget.value })}
      />
    </label>
  )
  return (
    <>
      {spans.length > 0 && (
        <label class="field">
          <span class="field-label">{texts.until}</span>
          <select
            name="until"
            value={String(draft.spanMs)}
            onChange={(event) => change({ spanMs: Number(event.currentTarget.value) })}
          >
            {spans.map((span) => (
              <option key={span} value={String(span)}>
                {spanText(span, all)}
              </option>
            ))}
          </select>
        </label>
      )}
      {act === 'reset' && (
        <label class="field">
          <span class="field-label">{texts.result}</span>
          <select
            name="result"
            value={draft.result}
            onChange={(event) => change({ result: resultOf(event.currentTarget.value) })}
          >
            {RESULTS.map((result) => (
              <option key={result} value={result}>
                {texts.results[result]}
              </option>
            ))}
          </select>
        </label>
      )}
      {act === 'assign' && <Assignee draft={draft} change={change} />}
      {act === 'out-of-service' && text('ticket', texts.ticket)}
      {act === 'reported' && text('receipt', texts.receipt)}
      {act !== 'assign' &&
        text('reason', act === 'on-site' || act === 'reported' || act === 'reset' ? texts.note : texts.reason)}
    </>
  )
}

const RESULTS = ['confirmed', 'authorised', 'known-appliance', 'sensor-fault', 'nothing-found'] as const

function resultOf(value: string): ActDraft['result'] {
  return RESULTS.find((result) => result === value) ?? 'confirmed'
}

function Assignee({ draft, change }: FieldsProps) {
  const texts = useTexts().alarmActs
  const status = usePage().live.state.value.status
  const persons = new Map(
    (status?.onDuty ?? []).flatMap(({ persons: these }) => these.map((one) => [one.id, one.name])),
  )
  return (
    <label class="field">
      <span class="field-label">{texts.person}</span>
      <select name="person" value={draft.person} onChange={(event) => change({ person: event.currentTarget.value })}>
        <option value="">{texts.nobody}</option>
        {[...persons].map(([id, name]) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}

function SecondPerson({ draft, change }: FieldsProps) {
  const texts = useTexts().alarmActs
  return (
    <fieldset class="second">
      <legend>{texts.second}</legend>
      <p class="hint">{texts.secondWhy}</p>
      <label class="field">
        <span class="field-label">{texts.secondUser}</span>
        <input
          name="second-user"
          autoComplete="off"
          value={draft.secondUser}
          onInput={(event) => change({ secondUser: event.currentTarget.value })}
        />
      </label>
      <label class="field">
        <span class="field-label">{texts.secondPassword}</span>
        <input
          name="second-password"
          type="password"
          autoComplete="off"
          value={draft.secondPassword}
          onInput={(event) => change({ secondPassword: event.currentTarget.value })}
        />
      </label>
    </fieldset>
  )
}
