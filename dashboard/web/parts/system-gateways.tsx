import type { GatewayRow } from '../../../core/contract/system.ts'
import { errorText } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'
import { agoText, spanText } from '../show/time.ts'
import { addressOf, FIRST_SPAN } from '../stores/route.ts'
import { mayRegister } from '../stores/session.ts'
import { DataTable } from './data-table.tsx'
import { precise, type SystemProps, useReport } from './system-machine.tsx'
import { useZone } from './use-zone.ts'

/** A certificate that ends sooner is shown as a fault, ms. */
const SOON_MS = 14 * 86_400_000
/** A backlog older than this is more than what is on its way, ms. */
const BEHIND_MS = 120_000
const DRIFT_MS = 2_000

/** Every gateway with what it last said of itself, those with faults first. */
export function GatewayTable({ calls, words: all }: SystemProps) {
  const { session } = usePage()
  const texts = useTexts()
  const words = all.gateways
  const { data, error } = useReport(calls)
  const rows = (data?.gateways ?? []).toSorted(
    (a, b) => Number(a.online) - Number(b.online) || (a.site < b.site ? -1 : 1),
  )
  return (
    <section class="panel" aria-labelledby="gateways-title">
      <h2 class="panel-title" id="gateways-title">
        {words.title} <span class="panel-note">{rows.length}</span>
        {mayRegister(session.signedIn.value) && (
          <span class="panel-note">
            <a href={`#${addressOf({ page: 'gateways' })}`}>{words.identities}</a>
          </span>
        )}
      </h2>
      {error !== null && (
        <p class="error" role="alert">
          {errorText(error, texts)}
        </p>
      )}
      {data !== null && rows.length === 0 && <p class="empty">{words.none}</p>}
      {rows.length > 0 && (
        <DataTable label={words.title} kind="system-gateways" heads={words.heads}>
          {rows.map((row) => (
            <Row key={row.site} row={row} words={words} />
          ))}
        </DataTable>
      )}
    </section>
  )
}

type Words = SystemProps['words']['gateways']
interface RowProps {
  readonly row: GatewayRow
  readonly words: Words
}

function Row({ row, words }: RowProps) {
  const { live, preferences } = usePage()
  const texts = useTexts()
  const { site, name, online, lastHeardAt, version, alone } = row
  // What a gateway said last is no news any more when nothing is heard of it.
  const isCurrent = online && live.alive.value
  const address = addressOf({ page: 'site', site, point: null, span: FIRST_SPAN })
  return (
    <tr data-gateway={site} class={isCurrent ? undefined : 'is-old'}>
      <th scope="row">
        <a href={`#${address}`}>{name[preferences.language.value]}</a>
      </th>
      <Cell isFault={!online}>{online ? words.online : words.offline}</Cell>
      <td>{lastHeardAt === null ? words.never : agoText(live.now.value - lastHeardAt, texts)}</td>
      <Backlog row={row} words={words} />
      <ClockCell row={row} words={words} />
      <Field row={row} words={words} />
      <Cell isFault={alone === 'modem-down' || alone === 'sheet-over'}>
        {alone === null ? words.untold : words.alone[alone]}
      </Cell>
      <Certificate row={row} words={words} />
      <td>{version ?? words.untold}</td>
    </tr>
  )
}

function Cell({ isFault, children }: { readonly isFault: boolean; readonly children: string }) {
  return (
    <td class={isFault ? 'is-fault' : undefined}>
      {isFault && <span aria-hidden="true">✕ </span>}
      {children}
    </td>
  )
}

function Backlog({ row: { backlog }, words }: RowProps) {
  const { live } = usePage()
  const texts = useTexts()
  if (backlog === null) return <td>{words.untold}</td>
  const { readings, alarms, oldestAt, hoursLeft, lost, state } = backlog
  const age = oldestAt === null ? 0 : live.now.value - oldestAt
  const isBehind = age > BEHIND_MS
  const parts = [
    state === 'memory' ? words.inMemory : null,
    words.backlog(readings),
    isBehind ? words.backlogSince(spanText(age, texts)) : null,
    alarms > 0 ? words.alarms(alarms) : null,
    isBehind && hoursLeft !== null ? words.hoursLeft(Math.floor(hoursLeft)) : null,
    lost > 0 ? words.lost(lost) : null,
  ]
  return <Cell isFault={isBehind || lost > 0 || state === 'memory'}>{parts.filter(Boolean).join(' · ')}</Cell>
}

function ClockCell({ row: { clock }, words }: RowProps) {
  const texts = useTexts()
  if (clock === null) return <td>{words.untold}</td>
  const { uncertaintyMs, systemAheadMs, source } = clock
  const ahead = Math.abs(systemAheadMs)
  const parts = [
    uncertaintyMs === null ? words.clockUnknown : words.clock(precise(uncertaintyMs, texts)),
    texts.clock.sources[source],
    ahead > DRIFT_MS ? words.ahead(precise(ahead, texts)) : null,
  ]
  const isFault = uncertaintyMs === null || uncertaintyMs > DRIFT_MS || ahead > DRIFT_MS
  return <Cell isFault={isFault}>{parts.filter(Boolean).join(' · ')}</Cell>
}

function Field({ row: { buses, devices }, words }: RowProps) {
  if (buses === null || devices === null) return <td>{words.untold}</td>
  const parts = [
    buses.down > 0 ? words.buses(buses.down, buses.all) : null,
    devices.silent > 0 ? words.devices(devices.silent, devices.all) : null,
    devices.wrong > 0 ? words.wrong(devices.wrong) : null,
  ].filter((part) => part !== null)
  return <Cell isFault={parts.length > 0}>{parts.length === 0 ? words.fine(devices.all) : parts.join(' · ')}</Cell>
}

function Certificate({ row: { certificateUntil }, words }: RowProps) {
  const { live, times } = usePage()
  const zone = times(useZone(null))
  if (certificateUntil === null) return <td>{words.noCertificate}</td>
  const left = certificateUntil - live.now.value
  const date = zone.date(certificateUntil)
  if (left < 0) return <Cell isFault>{words.expired(date)}</Cell>
  return left < SOON_MS ? <Cell isFault>{words.expires(date)}</Cell> : <td>{date}</td>
}
