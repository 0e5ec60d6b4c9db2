import type { ComponentChildren } from 'preact'
import type { AlarmTally, RulePrecision } from '../../../core/contract/http.ts'
import { ruleTypeName } from '../../../core/rules/explain.ts'
import { errorText } from '../i18n/texts.ts'
import { QUALITY } from '../i18n/quality-words.ts'
import { usePage, useTexts, useWords } from '../page.ts'
import { DataTable } from './data-table.tsx'
import { TuneLink } from './quality-tables.tsx'
import { useFetched } from './use-fetched.ts'
import { useSiteName } from './use-site.ts'

/** What each type of rule was worth, and each rule, by what people said of its alarms. */
export function PrecisionPanel() {
  const { api, live } = usePage()
  const texts = useTexts()
  const words = texts.feedback.precision
  const { data, error } = useFetched('precision', live.state.value.epoch, (signal) => api.precision(signal))
  return (
    <section class="panel" aria-labelledby="precision-title">
      <h2 id="precision-title" class="panel-title">
        {words.title}
      </h2>
      <p class="hint precision-about">{words.about}</p>
      {data === null ? (
        <p class="empty" role="status">
          {error === null ? texts.loading : texts.failed(errorText(error, texts))}
        </p>
      ) : (
        <Tables precision={data} />
      )}
    </section>
  )
}

function Tables({ precision: { types, rules } }: { readonly precision: RulePrecision }) {
  const { preferences } = usePage()
  const words = useTexts().feedback.precision
  const language = preferences.language.value
  const tuning = useWords(QUALITY).topHeads
  if (types.length === 0) return <p class="empty">{words.none}</p>
  return (
    <>
      <Table label={words.title} heads={[words.rule, words.role]}>
        {types.map((row) => (
          <Row
            key={`${row.ruleType} ${row.as}`}
            names={[ruleTypeName(row.ruleType, language), words.roles[row.as]]}
            tally={row}
          />
        ))}
      </Table>
      <details class="precision-single">
        <summary>{words.single(rules.length)}</summary>
        <Table label={words.single(rules.length)} heads={[words.site, words.rule, words.role]} last={tuning.ticket}>
          {rules.map((row) => (
            <RuleRow key={`${row.site} ${row.rule} ${row.as}`} row={row} />
          ))}
        </Table>
      </details>
    </>
  )
}

function RuleRow({ row }: { readonly row: RulePrecision['rules'][number] }) {
  const words = useTexts().feedback.precision
  return (
    <Row
      names={[useSiteName(row.site), row.rule, words.roles[row.as]]}
      tally={row}
      tune={<TuneLink site={row.site} rule={row.rule} />}
    />
  )
}

interface TableProps {
  readonly label: string
  readonly heads: readonly string[]
  /** Head of a last column that leads somewhere. */
  readonly last?: string
  readonly children: ComponentChildren
}

function Table({ label, heads, last, children }: TableProps) {
  const { alarms, confirmed, wrong, lawful, open, share } = useTexts().feedback.precision
  const numbers = [alarms, confirmed, wrong, lawful, open, share].map((number) => ({ number }))
  return (
    <DataTable
      label={label}
      kind="precision-table"
      heads={[...heads, ...numbers, ...(last === undefined ? [] : [last])]}
    >
      {children}
    </DataTable>
  )
}

interface RowProps {
  readonly names: readonly string[]
  readonly tally: AlarmTally
  readonly tune?: ComponentChildren
}

function Row({ names, tally, tune }: RowProps) {
  const { alarms, confirmed, wrong, lawful, open, precision, interval } = tally
  return (
    <tr>
      {names.map((name, index) => (
        <td key={index}>{name}</td>
      ))}
      {[alarms, confirmed, wrong, lawful, open].map((count, index) => (
        <td key={index} class="is-number">
          {count}
        </td>
      ))}
      <td class="is-number">
        {precision === null || interval === null
          ? '—'
          : `${percent(precision)} % (${percent(interval[0])}–${percent(interval[1])})`}
      </td>
      {tune !== undefined && <td>{tune}</td>}
    </tr>
  )
}

function percent(share: number): string {
  return (100 * share).toFixed(0)
}
