import { useState } from 'preact/hooks'
import type { Roster } from '../../../core/contract/roster.ts'
import { DAY_MS } from '../../../core/alarms/roster/county-day.ts'
import { errorText } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'
import type { DutyCalls } from '../stores/duty-calls.ts'
import { type DutyDay, daysOf, type DutySpan, monthOf } from '../stores/duty-days.ts'
import { useFetched } from './use-fetched.ts'
import { useZone } from './use-zone.ts'

interface CalendarProps {
  readonly calls: DutyCalls
  readonly roster: Roster
  /** Grows when something has changed. */
  readonly version: number
}

/** A month of duty: a crew a shift, days off named, gaps marked by word and outline. */
export function DutyCalendarPanel({ calls, roster, version }: CalendarProps) {
  const { live, times } = usePage()
  const texts = useTexts()
  const words = texts.duty
  const zone = times(useZone(null))
  const [months, setMonths] = useState(0)
  const { from, to } = monthOf(live.now.value, months)
  // A day earlier, so that the shift that crosses into the month stands on the day it belongs to.
  const fetched = useFetched(`duty/${from}`, version, (signal) => calls.calendar(from - DAY_MS, to, signal))
  const days = fetched.data === null ? [] : daysOf(fetched.data, roster).slice(1)
  return (
    <section class="panel">
      <div class="panel-title">
        <h2>{words.month(zone.date(from).slice(0, 7))}</h2>
        <div class="choices">
          <button class="choice" type="button" aria-label={words.before} onClick={() => setMonths(months - 1)}>
            ‹
          </button>
          <button class="choice" type="button" aria-pressed={months === 0} onClick={() => setMonths(0)}>
            {words.thisMonth}
          </button>
          <button
            class="choice"
            type="button"
            data-act="month-after"
            aria-label={words.after}
            onClick={() => setMonths(months + 1)}
          >
            ›
          </button>
        </div>
      </div>
      {fetched.data === null && (
        <p class="empty" role="status">
          {fetched.error === null ? texts.loading : texts.failed(errorText(fetched.error, texts))}
        </p>
      )}
      <ol class="duty-month">
        {days.length > 0 &&
          words.weekdays.map((word) => (
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
  const { times, live } = usePage()
  const texts = useTexts().duty
  const zone = times(useZone(null))
  const today = zone.date(live.now.value)
  const isToday = day.day === today
  const isPast = day.day < today && day.day.slice(0, 7) === today.slice(0, 7)
  const isShown = ({ role }: DutySpan) =>
    roster.tables.length === 0 || roster.tables.some((table) => table.role === role)
  const kinds = [...new Set(day.gaps.map(({ kind }) => kind))]
  return (
    <li
      class={`duty-day is-from-${day.weekday}${day.isOff ? ' is-day-off' : ''}${kinds.length > 0 ? ' is-gap' : ''}${isToday ? ' is-today' : ''}${isPast ? ' is-past' : ''}`}
      data-day={day.day}
      aria-current={isToday ? 'date' : undefined}
    >
      <span class="duty-date">
        {day.number}
        <span class="duty-day-name"> {texts.weekdays[day.weekday]}</span>
        {day.isOff && <span class="duty-off">{texts.dayOff}</span>}
      </span>
      {day.spans.filter(isShown).map((span) => (
        <Span key={`${span.role}${span.from}`} span={span} roster={roster} />
      ))}
      {kinds.map((kind) => (
        <strong key={kind} class="duty-gap">
          {texts.gaps[kind]}
        </strong>
      ))}
    </li>
  )
}

function Span({ span, roster }: { readonly span: DutySpan; readonly roster: Roster }) {
  const { times, preferences } = usePage()
  const texts = useTexts().duty
  const zone = times(useZone(null))
  const language = preferences.language.value
  const nameOf = (id: string) => roster.persons.find((person) => person.id === id)?.name ?? id
  const role = roster.roles.find(({ id }) => id === span.role)
  const shift = roster.tables.find((table) => table.role === span.role)?.shifts.find(({ id }) => id === span.shift)
  const isUsual = span.source === 'cycle' || span.source === 'holiday'
  const when = `${zone.shortTime(span.from)}–${zone.shortTime(span.until)}`
  return (
    <span class="duty-span" title={[role?.name[language] ?? span.role, shift?.name[language] ?? '', when].join(' ')}>
      <span class="duty-shift">
        {role?.name[language] ?? span.role} {shift?.name[language] ?? ''}
        {span.isTakenOver && ` ${zone.shortTime(span.from)}`}
      </span>
      <span class={span.persons.length === 0 ? 'duty-none' : 'duty-who'}>
        {span.persons.length === 0 ? texts.nobody : span.persons.map(nameOf).join(' ')}
        {!isUsual && span.persons.length > 0 && <span class="duty-why"> {texts.sources[span.source]}</span>}
      </span>
    </span>
  )
}
