import type { Alarm } from '../../../core/contract/alarm.ts'
import { usePage, useTexts } from '../page.ts'
import { spanText } from '../show/time.ts'
import { type ActDraft, type AlarmAct, heldBy, spansOf } from '../stores/acts.ts'
import { dutyCalls } from '../stores/duty-calls.ts'
import { fieldOf } from '../stores/duty-days.ts'
import { useFetched } from './use-fetched.ts'
import { useZone } from './use-zone.ts'

interface FieldsProps {
  readonly draft: ActDraft
  readonly change: (changes: Partial<ActDraft>) => void
}

/** The fields an act has: for how long, what was found, who, which, why. */
export function ActFields({
  act,
  alarm,
  draft,
  change,
}: FieldsProps & { readonly act: AlarmAct; readonly alarm: Alarm }) {
  const texts = useTexts().alarmActs
  const isFinding = act === 'on-site' || act === 'reported'
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
      {spansOf(act, alarm.priority).length > 0 && <Until act={act} alarm={alarm} draft={draft} change={change} />}
      {act === 'reset' && (
        <Choice
          name="result"
          label={texts.result}
          value={draft.result}
          words={RESULTS.map((result) => [result, texts.results[result]])}
          choose={(result) => change({ result })}
        />
      )}
      {act === 'end-suppression' && (
        <Choice
          name="kind"
          label={texts.which}
          value={draft.kind}
          words={heldBy(alarm).map((kind) => [kind, texts.suppressed[kind]])}
          choose={(kind) => change({ kind })}
        />
      )}
      {act === 'assign' && <Assignee draft={draft} change={change} />}
      {isFinding && <FoundAt draft={draft} change={change} />}
      {act === 'out-of-service' && text('ticket', texts.ticket)}
      {act === 'reported' && text('receipt', texts.receipt)}
      {act !== 'assign' && text('reason', isFinding || act === 'reset' ? texts.note : texts.reason)}
    </>
  )
}

const RESULTS = ['confirmed', 'authorised', 'known-appliance', 'sensor-fault', 'nothing-found'] as const

interface ChoiceProps<T extends string> {
  readonly name: string
  readonly label: string
  readonly value: T
  readonly words: readonly (readonly [value: T, word: string])[]
  readonly choose: (value: T) => void
}

function Choice<T extends string>({ name, label, value, words, choose }: ChoiceProps<T>) {
  return (
    <label class="field">
      <span class="field-label">{label}</span>
      <select
        name={name}
        value={value}
        onChange={(event) => {
          const chosen = words.find(([one]) => one === event.currentTarget.value)
          if (chosen !== undefined) choose(chosen[0])
        }}
      >
        {words.map(([one, word]) => (
          <option key={one} value={one}>
            {word}
          </option>
        ))}
      </select>
    </label>
  )
}

/** For how long, each length with the time at which it ends. */
function Until({ act, alarm, draft, change }: FieldsProps & { readonly act: AlarmAct; readonly alarm: Alarm }) {
  const all = useTexts()
  const { times, live } = usePage()
  const zone = times(useZone(alarm.site))
  const now = live.now.value
  return (
    <Choice
      name="until"
      label={all.alarmActs.until}
      value={String(draft.spanMs)}
      words={spansOf(act, alarm.priority).map((span) => [
        String(span),
        all.alarmActs.forSpan(spanText(span, all), zone.near(now + span, now).slice(0, -3)),
      ])}
      choose={(span) => change({ spanMs: Number(span) })}
    />
  )
}

function FoundAt({ draft, change }: FieldsProps) {
  const texts = useTexts().alarmActs
  const now = usePage().live.now.value
  return (
    <label class="field">
      <span class="field-label">{texts.foundAt}</span>
      <input
        type="datetime-local"
        name="at"
        max={fieldOf(now)}
        value={draft.at}
        onInput={(event) => change({ at: event.currentTarget.value })}
      />
    </label>
  )
}

/** Everybody of the roster, whoever is on duty first. */
function Assignee({ draft, change }: FieldsProps) {
  const texts = useTexts().alarmActs
  const { api, live } = usePage()
  const { status, epoch } = live.state.value
  const roster = useFetched('duty/roster', epoch, (signal) => dutyCalls(api).roster(signal))
  const onDuty = (status?.onDuty ?? []).flatMap(({ persons }) => persons)
  const persons = new Map([...onDuty, ...(roster.data?.roster.persons ?? [])].map(({ id, name }) => [id, name]))
  if (draft.person !== '' && !persons.has(draft.person)) persons.set(draft.person, draft.person)
  return (
    <Choice
      name="person"
      label={texts.person}
      value={draft.person}
      words={[['', texts.nobody], ...persons]}
      choose={(person) => change({ person })}
    />
  )
}

/** Name and password of a second person at the same desk. */
export function SecondPerson({ draft, change }: FieldsProps) {
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
          maxLength={64}
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
          maxLength={256}
          value={draft.secondPassword}
          onInput={(event) => change({ secondPassword: event.currentTarget.value })}
        />
      </label>
    </fieldset>
  )
}
