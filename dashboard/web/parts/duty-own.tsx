import { useState } from 'preact/hooks'
import type { Roster } from '../../../core/contract/roster.ts'
import { DAY_MS } from '../../../core/alarms/roster/county-day.ts'
import { DUTY } from '../i18n/duty-words.ts'
import { usePage, useWords } from '../page.ts'
import type { DutyCalls } from '../stores/duty-calls.ts'
import { ownPersons } from '../stores/duty-people.ts'
import { isShown } from '../stores/duty-view.ts'
import { useFetched } from './use-fetched.ts'
import { useZone } from './use-zone.ts'

const AHEAD_MS = 28 * DAY_MS

interface OwnProps {
  readonly roster: Roster
  readonly calls: DutyCalls
  readonly version: number
}

/** The shifts of whoever is signed in, the next first. */
export function OwnShifts({ roster, calls, version }: OwnProps) {
  const { live, session, times, preferences } = usePage()
  const texts = useWords(DUTY)
  const zone = times(useZone(null))
  const language = preferences.language.value
  const own = ownPersons(roster, session.signedIn.value)
  const [from] = useState(() => live.now.value)
  const fetched = useFetched('duty/own', version, (signal) => calls.calendar(from, from + AHEAD_MS, signal))
  const spans = (fetched.data?.spans ?? [])
    .filter(({ role, persons }) => isShown(roster, role) && persons.some((person) => own.includes(person)))
    .sort((a, b) => a.from - b.from)
  const roleOf = (id: string) => roster.roles.find((role) => role.id === id)?.name[language] ?? id
  const shiftOf = (role: string, id: string | null) =>
    roster.tables.find((table) => table.role === role)?.shifts.find((shift) => shift.id === id)?.name[language] ?? ''
  return (
    <section class="panel" data-own>
      <h2 class="panel-title">{texts.own}</h2>
      {own.length === 0 && <p class="empty">{texts.notInRoster}</p>}
      {own.length > 0 && fetched.data !== null && spans.length === 0 && <p class="empty">{texts.noOwn}</p>}
      <ul class="duty-list">
        {spans.map(({ role, shift, from: at, until, source }) => (
          <li key={`${role}${at}`}>
            <span>
              <strong>
                {zone.full(at).slice(5, 16)}–{zone.shortTime(until)}
              </strong>{' '}
              {roleOf(role)} {shiftOf(role, shift)}
              {source !== 'cycle' && <span class="hint"> {texts.sources[source]}</span>}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
