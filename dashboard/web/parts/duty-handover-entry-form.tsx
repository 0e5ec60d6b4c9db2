import { useEffect, useRef, useState } from 'preact/hooks'
import { AddEntry, type HandoverEntry, type HandoverSection } from '../../../core/contract/handover.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import { HANDOVER } from '../i18n/handover-words.ts'
import { usePage, useTexts, useWords } from '../page.ts'
import { fieldOf, instantOf } from '../stores/duty-days.ts'
import { useAct } from './use-act.ts'

interface FormProps {
  readonly kind: HandoverEntry['kind']
  readonly section: Exclude<HandoverSection, 'signatures'>
  readonly write: (entry: AddEntry) => Promise<unknown>
  readonly done: (written: boolean) => void
}

type Field = 'direction' | 'when' | 'whom' | 'content' | 'outcome' | 'text' | 'from' | 'item' | 'standing'

/** The fields of a row, in their order. */
const FIELDS: Readonly<Record<HandoverEntry['kind'], readonly Field[]>> = {
  call: ['direction', 'when', 'whom', 'content', 'outcome'],
  patrol: ['text'],
  instruction: ['from', 'text'],
  thing: ['item', 'standing'],
  comment: ['text'],
}

const SHORT: ReadonlySet<Field> = new Set<Field>(['direction', 'when', 'whom', 'from', 'item'])

/** One row being written. */
export function EntryForm({ kind, section, write, done }: FormProps) {
  const { live } = usePage()
  const words = useWords(HANDOVER)
  const texts = useTexts()
  const act = useAct(words.refusals)
  const form = useRef<HTMLFormElement>(null)
  const [values, setValues] = useState<Partial<Record<Field, string>>>(() => ({
    direction: 'made',
    when: fieldOf(live.now.value),
  }))
  useEffect(() => form.current?.querySelector<HTMLElement>('input, select')?.focus(), [])
  const send = async () => {
    const { when = '', ...rest } = values
    const fields = Object.fromEntries(
      FIELDS[kind].map((name) => [name, name === 'when' ? instantOf(when) : rest[name]]),
    )
    const entry = AddEntry.safeParse({ kind, ...fields, ...(kind === 'comment' ? { section } : {}) })
    if (!entry.success) throw new HouseError('http/invalid', words.missing)
    await write(entry.data)
  }
  return (
    <form
      ref={form}
      class="duty-form handover-form"
      data-form={kind}
      onSubmit={(event) => {
        event.preventDefault()
        void act.run(send).then((written) => written && done(true))
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') done(false)
      }}
    >
      {FIELDS[kind].map((name) => (
        <label key={name} class={`field ${SHORT.has(name) ? 'is-short' : 'is-wide'}`}>
          <span class="field-label">{words.fields[name]}</span>
          <FieldInput
            name={name}
            value={values[name] ?? ''}
            take={(value) => setValues({ ...values, [name]: value })}
          />
        </label>
      ))}
      <button class="button button-main" type="submit" data-act="save-row" disabled={act.busy}>
        {words.save}
      </button>
      <button class="button" type="button" onClick={() => done(false)}>
        {texts.ack.cancel}
      </button>
      {act.fault !== null && (
        <p class="error" role="alert">
          {act.fault}
        </p>
      )}
    </form>
  )
}

interface InputProps {
  readonly name: Field
  readonly value: string
  readonly take: (value: string) => void
}

function FieldInput({ name, value, take }: InputProps) {
  const words = useWords(HANDOVER)
  if (name === 'direction') {
    return (
      <select name={name} value={value} onChange={(event) => take(event.currentTarget.value)}>
        <option value="made">{words.directions.made}</option>
        <option value="received">{words.directions.received}</option>
      </select>
    )
  }
  if (name === 'when')
    return (
      <input type="datetime-local" name={name} value={value} onInput={(event) => take(event.currentTarget.value)} />
    )
  return (
    <input
      name={name}
      autoComplete="off"
      maxLength={SHORT.has(name) ? 100 : 1_000}
      value={value}
      onInput={(event) => take(event.currentTarget.value)}
    />
  )
}
