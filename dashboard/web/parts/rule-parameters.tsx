import type { RuleForm, RuleSheet } from '../../../core/contract/rules-desk.ts'
import { usePage, useTexts } from '../page.ts'
import { valueText } from '../stores/rules-params.ts'
import { type RuleDiff } from '../stores/rules-diff.ts'
import { useRulesWords, useValueWords } from './use-rules-words.ts'

interface ParametersProps {
  readonly sheet: RuleSheet
  readonly form: RuleForm | null
}

/** The parameters of a rule in words and units; what is left to its type is shown with what that has. */
export function RuleParameters({ sheet, form }: ParametersProps) {
  const { preferences } = usePage()
  const words = useRulesWords()
  const values = useValueWords(sheet)
  const language = preferences.language.value
  if (form === null) return <pre class="rule-raw">{JSON.stringify(sheet.with, null, 2)}</pre>
  return (
    <table class="table rule-parameters">
      <caption>{words.parameters}</caption>
      <tbody>
        {form.parameters.map((one) => {
          const value = sheet.with[one.name]
          const isUsual = value === undefined || value === null
          const told = isUsual ? one.default : value
          return (
            <tr key={one.name} data-parameter={one.name}>
              <th scope="row">
                {one.about[language]} <code class="rule-id">{one.name}</code>
              </th>
              <td>
                {told === undefined ? <span class="soft">{words.unset}</span> : valueText(one, told, values)}
                {isUsual && told !== undefined && <span class="soft"> · {words.usual}</span>}
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

/** What differs between two states of a rule, in words. */
export function RuleDiffList({ diffs, sheet, form }: ParametersProps & { readonly diffs: readonly RuleDiff[] }) {
  const words = useRulesWords()
  const tell = useDiffText(sheet, form)
  return (
    <ul class="rule-diff">
      {diffs.map((diff) => (
        <li key={`${diff.is} ${diff.name}`}>{words.arrow(...tell(diff))}</li>
      ))}
    </ul>
  )
}

/** The name of what differs, and what it was and is. */
function useDiffText(sheet: RuleSheet, form: RuleForm | null): (diff: RuleDiff) => [string, string, string] {
  const { preferences } = usePage()
  const texts = useTexts()
  const words = useRulesWords()
  const values = useValueWords(sheet)
  const language = preferences.language.value
  return ({ is, name, before, after }) => {
    if (is === 'parameter') {
      const one = form?.parameters.find((known) => known.name === name)
      const told = (value: unknown): string => {
        if (value !== undefined && value !== null) return valueText(one ?? { unit: null }, value, values)
        if (one?.default === undefined) return words.unset
        return `${valueText(one, one.default, values)}（${words.usual}）`
      }
      return [one?.about[language] ?? name, told(before), told(after)]
    }
    const fields: Readonly<Record<string, string>> = words.fields
    const told = (value: unknown): string => {
      if (typeof value === 'boolean') return value ? words.yes : words.no
      const names: Readonly<Record<string, string>> = { ...texts.priority, ...words.roles }
      return typeof value === 'string' ? (names[value] ?? value) : '—'
    }
    return [fields[name] ?? name, told(before), told(after)]
  }
}
