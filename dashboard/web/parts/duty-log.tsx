import { useState } from 'preact/hooks'
import type { PresenceLog } from '../../../core/contract/duty-acts.ts'
import type { Roster } from '../../../core/contract/roster.ts'
import { DAY_MS } from '../../../core/alarms/roster/county-day.ts'
import { DUTY } from '../i18n/duty-words.ts'
import { usePage, useWords } from '../page.ts'
import type { DutyCalls } from '../stores/duty-calls.ts'
import { useFetched } from './use-fetched.ts'
import { useZone } from './use-zone.ts'

const DAYS = 7

interface LogProps {
  readonly roster: Roster
  readonly calls: DutyCalls
  readonly version: number
}

type Row =
  | ({ readonly is: 'check-in' } & PresenceLog['checkIns'][number])
  | ({ readonly is: 'spot-check'; readonly at: number } & PresenceLog['spotChecks'][number])

/** Who said that they are there, and who answered spot checks, the newest first. */
export function PresenceLogPanel({ roster, calls, version }: LogProps) {
  const { live } = usePage()
  const texts = useWords(DUTY)
  const [to] = useState(() => live.now.value)
  const fetched = useFetched('duty/presence', version, (signal) =>
    calls.presence(to - DAYS * DAY_MS, Math.max(to, live.now.value) + DAY_MS, signal),
  )
  if (fetched.data === null) return null
  const rows = rowsOf(fetched.data)
  return (
    <section class="panel" data-log>
      <div class="panel-title">
        <h2>{texts.log}</h2>
        <span class="panel-note">{texts.logOf(DAYS)}</span>
      </div>
      {rows.length === 0 && <p class="empty">{texts.noLog}</p>}
      <ul class="duty-list duty-log">
        {rows.map((row) => (
          <LogRow
            key={row.is === 'check-in' ? `${row.person}${row.role}${row.at}` : row.id}
            row={row}
            roster={roster}
          />
        ))}
      </ul>
    </section>
  )
}

function rowsOf({ checkIns, spotChecks }: PresenceLog): readonly Row[] {
  return [
    ...checkIns.map((one): Row => ({ is: 'check-in', ...one })),
    ...spotChecks.map((one): Row => ({ is: 'spot-check', ...one, at: one.sentAt })),
  ].sort((a, b) => b.at - a.at)
}

function LogRow({ row, roster }: { readonly row: Row; readonly roster: Roster }) {
  const { times, preferences } = usePage()
  const texts = useWords(DUTY)
  const zone = times(useZone(null))
  const role = roster.roles.find(({ id }) => id === row.role)?.name[preferences.language.value] ?? row.role
  const name = roster.persons.find(({ id }) => id === row.person)?.name ?? row.person
  const isBad = row.is === 'spot-check' && (row.verdict === 'late' || row.verdict === 'missed')
  return (
    <li data-log-row={row.is}>
      <span>
        <span class="duty-log-time">{zone.full(row.at).slice(5, 16)}</span> <strong>{name}</strong>{' '}
        <span class="hint">{role}</span>
      </span>
      <span class={isBad ? 'duty-log-bad' : undefined}>
        {texts.logKinds[row.is]}
        {' · '}
        {row.is === 'check-in'
          ? [texts.via[row.via], row.onSite ? texts.onSite : null].filter((part) => part !== null).join(' · ')
          : texts.verdicts[row.verdict]}
        {row.is === 'spot-check' && row.answeredAt !== null && (
          <span class="hint"> {texts.afterSeconds(Math.round((row.answeredAt - row.sentAt) / 1_000))}</span>
        )}
      </span>
    </li>
  )
}
