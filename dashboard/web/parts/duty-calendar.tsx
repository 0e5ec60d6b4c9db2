import type { Roster } from '../../../core/contract/roster.ts'
import type { Language } from '../../../core/contract/text.ts'
import { countyDay, DAY_MS, dayText } from '../../../core/alarms/roster/county-day.ts'
import { DUTY } from '../i18n/duty-words.ts'
import { errorText } from '../i18n/texts.ts'
import { usePage, useTexts, useWords } from '../page.ts'
import type { DutyCalls } from '../stores/duty-calls.ts'
import { daysOf } from '../stores/duty-days.ts'
import { type DutySpanOfTime, type DutyView, queryOfDuty, stretchOf } from '../stores/duty-view.ts'
import { mayLead } from '../stores/session.ts'
import { Palette, useAssign } from './duty-assign.tsx'
import { Day } from './duty-day.tsx'
import { useMedia } from './duty-narrow.ts'
import { useFetched } from './use-fetched.ts'
import { useZone } from './use-zone.ts'

interface CalendarProps {
  readonly view: DutyView
  readonly calls: DutyCalls
  readonly roster: Roster
  /** Of the roster that is shown, for the printed page. */
  readonly rosterVersion: number
  /** Grows when something has changed. */
  readonly version: number
  readonly changed: () => void
}

/** A month or a week of duty: a crew a shift, days off named, gaps marked by shape and word; who may can put others on. */
export function DutyCalendarPanel({ view, calls, roster, rosterVersion, version, changed }: CalendarProps) {
  const { live, session, times, preferences } = usePage()
  const texts = useTexts()
  const words = useWords(DUTY)
  const zone = times(useZone(null))
  const isNarrow = useMedia('(max-width: 767px)')
  const shows = view.shows ?? (isNarrow ? 'week' : 'month')
  const { from, to } = stretchOf({ ...view, shows }, live.now.value)
  // A day earlier, so that the shift that crosses into what is shown stands on the day it belongs to.
  const fetched = useFetched(`duty/${from}/${to}`, version, (signal) => calls.calendar(from - DAY_MS, to, signal))
  const days = fetched.data === null ? [] : daysOf(fetched.data, roster).slice(1)
  const assign = useAssign(roster, calls, changed)
  const may = mayLead(session.signedIn.value)
  return (
    <section class="panel duty-calendar" data-view={shows}>
      <Title view={view} shows={shows} from={from} to={to} />
      {may && <Palette roster={roster} assign={assign} />}
      {fetched.data === null && (
        <p class="empty" role="status">
          {fetched.error === null ? texts.loading : texts.failed(errorText(fetched.error, texts))}
        </p>
      )}
      <ol class={`duty-month is-${shows}`}>
        {days.length > 0 &&
          words.weekdays.map((word) => (
            <li key={word} class="duty-weekday" aria-hidden="true">
              {word}
            </li>
          ))}
        {days.map((day) => (
          <Day key={day.day} day={day} roster={roster} assigning={may ? assign : null} />
        ))}
      </ol>
      <p class="duty-paper">
        <span>
          {shiftTimes(roster, preferences.language.value)} ·{' '}
          {words.printed(rosterVersion, zone.full(live.now.value).slice(0, 16))}
        </span>
        <span>{words.made}</span>
        <span>{words.checked}</span>
      </p>
    </section>
  )
}

/** When the shifts of each role begin and end, for who reads it on paper. */
function shiftTimes({ tables, roles }: Roster, language: Language): string {
  return tables
    .map(({ role, shifts }) => {
      const name = roles.find(({ id }) => id === role)?.name[language] ?? role
      return `${name} ${shifts.map((shift) => `${shift.name[language]} ${shift.from}–${shift.to}`).join(' ')}`
    })
    .join(' · ')
}

interface TitleProps extends Pick<CalendarProps, 'view'> {
  readonly shows: DutySpanOfTime
  readonly from: number
  readonly to: number
}

function Title({ view, shows, from, to }: TitleProps) {
  const { live, router, times } = usePage()
  const words = useWords(DUTY)
  const zone = times(useZone(null))
  const now = live.now.value
  const go = (next: DutyView) => router.replace({ page: 'duty', query: queryOfDuty(next) })
  const step = (steps: number) => dayText(countyDay(stretchOf({ ...view, shows }, now, steps).from))
  const isNow = from <= now && now < to
  return (
    <div class="panel-title">
      <h2>
        {shows === 'month' ? words.month(zone.date(from).slice(0, 7)) : words.week(zone.date(from), zone.date(to - 1))}
      </h2>
      <div class="choices" role="group" aria-label={words.viewLabel}>
        {(['month', 'week'] as const).map((one) => (
          <button
            key={one}
            class="choice"
            type="button"
            data-act={`view-${one}`}
            aria-pressed={shows === one}
            onClick={() => go({ ...view, shows: one })}
          >
            {words.views[one]}
          </button>
        ))}
        <button
          class="choice"
          type="button"
          data-act="month-before"
          aria-label={words.before[shows]}
          onClick={() => go({ ...view, day: step(-1) })}
        >
          ‹
        </button>
        <button class="choice" type="button" aria-pressed={isNow} onClick={() => go({ ...view, day: null })}>
          {words.today}
        </button>
        <button
          class="choice"
          type="button"
          data-act="month-after"
          aria-label={words.after[shows]}
          onClick={() => go({ ...view, day: step(1) })}
        >
          ›
        </button>
        <button class="choice" type="button" data-act="print" onClick={() => window.print()}>
          {words.print}
        </button>
      </div>
    </div>
  )
}
