import type { ComponentChildren } from 'preact'
import type { AlarmQuality } from '../../../core/contract/proof.ts'
import { ruleTypeName } from '../../../core/rules/explain.ts'
import { QUALITY } from '../i18n/quality-words.ts'
import { channelWord } from '../i18n/texts.ts'
import { usePage, useTexts, useWords } from '../page.ts'
import { spanText } from '../show/time.ts'
import { addressOf } from '../stores/route.ts'
import { channelVerdict, falseVerdict, speedFigures, topVerdict } from '../stores/quality-figures.ts'
import { DataTable } from './data-table.tsx'
import { Mark } from './mark.tsx'
import { useSiteName } from './use-site.ts'
import { FigureName, VerdictMark } from './verdict.tsx'

interface QualityProps {
  readonly quality: AlarmQuality
}

/** A share in percent with one decimal. */
export function percentText(share: number | null): string {
  return share === null ? '—' : `${(100 * share).toFixed(1)} %`
}

/** How fast: each figure by colour, with its spread. */
export function SpeedTable({ quality }: QualityProps) {
  const texts = useTexts()
  const words = useWords(QUALITY)
  const { figure, priority, count, median, p90, max, verdict } = words.speedHeads
  const time = (ms: number | undefined) =>
    ms === undefined ? '—' : ms < 10_000 ? `${(ms / 1_000).toFixed(1)} s` : spanText(ms, texts)
  return (
    <Table label={words.speed} heads={[figure, priority]} numbers={[count, median, p90, max]} last={verdict}>
      {speedFigures(quality)
        .filter(({ spread, priority: of }) => spread !== null || of === 'red')
        .map((row) => (
          <tr key={`${row.id} ${row.priority}`} data-figure={`${row.id}-${row.priority}`}>
            <th scope="row">
              <FigureName {...words.speeds[row.id]} />
            </th>
            <td>
              <span class="quality-priority">
                <Mark priority={row.priority} size={20} /> {texts.priority[row.priority]}
              </span>
            </td>
            <td class="is-number">{row.spread?.count ?? 0}</td>
            <td class="is-number">{time(row.spread?.median)}</td>
            <td class="is-number">{time(row.spread?.p90)}</td>
            <td class="is-number">{time(row.spread?.max)}</td>
            <td>
              <VerdictMark is={row.verdict} />
            </td>
          </tr>
        ))}
    </Table>
  )
}

/** The ten worst points, each with the way to its rule. */
export function TopTable({ quality: { top } }: QualityProps) {
  const words = useWords(QUALITY)
  const { site, rule, point, alarms, share, verdict, ticket } = words.topHeads
  if (top.length === 0) return <p class="empty">{words.none}</p>
  return (
    <Table label={words.top} heads={[site, rule, point]} numbers={[alarms, share]} last={verdict} more={ticket}>
      {top.map((row) => (
        <TopRow key={`${row.site} ${row.rule} ${row.point}`} row={row} />
      ))}
    </Table>
  )
}

function TopRow({ row }: { readonly row: AlarmQuality['top'][number] }) {
  const site = useSiteName(row.site)
  return (
    <tr>
      <th scope="row">{site}</th>
      <td>{row.rule}</td>
      <td class="quality-point">{row.point}</td>
      <td class="is-number">{row.alarms}</td>
      <td class="is-number">
        {percentText(row.share)}
        <span class="quality-bar" style={{ inlineSize: `${Math.round(100 * row.share)}%` }} aria-hidden="true" />
      </td>
      <td>
        <VerdictMark is={topVerdict(row.share)} />
      </td>
      <td>
        <TuneLink site={row.site} rule={row.rule} />
      </td>
    </tr>
  )
}

/** The way to a rule, to tune it. */
export function TuneLink({ site, rule }: { readonly site: string; readonly rule: string }) {
  const words = useWords(QUALITY)
  const name = useSiteName(site)
  return (
    <a
      class="quality-tune"
      href={`#${addressOf({ page: 'rules', query: { site, rule } })}`}
      aria-label={words.ticketOf(rule, name)}
    >
      {words.ticket}
    </a>
  )
}

/** How often each type of rule was wrong. */
export function RulesTable({ quality: { rules } }: QualityProps) {
  const { preferences } = usePage()
  const words = useWords(QUALITY)
  const { rule, alarms, confirmed, wrong, planned, ratio, verdict } = words.rulesHeads
  if (rules.length === 0) return <p class="empty">{words.none}</p>
  return (
    <Table label={words.rules} heads={[rule]} numbers={[alarms, confirmed, wrong, planned, ratio]} last={verdict}>
      {rules.map((row) => (
        <tr key={row.ruleType}>
          <th scope="row">{ruleTypeName(row.ruleType, preferences.language.value)}</th>
          {[row.alarms, row.confirmed, row.wrong, row.planned].map((count, index) => (
            <td key={index} class="is-number">
              {count}
            </td>
          ))}
          <td class="is-number">{percentText(row.falseRatio)}</td>
          <td>
            <VerdictMark is={falseVerdict(row.falseRatio)} />
          </td>
        </tr>
      ))}
    </Table>
  )
}

/** What came of messages, by channel. */
export function ChannelsTable({ quality: { channels } }: QualityProps) {
  const texts = useTexts()
  const words = useWords(QUALITY)
  const { channel, attempted, accepted, delivered, acceptedShare, deliveredShare, verdict } = words.channelsHeads
  if (channels.length === 0) return <p class="empty">{words.nothing}</p>
  const numbers = [attempted, accepted, delivered, acceptedShare, deliveredShare]
  return (
    <Table label={words.channels} heads={[channel]} numbers={numbers} last={verdict}>
      {channels.map((row) => (
        <tr key={row.channel}>
          <th scope="row">{channelWord(row.channel, texts)}</th>
          <td class="is-number">{row.attempted}</td>
          <td class="is-number">{row.accepted}</td>
          <td class="is-number">{row.delivered}</td>
          <td class="is-number">{percentText(row.acceptedShare)}</td>
          <td class="is-number">{percentText(row.deliveredShare)}</td>
          <td>
            <VerdictMark is={channelVerdict(row)} />
          </td>
        </tr>
      ))}
    </Table>
  )
}

interface TableProps {
  readonly label: string
  readonly heads: readonly string[]
  readonly numbers: readonly string[]
  readonly last: string
  readonly more?: string
  readonly children: ComponentChildren
}

function Table({ label, heads, numbers, last, more, children }: TableProps) {
  const rest = more === undefined ? [last] : [last, more]
  return (
    <DataTable label={label} kind="quality-table" heads={[...heads, ...numbers.map((number) => ({ number })), ...rest]}>
      {children}
    </DataTable>
  )
}
