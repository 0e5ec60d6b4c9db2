import { useState } from 'preact/hooks'
import {
  Acceptance,
  CheckLevel,
  type RegisterEntry,
  RegisterStatus,
  RESPONSIBLE,
  SealKind,
  SiteCheck,
  STANDARDS,
  StandardState,
} from '../../../core/contract/register.ts'
import type { Site } from '../../../core/contract/site.ts'
import { HouseError, isHouseError } from '../../../core/kit/errors.ts'
import { usePage, useTexts } from '../page.ts'
import { registerCalls } from '../stores/register-calls.ts'
import { draftOfFile, type FileDraft, fileOfDraft } from '../stores/register-draft.ts'
import { Choice, Entry } from './form-fields.tsx'
import { useSiteWords } from './site-cells.tsx'
import { useAct } from './use-act.ts'
import { useZone } from './use-zone.ts'

const WITHIN_MS = 15_000

interface FormProps {
  readonly site: Site
  readonly entry: RegisterEntry
  /** With the version that was saved; null = given up. */
  readonly close: (version: number | null) => void
}

/** The form of a site's file. What somebody types stays when another has saved meanwhile, and is not sent over it. */
export function RegisterForm(props: FormProps) {
  const words = useSiteWords()
  const { draft, change, act, conflict, send, takeNewer } = useSaving(props)
  return (
    <form
      class="register-form"
      data-form="site-file"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <General draft={draft} change={change} />
      <PersonFields draft={draft} change={change} />
      <SealingFields draft={draft} change={change} />
      <StandardFields draft={draft} change={change} />
      <CheckFields draft={draft} change={change} />
      {act.fault !== null && <Faults text={conflict ?? act.fault} isConflict={conflict !== null} />}
      <div class="acts">
        <button class="button button-main" type="submit" data-act="save-file" disabled={act.busy}>
          {act.busy ? words.busy : words.save}
        </button>
        {conflict !== null && (
          <button class="button" type="button" data-act="take-newer" onClick={takeNewer}>
            {words.takeNewer}
          </button>
        )}
        <button class="button" type="button" onClick={() => props.close(null)}>
          {words.cancel}
        </button>
      </div>
    </form>
  )
}

/** What is typed, from which version, and what became of sending it. */
function useSaving({ site, entry, close }: FormProps) {
  const { api, times, live } = usePage()
  const act = useAct()
  const today = times(useZone(site.id)).date(live.now.peek())
  const [base, setBase] = useState(entry)
  const [draft, setDraft] = useState(() => draftOfFile(entry.file, today))
  const [conflict, setConflict] = useState<string | null>(null)
  const calls = registerCalls(api)
  const save = async () => {
    const made = fileOfDraft(draft, base.file)
    if ('faults' in made) {
      throw new HouseError('http/invalid', made.faults.map(({ field, message }) => `${field}: ${message}`).join('\n'))
    }
    try {
      const body = { version: base.version, file: made.file }
      close((await calls.save(site.id, body, AbortSignal.timeout(WITHIN_MS))).version)
    } catch (error) {
      setConflict(isHouseError(error, 'http/conflict') ? error.message : null)
      throw error
    }
  }
  const load = async () => {
    const newer = await calls.file(site.id, AbortSignal.timeout(WITHIN_MS))
    setBase(newer)
    setDraft(draftOfFile(newer.file, today))
    setConflict(null)
  }
  return {
    ...{ draft, act, conflict },
    change: (part: Partial<FileDraft>) => setDraft({ ...draft, ...part }),
    send: () => void act.run(save),
    takeNewer: () => void act.run(load),
  }
}

function Faults({ text, isConflict }: { readonly text: string; readonly isConflict: boolean }) {
  const words = useSiteWords()
  return (
    <div role="alert">
      {isConflict && <p>{words.newer}</p>}
      <ul class="faults">
        {text.split('\n').map((fault) => (
          <li key={fault} class="error">
            {fault}
          </li>
        ))}
      </ul>
    </div>
  )
}

interface FieldsProps {
  readonly draft: FileDraft
  readonly change: (part: Partial<FileDraft>) => void
}

function General({ draft, change }: FieldsProps) {
  const words = useSiteWords()
  return (
    <div class="form-row">
      <Choice
        label={words.status}
        name="file-status"
        value={draft.status}
        options={RegisterStatus.options.map((status) => [status, words.siteStatus[status]])}
        set={(status) => change({ status: RegisterStatus.catch(draft.status).parse(status) })}
      />
      <Entry
        label={words.checkEvery}
        name="check-every"
        type="number"
        value={draft.checkEveryDays}
        set={(checkEveryDays) => change({ checkEveryDays })}
      />
      <label class="field is-wide">
        <span class="field-label">{words.notes}</span>
        <textarea
          name="notes"
          rows={2}
          maxLength={4_000}
          value={draft.notes}
          onInput={(event) => change({ notes: event.currentTarget.value })}
        />
      </label>
    </div>
  )
}

function PersonFields({ draft, change }: FieldsProps) {
  const words = useSiteWords()
  return (
    <>
      {RESPONSIBLE.map((role) => {
        const person = draft.persons[role]
        const set = (part: Partial<typeof person>) =>
          change({ persons: { ...draft.persons, [role]: { ...person, ...part } } })
        return (
          <fieldset key={role} class="form-row">
            <legend>{words.roles[role]}</legend>
            <Entry label={words.name} name={`${role}-name`} value={person.name} set={(name) => set({ name })} />
            <Entry label={words.post} name={`${role}-post`} value={person.post} set={(post) => set({ post })} />
            <Entry
              label={words.phone}
              name={`${role}-phone`}
              type="tel"
              value={person.phone}
              set={(phone) => set({ phone })}
            />
          </fieldset>
        )
      })}
    </>
  )
}

function SealingFields({ draft, change }: FieldsProps) {
  const words = useSiteWords()
  const kinds = SealKind.options.map((kind) => [kind, words.sealKinds[kind]] as const)
  return (
    <fieldset class="form-row">
      <legend>{words.sealing}</legend>
      <Choice
        label={words.sealing}
        name="seal"
        value={draft.seal ?? ''}
        options={[['', words.noSealing], ...kinds]}
        set={(seal) => change({ seal: SealKind.nullable().catch(null).parse(seal) })}
      />
      {draft.seal !== null && (
        <>
          <Entry
            label={words.sealedOn}
            name="sealed-on"
            type="date"
            value={draft.sealedOn}
            set={(sealedOn) => change({ sealedOn })}
          />
          <Choice
            label={words.acceptance}
            name="acceptance"
            value={draft.acceptance}
            options={Acceptance.options.map((one) => [one, words.acceptances[one]])}
            set={(one) => change({ acceptance: Acceptance.catch(draft.acceptance).parse(one) })}
          />
          <Entry
            label={words.acceptedOn}
            name="accepted-on"
            type="date"
            value={draft.acceptedOn}
            set={(acceptedOn) => change({ acceptedOn })}
          />
          <Entry
            label={words.acceptedBy}
            name="accepted-by"
            value={draft.acceptedBy}
            set={(acceptedBy) => change({ acceptedBy })}
          />
        </>
      )}
    </fieldset>
  )
}

function StandardFields({ draft, change }: FieldsProps) {
  const words = useSiteWords()
  const states = StandardState.shape.state
  return (
    <>
      {STANDARDS.map((one) => {
        const known = draft.standards[one]
        const set = (part: Partial<typeof known>) =>
          change({ standards: { ...draft.standards, [one]: { ...known, ...part } } })
        return (
          <fieldset key={one} class="form-row">
            <legend>{words.standard[one]}</legend>
            <Choice
              label={words.result}
              name={`standard-${one}`}
              value={known.state}
              options={states.options.map((state) => [state, words.standardStates[state]])}
              set={(state) => set({ state: states.catch(known.state).parse(state) })}
            />
            <Entry
              label={words.date}
              name={`standard-${one}-date`}
              type="date"
              value={known.date}
              set={(date) => set({ date })}
            />
            <Entry label={words.note} name={`standard-${one}-note`} value={known.note} set={(note) => set({ note })} />
          </fieldset>
        )
      })}
    </>
  )
}

function CheckFields({ draft, change }: FieldsProps) {
  const words = useSiteWords()
  const texts = useTexts()
  const { check } = draft
  const set = (part: Partial<typeof check>) => change({ check: { ...check, ...part } })
  const { result } = SiteCheck.shape
  return (
    <fieldset class="form-row">
      <legend>
        {words.addCheck} <span class="soft">({texts.ack.optional})</span>
      </legend>
      <Entry label={words.date} name="check-date" type="date" value={check.date} set={(date) => set({ date })} />
      <Choice
        label={words.level}
        name="check-level"
        value={check.level}
        options={CheckLevel.options.map((level) => [level, words.levels[level]])}
        set={(level) => set({ level: CheckLevel.catch(check.level).parse(level) })}
      />
      <Entry label={words.by} name="check-by" value={check.by} set={(by) => set({ by })} />
      <Choice
        label={words.result}
        name="check-result"
        value={check.result}
        options={result.options.map((one) => [one, words.results[one]])}
        set={(one) => set({ result: result.catch(check.result).parse(one) })}
      />
      <Entry label={words.note} name="check-note" value={check.note} set={(note) => set({ note })} />
    </fieldset>
  )
}
