import type { SuppressionEntry } from '../../../core/contract/suppressions.ts'
import { ruleTypeName } from '../../../core/rules/explain.ts'
import type { suppressionsZh } from '../i18n/suppressions-zh-cn.ts'
import { usePage, useTexts } from '../page.ts'
import { spanText } from '../show/time.ts'
import { addressOf } from '../stores/route.ts'
import { mayAct } from '../stores/session.ts'
import { endsSoon, heldMs } from '../stores/suppression-view.ts'
import { DataTable } from './data-table.tsx'
import { Mark } from './mark.tsx'
import { useAct } from './use-act.ts'
import { useSiteName } from './use-site.ts'
import { useZone } from './use-zone.ts'

interface SuppressionTableProps {
  readonly entries: readonly SuppressionEntry[]
  readonly words: typeof suppressionsZh
}

/** The register as a table: what is in force first, with the way to end it. */
export function SuppressionTable({ entries, words }: SuppressionTableProps) {
  const { alarm, kind, why, who, from, until, held, act } = words.heads
  return (
    <DataTable
      label={words.title}
      kind="suppressions-table"
      heads={[alarm, kind, why, who, from, until, { number: held }, { unseen: act }]}
    >
      {entries.map((entry) => (
        <Row key={`${entry.alarm} ${entry.kind} ${entry.parent ?? ''} ${entry.from}`} entry={entry} words={words} />
      ))}
    </DataTable>
  )
}

interface RowProps {
  readonly entry: SuppressionEntry
  readonly words: typeof suppressionsZh
}

function Row({ entry, words }: RowProps) {
  const { live, times, preferences } = usePage()
  const texts = useTexts()
  const site = useSiteName(entry.site)
  const zone = times(useZone(entry.site))
  const now = live.now.value
  const isOver = entry.endedAt !== null
  return (
    <tr class={isOver ? 'is-over' : ''} data-suppression={entry.alarm} data-kind={entry.kind}>
      <th scope="row">
        <a class="suppressions-alarm" href={`#${addressOf({ page: 'alarm', id: entry.alarm })}`}>
          <Mark priority={entry.priority} suppressed={!isOver} hollow={isOver} size={28} />
          <span>
            {site} · {ruleTypeName(entry.ruleType, preferences.language.value)}
            <span class="hint">
              {texts.priority[entry.priority]} · {entry.number} · {entry.rule}
            </span>
          </span>
        </a>
      </th>
      <td data-label={words.heads.kind}>{words.kinds[entry.kind]}</td>
      <td class="suppressions-why" data-label={words.heads.why}>
        {entry.parent === null ? (
          entry.reason
        ) : (
          <a href={`#${addressOf({ page: 'alarm', id: entry.parent })}`}>{words.parent}</a>
        )}
        {entry.ticket !== undefined && <span class="hint"> {words.ticket(entry.ticket)}</span>}
      </td>
      <td data-label={words.heads.who}>
        {entry.by}
        <span class="hint"> {entry.second === null ? words.noSecond : words.second(entry.second)}</span>
      </td>
      <td data-label={words.heads.from}>
        <time>{zone.near(entry.from, now)}</time>
        <span class="hint"> {words.lasted(spanText(heldMs(entry, now), texts))}</span>
      </td>
      <td data-label={words.heads.until}>
        <Until entry={entry} words={words} now={now} />
      </td>
      <td class="is-number" data-label={words.heads.held}>
        {words.times(entry.held)}
      </td>
      <td class="suppressions-act">{isOver ? null : <EndNow entry={entry} words={words} />}</td>
    </tr>
  )
}

function Until({ entry, words, now }: RowProps & { readonly now: number }) {
  const { times } = usePage()
  const texts = useTexts()
  const zone = times(useZone(entry.site))
  if (entry.endedAt !== null) {
    const why =
      entry.endedBy === null ? (entry.endedWhy === null ? words.expired : words.over) : words.ended(entry.endedBy)
    return (
      <>
        <time>{zone.near(entry.endedAt, now)}</time> <span class="hint">{why}</span>
        {entry.endedBy !== null && entry.endedWhy !== null && <span class="hint">{entry.endedWhy}</span>}
      </>
    )
  }
  if (entry.until === null) return <span class="hint">{words.parent}</span>
  return (
    <>
      <time>{zone.near(entry.until, now)}</time>{' '}
      <span class={endsSoon(entry, now) ? 'suppressions-soon' : 'hint'}>
        {endsSoon(entry, now) && `${words.soon} · `}
        {words.left(spanText(entry.until - now, texts))}
      </span>
    </>
  )
}

/** Opens the form that ends it; it asks why. */
function EndNow({ entry, words }: RowProps) {
  const { api, desk, live, session } = usePage()
  const act = useAct()
  if (!mayAct(session.signedIn.value)) return null
  const begin = () =>
    act.run(async () => {
      const known = live.state.value.alarms.get(entry.alarm)
      desk.open('end-suppression', known ?? (await api.alarm(entry.alarm, AbortSignal.timeout(15_000))))
    })
  return (
    <>
      <button
        class="button"
        type="button"
        data-act="end"
        disabled={act.busy}
        aria-label={words.endOf(entry.number)}
        onClick={() => void begin()}
      >
        {words.end}
      </button>
      {act.fault !== null && (
        <p class="error" role="alert">
          {act.fault}
        </p>
      )}
    </>
  )
}
