import { Priority } from '../../../core/contract/priority.ts'
import { QUANTITIES } from '../../../core/contract/quantity.ts'
import type { ParameterForm, RuleForm, RuleSheet } from '../../../core/contract/rules-desk.ts'
import { usePage, useTexts } from '../page.ts'
import type { RuleDraft } from '../stores/rules-draft.ts'
import { type FieldKind, fieldOf, unitText, valueText } from '../stores/rules-params.ts'
import { useRulesWords, useValueWords } from './use-rules-words.ts'

interface FieldsProps {
  readonly sheet: RuleSheet
  readonly form: RuleForm
  readonly draft: RuleDraft
  readonly change: (draft: RuleDraft) => void
  /** What is wrong, by field. */
  readonly faults: ReadonlyMap<string, readonly string[]>
}

/** The form of a rule, drawn from what its type says of itself. */
export function RuleFields({ sheet, form, draft, change, faults }: FieldsProps) {
  const texts = useTexts()
  return (
    <div class="rule-fields">
      <label class="field">
        <span class="field-label">{useRulesWords().priority}</span>
        <select
          name="priority"
          value={draft.priority}
          onChange={({ currentTarget: { value } }) =>
            change({ ...draft, priority: Priority.safeParse(value).data ?? draft.priority })
          }
        >
          {Priority.options.map((priority) => (
            <option key={priority} value={priority}>
              {texts.priority[priority]}
            </option>
          ))}
        </select>
        <Faults id="fault-priority" said={faults.get('priority') ?? []} />
      </label>
      {form.parameters.map((one) => (
        <Parameter
          key={one.name}
          one={one}
          sheet={sheet}
          text={draft.fields[one.name] ?? ''}
          type={(text) => change({ ...draft, fields: { ...draft.fields, [one.name]: text } })}
          said={faults.get(one.name) ?? []}
        />
      ))}
    </div>
  )
}

interface ParameterProps {
  readonly one: ParameterForm
  readonly sheet: RuleSheet
  readonly text: string
  readonly type: (text: string) => void
  readonly said: readonly string[]
}

function Parameter({ one, sheet, text, type, said }: ParameterProps) {
  const { preferences } = usePage()
  const words = useRulesWords()
  const values = useValueWords(sheet)
  const own = sheet.quantity === null ? words.ownUnit : QUANTITIES[sheet.quantity].unit
  const kind = fieldOf(one)
  const usual = one.default === undefined ? words.unset : valueText(one, one.default, values)
  const unit = unitText(one, own)
  const isWide = kind.is === 'json'
  return (
    <label class={`field${isWide ? ' is-wide' : ''}`} data-field={one.name}>
      <span class="field-label">
        {one.about[preferences.language.value]}
        {unit !== null && <span class="soft"> · {unit}</span>}
      </span>
      <Input
        kind={kind}
        name={one.name}
        text={text}
        type={type}
        usual={one.isRequired ? '' : `${words.usual} ${usual}`}
        describedBy={said.length > 0 ? `fault-${one.name}` : undefined}
      />
      <Faults id={`fault-${one.name}`} said={said} />
    </label>
  )
}

interface InputProps {
  readonly kind: FieldKind
  readonly name: string
  readonly text: string
  readonly type: (text: string) => void
  /** What counts while it is empty. */
  readonly usual: string
  readonly describedBy: string | undefined
}

function Input({ kind, name, text, type, usual, describedBy }: InputProps) {
  const words = useRulesWords()
  const marked = { name, 'aria-describedby': describedBy, 'aria-invalid': describedBy !== undefined }
  switch (kind.is) {
    case 'switch':
    case 'choice': {
      const values = kind.is === 'choice' ? kind.values : ['true', 'false']
      const word = (value: string) => (kind.is === 'choice' ? value : value === 'true' ? words.yes : words.no)
      return (
        <select {...marked} value={text} onChange={(event) => type(event.currentTarget.value)}>
          {usual !== '' && <option value="">{usual}</option>}
          {values.map((value) => (
            <option key={value} value={value}>
              {word(value)}
            </option>
          ))}
        </select>
      )
    }
    case 'json':
      return (
        <textarea
          {...marked}
          rows={3}
          spellcheck={false}
          placeholder={usual}
          value={text}
          onInput={(event) => type(event.currentTarget.value)}
        />
      )
    case 'number':
    case 'time':
    case 'text':
      return (
        <input
          {...marked}
          autoComplete="off"
          inputMode={kind.is === 'number' ? 'decimal' : 'text'}
          placeholder={usual}
          title={kind.is === 'time' ? words.timeHint : undefined}
          value={text}
          onInput={(event) => type(event.currentTarget.value)}
        />
      )
  }
}

function Faults({ id, said }: { readonly id: string; readonly said: readonly string[] }) {
  if (said.length === 0) return null
  return (
    <span class="error" id={id} role="alert">
      {said.join(' · ')}
    </span>
  )
}
