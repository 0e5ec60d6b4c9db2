import type { Person, Roster } from '../../../core/contract/roster.ts'
import { Priority } from '../../../core/contract/priority.ts'
import { DUTY } from '../i18n/duty-words.ts'
import { usePage, useWords } from '../page.ts'
import type { DutyDay, DutySpan } from '../stores/duty-days.ts'
import { type DutySlot, isOpen, isShown } from '../stores/duty-view.ts'
import { Mark } from './mark.tsx'
import { useZone } from './use-zone.ts'

/** Changing who is on duty from the calendar; null where whoever is signed in may not. */
export interface Assigning {
  readonly chosen: DutySlot | null
  choose(slot: DutySlot): void
  /** A person was dropped onto a slot. */
  drop(slot: DutySlot, person: string): void
}

interface DayProps {
  readonly day: DutyDay
  readonly roster: Roster
  readonly assigning: Assigning | null
}

/** One day with its shifts, what it is called, and what is wrong with it. */
export function Day({ day, roster, assigning }: DayProps) {
  const { times, live } = usePage()
  const texts = useWords(DUTY)
  const today = times(useZone(null)).date(live.now.value)
  const isToday = day.day === today
  const isPast = day.day < today && day.day.slice(0, 7) === today.slice(0, 7)
  const name = `duty-day is-from-${day.weekday}${day.isOff ? ' is-day-off' : ''}${day.gaps.length > 0 ? ' is-gap' : ''}`
  return (
    <li
      class={`${name}${isToday ? ' is-today' : ''}${isPast ? ' is-past' : ''}`}
      data-day={day.day}
      aria-current={isToday ? 'date' : undefined}
    >
      <span class="duty-date">
        {day.number}
        <span class="duty-day-name"> {texts.weekdays[day.weekday]}</span>
        {isToday && <span class="duty-today">{texts.today}</span>}
        <DayName day={day} />
      </span>
      {day.spans
        .filter(({ role }) => isShown(roster, role))
        .map((span) => (
          <Span key={`${span.role}${span.from}`} span={span} roster={roster} assigning={assigning} />
        ))}
      <Gaps gaps={day.gaps} />
    </li>
  )
}

/** Off, worked, and for which holiday. */
function DayName({ day: { isOff, isWorked, festival } }: Pick<DayProps, 'day'>) {
  const { preferences } = usePage()
  const texts = useWords(DUTY)
  const name = festival?.[preferences.language.value] ?? null
  if (isWorked) return <span class="duty-worked">{name === null ? texts.worked : texts.workedFor(name)}</span>
  return isOff ? (
    <span class="duty-off">
      {texts.dayOff}
      {name !== null && ` · ${name}`}
    </span>
  ) : null
}

/** What is wrong, each kind once, by shape and word. */
function Gaps({ gaps }: Pick<DutyDay, 'gaps'>) {
  const texts = useWords(DUTY)
  const kinds = [...new Set(gaps.map(({ kind }) => kind))]
  const worstOf = (kind: string) =>
    Priority.options.find((priority) => gaps.some((gap) => gap.kind === kind && gap.priority === priority)) ?? 'yellow'
  return (
    <>
      {kinds.map((kind) => (
        <strong key={kind} class="duty-gap">
          <Mark priority={worstOf(kind)} size={16} /> {texts.gaps[kind]}
        </strong>
      ))}
    </>
  )
}

interface SpanProps extends Pick<DayProps, 'roster' | 'assigning'> {
  readonly span: DutySpan
}

/** Who has a role for a shift, or from the middle of it on. */
function Span({ span, roster, assigning }: SpanProps) {
  const { times, preferences, live } = usePage()
  const texts = useWords(DUTY)
  const zone = times(useZone(null))
  const language = preferences.language.value
  const role = roster.roles.find(({ id }) => id === span.role)?.name[language] ?? span.role
  const shift = roster.tables.find((table) => table.role === span.role)?.shifts.find(({ id }) => id === span.shift)
  const isUsual = span.source === 'cycle' || span.source === 'holiday'
  const label = [role, shift?.name[language] ?? ''].filter((word) => word !== '').join(' ')
  const when = `${zone.shortTime(span.from)}–${zone.shortTime(span.until)}`
  const may = assigning !== null && isOpen({ span }, live.now.value) ? assigning : null
  const people = span.persons.length === 0 ? [null] : span.persons
  return (
    <span class="duty-span" title={`${label} ${when}`} data-span={`${span.role}/${span.from}`}>
      <span class="duty-shift">
        {label}
        {span.isTakenOver && ` ${zone.shortTime(span.from)}`}
      </span>
      <span class={span.persons.length === 0 ? 'duty-none' : 'duty-who'}>
        {people.map((id) => (
          <Slot
            key={id ?? ''}
            slot={{ span, person: id }}
            person={roster.persons.find((one) => one.id === id) ?? null}
            label={`${zone.shortDate(span.from)} ${label}`}
            assigning={may}
          />
        ))}
        {!isUsual && span.persons.length > 0 && <span class="duty-why"> {texts.sources[span.source]}</span>}
      </span>
    </span>
  )
}

interface SlotProps {
  readonly slot: DutySlot
  readonly person: Person | null
  readonly label: string
  readonly assigning: Assigning | null
}

/** One place on duty; where it may be changed it is a button, and takes who is dropped on it. */
function Slot({ slot, person, label, assigning }: SlotProps) {
  const texts = useWords(DUTY)
  const name = person?.name ?? slot.person ?? texts.nobody
  if (assigning === null) return <span class="duty-name">{name}</span>
  const { chosen } = assigning
  const isChosen =
    chosen?.person === slot.person && chosen.span.from === slot.span.from && chosen.span.role === slot.span.role
  return (
    <button
      class="duty-slot"
      type="button"
      aria-pressed={isChosen}
      aria-label={texts.slot(label, name)}
      onClick={() => assigning.choose(slot)}
      onDragOver={(event) => event.preventDefault()}
      onDragEnter={(event) => event.currentTarget.classList.add('is-over')}
      onDragLeave={(event) => event.currentTarget.classList.remove('is-over')}
      onDrop={(event) => {
        event.preventDefault()
        event.currentTarget.classList.remove('is-over')
        const comes = event.dataTransfer?.getData('text/plain') ?? ''
        if (comes !== '') assigning.drop(slot, comes)
      }}
    >
      {name}
    </button>
  )
}
