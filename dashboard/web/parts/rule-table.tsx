import type { RuleRow } from '../../../core/contract/rules-desk.ts'
import { amountText } from '../../../core/rules/wording.ts'
import { usePage, useRuleTexts } from '../page.ts'
import { addressOf } from '../stores/route.ts'
import { queryOfRules, type RulePlace, rulesViewOf } from '../stores/rules-view.ts'
import { DataTable } from './data-table.tsx'
import { Mark, PriorityWord } from './mark.tsx'
import { useRulesWords } from './use-rules-words.ts'
import { useSiteName } from './use-site.ts'

interface TableProps {
  readonly rules: readonly RuleRow[]
  readonly open: RulePlace | null
  readonly choose: (place: RulePlace) => void
}

/** Rules as rows; each opens beside the list. */
export function RuleTable({ rules, open, choose }: TableProps) {
  const words = useRulesWords()
  if (rules.length === 0) return <p class="empty">{words.none}</p>
  const { rule, site, point, limit, raised, precision } = words.columns
  return (
    <DataTable
      label={words.table}
      kind="rules-table"
      heads={[rule, site, point, { number: limit }, { number: raised }, { number: precision }]}
    >
      {rules.map((row) => {
        const isOpen = open?.site === row.site && open.rule === row.rule
        return <Row key={`${row.site} ${row.rule}`} row={row} isOpen={isOpen} choose={choose} />
      })}
    </DataTable>
  )
}

interface RowProps {
  readonly row: RuleRow
  readonly isOpen: boolean
  readonly choose: (place: RulePlace) => void
}

function Row({ row, isOpen, choose }: RowProps) {
  const { preferences } = usePage()
  const language = preferences.language.value
  const words = useRulesWords()
  const { typeName } = useRuleTexts()
  const site = useSiteName(row.site)
  const { site: id, rule, priority, limit, quantity, raised, worth, isArmed } = row
  return (
    <tr class={`${isOpen ? 'is-chosen' : ''}${isArmed ? '' : ' is-unarmed'}`} data-rule={rule} data-site={id}>
      <th scope="row">
        <div class="rule-name">
          <Mark priority={priority} size={20} quiet={!isArmed} />
          <RuleLink place={{ site: id, rule }} isOpen={isOpen} choose={choose} word={typeName(row.type)} />
          <PriorityWord priority={priority} />
        </div>
        <code class="rule-id">{rule}</code>
        {!isArmed && <span class="rule-tag">{words.notArmed}</span>}
        {row.as === 'evidence' && <span class="rule-tag">{words.roles.evidence}</span>}
      </th>
      <td>{site}</td>
      <td>
        <code class="rule-point">{row.point}</code>
        {row.name !== null && <span class="soft rule-point-name">{row.name[language]}</span>}
      </td>
      <td class="is-number" data-label={words.columns.limit}>
        {limit === null ? '—' : amountText(limit, quantity, language)}
      </td>
      <td class="is-number" data-label={words.columns.raised}>
        {raised}
      </td>
      <td class="is-number" data-label={words.columns.precision}>
        <Precision worth={worth} />
      </td>
    </tr>
  )
}

interface LinkProps {
  readonly place: RulePlace
  readonly isOpen: boolean
  readonly choose: (place: RulePlace) => void
  readonly word: string
}

/** Opens a rule beside the list it stands in; as a link it is the rule alone. */
export function RuleLink({ place, isOpen, choose, word }: LinkProps) {
  const view = rulesViewOf({ site: place.site, rule: place.rule })
  return (
    <a
      class="rule-link"
      href={`#${addressOf({ page: 'rules', query: queryOfRules(view) })}`}
      aria-current={isOpen ? 'true' : undefined}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return
        event.preventDefault()
        choose(place)
      }}
    >
      {word}
    </a>
  )
}

/** The share of its alarms that were right, with its interval; a word where nobody judged any. */
export function Precision({ worth }: { readonly worth: RuleRow['worth'] }) {
  const words = useRulesWords()
  if (worth === null) return <>—</>
  if (worth.precision === null || worth.interval === null) return <span class="soft">{words.notJudged}</span>
  const percent = (share: number) => (100 * share).toFixed(0)
  const [low, high] = worth.interval
  return <>{words.precision(percent(worth.precision), percent(low), percent(high))}</>
}
