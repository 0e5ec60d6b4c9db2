import { useState } from 'preact/hooks'
import type { Roster } from '../../../core/contract/roster.ts'
import { usePage, useTexts } from '../page.ts'
import type { DutyCalls } from '../stores/duty-calls.ts'
import { type DutyDay, daysOf, monthOf } from '../stores/duty-days.ts'
import { useFetched } from './use-fetched.ts'
import { useZone } from './use-zone.ts'

interface CalendarProps {
  readonly calls: DutyCalls
  readonly roster: Roster
  /** Grows when the roster has changed. */
  readonly version: number
}

/** A month of duty: a crew a shift, days off named, gaps marked by word and outline. */
export function DutyCalendarPanel({ calls, roster, version }: CalendarProps) {
  const { live, times } = usePage()
  const texts = useTexts().duty
  const zone = times(useZone(null))
  const [months, setMonths] = useState(0)
  const { from, to } = monthOf(live.now.value, months)
  const fetched = useFetched(`duty/${from}`, version, (signal) => calls.calendar(from, to, signal))
  const days = fetched.data === null ? [] : daysOf(fetched.data)
  return (
    <section class="panel">
      <div class="panel-head">
        <h2 class="panel-title">{texts.month(zone.date(from).slice(0, 7))}</h2>
        <button class="button" type="button" onClick={() => setMonths(months - 1)} aria-label={texts.before}>
          ‹
        </button>
        <button class="button" type="button" onClick={() => setMonths(0)}>
          {texts.thisMonth}
        </button>
        <button class="button" type="button" onClick={() => setMonths(months + 1)} aria-label={texts.after}>
          ›
        </button>
      </div>
      <ol class="duty-month" style={{ '--first': String((days[0]?.weekday ?? 0) + 1) }}>
        {texts.weekdays.map((word) => (
          <li key={word} class="duty-weekday" aria-hidden="true">
            {word}
          </li>
        ))}
        {days.map((day) => (
          <Day key={day.day} day={day} roster={roster} />
        ))}
      </ol>
    </section>
  )
}

function Day({ day, roster }: { readonly day: DutyDay; readonly roster: Roster }) {
  const { times, live, preferences } = usePage()
  const texts = useTexts().duty
  const zone = times(useZone(null))
  const language = preferences.language.value
  const nameOf = (id: string) => roster.persons.find((person) => person.id === id)?.name ?? id
  const isToday = day.day === zone.date(live.now.value)
  return (
    <li
      class={`duty-day${day.isOff ? ' is-off' : ''}${day.gaps.length > 0 ? ' is-gap' : ''}${isToday ? ' is-today' : ''}`}
      data-day={day.day}
    >
      <span class="duty-date">
        {day.number}
        {day.isOff && <span class="hint"> {texts.dayOff}</span>}
      </span>
      {day.spans.map((span) => {
        const role = roster.roles.find(({ id }) => id === span.role)
        const shift = roster.tables
          .find((table) => table.role === span.role)
          ?.shifts.find(({ id }) => id === span.shift)
        const who = span.persons.length === 0 ? texts.nobody : span.persons.map(nameOf).join(' ')
        return (
          <span key={`${span.role}${span.from}`} class={`duty-span${span.persons.length === 0 ? ' is-bad' : ''}`}>
            <span class="hint">
              {role?.name[language] ?? span.role} {shift?.name[language] ?? ''}
            </span>{' '}
            {who}
            {span.source === 'fallback' && ` · ${texts.sources.fallback}`}
          </span>
        )
      })}
      {day.gaps.map((gap) => (
        <strong key={`${gap.kind}${gap.role}${gap.from}`} class="duty-gap">
          {texts.gaps[gap.kind]}
        </strong>
      ))}
    </li>
  )
}
