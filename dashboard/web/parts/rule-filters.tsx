import { Priority } from '../../../core/contract/priority.ts'
import type { RulesList } from '../../../core/contract/rules-desk.ts'
import { usePage, useRuleTexts, useTexts } from '../page.ts'
import type { RulesView } from '../stores/rules-view.ts'
import { useRulesWords } from './use-rules-words.ts'

interface FiltersProps {
  readonly view: RulesView
  readonly change: (changes: Partial<RulesView>) => void
  /** What was found last: types are counted in it. */
  readonly list: RulesList | null
}

const PRIORITIES = ['red', 'orange', 'yellow', 'blue'] as const

/** What the list of rules is held to. */
export function RuleFilters({ view, change, list }: FiltersProps) {
  const { live, preferences } = usePage()
  const texts = useTexts()
  const rules = useRuleTexts()
  const words = useRulesWords()
  const language = preferences.language.value
  const sites = [...live.state.value.sites.values()].map(({ site }) => ({ id: site.id, name: site.name[language] }))
  const types = list?.types ?? []
  // One that nothing fits now is still what is chosen.
  const absent = view.type === null || types.some(({ type }) => type === view.type) ? null : view.type
  return (
    <form class="rules-filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <label class="field is-search">
        <span class="field-label">{words.search}</span>
        <input
          type="search"
          name="text"
          autoComplete="off"
          maxLength={100}
          placeholder={words.searchHint}
          value={view.text}
          onInput={(event) => change({ text: event.currentTarget.value })}
        />
      </label>
      <label class="field">
        <span class="field-label">{words.site}</span>
        <select name="site" value={view.site ?? ''} onChange={(event) => change({ site: chosen(event) })}>
          <option value="">{words.everySite}</option>
          {sites
            .sort((a, b) => a.name.localeCompare(b.name, language))
            .map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
        </select>
      </label>
      <label class="field">
        <span class="field-label">{words.type}</span>
        <select name="type" value={view.type ?? ''} onChange={(event) => change({ type: chosen(event) })}>
          <option value="">{words.everyType}</option>
          {absent !== null && <option value={absent}>{rules.typeName(absent)}</option>}
          {types.map(({ type, rules: count, sites: at }) => (
            <option key={type} value={type}>
              {words.typeCount(rules.typeName(type), count, at)}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span class="field-label">{words.priority}</span>
        <select
          name="priority"
          value={view.priority ?? ''}
          onChange={(event) => change({ priority: Priority.safeParse(event.currentTarget.value).data ?? null })}
        >
          <option value="">{words.everyPriority}</option>
          {PRIORITIES.map((priority) => (
            <option key={priority} value={priority}>
              {texts.priority[priority]}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span class="field-label">{words.armed}</span>
        <select
          name="armed"
          value={view.armed ?? ''}
          onChange={({ currentTarget: { value } }) =>
            change({ armed: value === 'yes' || value === 'no' ? value : null })
          }
        >
          <option value="">{words.everyState}</option>
          <option value="yes">{words.isArmed}</option>
          <option value="no">{words.notArmed}</option>
        </select>
      </label>
    </form>
  )
}

function chosen({ currentTarget: { value } }: { readonly currentTarget: HTMLSelectElement }): string | null {
  return value === '' ? null : value
}
