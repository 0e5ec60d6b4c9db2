import type { SystemReport } from '../../../core/contract/system.ts'
import { errorText } from '../i18n/texts.ts'
import type { systemZh } from '../i18n/system-zh-cn.ts'
import { usePage, useTexts } from '../page.ts'
import { bytesText } from '../show/bytes.ts'
import { spanText } from '../show/time.ts'
import { addressOf } from '../stores/route.ts'
import type { SystemCalls } from '../stores/system-calls.ts'
import { DataTable } from './data-table.tsx'
import { useFetched } from './use-fetched.ts'
import { useZone } from './use-zone.ts'

export interface SystemProps {
  readonly calls: SystemCalls
  readonly words: typeof systemZh
}

/** Less of the disk than this share is a fault. */
const LOW_DISK = 0.1

/** While the report is on screen it is asked for this often, ms. */
const EVERY_MS = 5_000

/** The report, asked for again and again while it is on screen. */
export function useReport(calls: SystemCalls) {
  const round = Math.floor(usePage().live.now.value / EVERY_MS)
  return useFetched('system', round, (signal) => calls.report(signal))
}

/** How the control room's own machine is doing. */
export function MachinePanel({ calls, words }: SystemProps) {
  const texts = useTexts()
  const { data, error } = useReport(calls)
  return (
    <section class="panel" aria-labelledby="machine-title">
      <h2 class="panel-title" id="machine-title">
        {words.machine.title}
      </h2>
      {error !== null && (
        <p class="error" role="alert">
          {errorText(error, texts)}
        </p>
      )}
      {data === null ? error === null && <p class="empty">{texts.loading}</p> : <Facts report={data} words={words} />}
    </section>
  )
}

function Facts({
  report,
  words: { machine: words },
}: {
  readonly report: SystemReport
  readonly words: typeof systemZh
}) {
  const { times } = usePage()
  const texts = useTexts()
  const zone = times(useZone(null))
  const { health, disk, databaseBytes, rssBytes, clockWithinMs, node, pages } = report.machine
  const share = disk === null || disk.totalBytes === 0 ? null : disk.freeBytes / disk.totalBytes
  const isLow = share !== null && share < LOW_DISK
  const history = health.history.ok ? words.historyKind[health.history.kind] : words.historyDown(health.history.waiting)
  const rows: readonly (readonly [string, string, boolean])[] = [
    [words.state, health.ok ? words.ok : words.degraded, !health.ok],
    [words.broker, words.brokerIs[health.broker], health.broker === 'disconnected'],
    [words.history, history, !health.history.ok],
    [
      words.disk,
      disk === null
        ? words.notKnown
        : words.diskOf(bytesText(disk.freeBytes), bytesText(disk.totalBytes), Math.round((share ?? 0) * 100)),
      isLow,
    ],
    [words.database, bytesText(databaseBytes), false],
    [
      words.clock,
      clockWithinMs === null ? words.clockUnknown : words.clockWithin(precise(clockWithinMs, texts)),
      clockWithinMs === null,
    ],
    [words.waiting, String(health.noticesWaiting), false],
    [words.refused, String(health.refusedMessages), false],
    [words.unknown, String(health.unknownReadings), false],
    [words.rejected, String(health.rejectedReadings), health.rejectedReadings > 0],
    [words.pages, String(pages), false],
    [words.memory, bytesText(rssBytes), false],
    [words.since, zone.full(health.startedAt), false],
    [words.version, health.version, false],
    [words.node, node, false],
  ]
  return (
    <>
      <dl class="facts system-facts">
        {rows.map(([name, value, isFault]) => (
          <div key={name} class={`fact${isFault ? ' is-fault' : ''}`}>
            <dt>{name}</dt>
            <dd>
              {isFault && <span aria-hidden="true">✕ </span>}
              {value}
            </dd>
          </div>
        ))}
      </dl>
      {isLow && (
        <p class="error" role="alert">
          {words.diskLow}
        </p>
      )}
    </>
  )
}

/** Below a second in ms, else in words. */
export function precise(ms: number, texts: ReturnType<typeof useTexts>): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : spanText(ms, texts)
}

/** The way to the ledger, and the roots of the last days. */
export function LedgerPanel({ calls, words: { ledger: words } }: SystemProps) {
  const { live } = usePage()
  const texts = useTexts()
  const { data, error } = useFetched('roots', live.state.value.epoch, (signal) => calls.roots(signal))
  return (
    <section class="panel" aria-labelledby="ledger-title">
      <h2 class="panel-title" id="ledger-title">
        {words.title}
        <span class="panel-note">
          <a href={`#${addressOf({ page: 'ledger', subject: null })}`}>{words.open}</a>
        </span>
      </h2>
      {error !== null && <p class="error">{errorText(error, texts)}</p>}
      {data?.length === 0 && <p class="empty">{words.noRoots}</p>}
      {data !== null && data.length > 0 && (
        <DataTable label={words.roots} heads={[words.day, words.entries, words.root]}>
          {data.map(({ day, entries, root }) => (
            <tr key={day}>
              <td>{day}</td>
              <td>{entries}</td>
              <td>
                <code class="hash">{root}</code>
              </td>
            </tr>
          ))}
        </DataTable>
      )}
    </section>
  )
}
