import { useState } from 'preact/hooks'
import type { OnDuty } from '../../../core/contract/roster.ts'
import { DAY_MS } from '../../../core/alarms/roster/county-day.ts'
import { DUTY } from '../i18n/duty-words.ts'
import { usePage, useWords } from '../page.ts'
import { ownPersons } from '../stores/duty-people.ts'
import { mayAdminister } from '../stores/session.ts'
import type { ChangesProps } from './duty-changes.tsx'
import { useAct } from './use-act.ts'
import { useFetched } from './use-fetched.ts'
import { useZone } from './use-zone.ts'

/** How far ahead shifts can be swapped here. */
const AHEAD_MS = 28 * DAY_MS

/** One person's shift that could be swapped. */
interface OwnShift extends Pick<OnDuty, 'role' | 'from'> {
  readonly person: string
}

/** Asks another to swap one shift each. Operators give away their own. */
export function SwapForm(props: ChangesProps) {
  const texts = useWords(DUTY)
  const [open, setOpen] = useState(false)
  return (
    <details class="duty-more" data-form="swap" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{texts.askSwap}</summary>
      {open && <Fields {...props} />}
    </details>
  )
}

function Fields({ roster, calls, changed }: ChangesProps) {
  const { live, session } = usePage()
  const texts = useWords(DUTY)
  const act = useAct(useWords(DUTY).refusals)
  const [from] = useState(() => live.now.value)
  const fetched = useFetched('duty/swappable', 0, (signal) => calls.calendar(from, from + AHEAD_MS, signal))
  const [given, setGiven] = useState(0)
  const [taken, setTaken] = useState(0)
  const signedIn = session.signedIn.value
  const own = ownPersons(roster, signedIn)
  const shifts = shiftsOf(fetched.data?.spans ?? [], from)
  const giving = shifts.filter(({ person }) => mayAdminister(signedIn) || own.includes(person))
  const give = giving[given]
  const taking = shifts.filter(({ role, person }) => role === give?.role && person !== give.person)
  const take = taking[taken]
  const send = async () => {
    if (give === undefined || take === undefined) return
    const side = ({ person, from: shiftAt }: OwnShift) => ({ person, shiftAt })
    await calls.askSwap({ role: give.role, give: side(give), take: side(take) })
  }
  if (fetched.data !== null && giving.length === 0) return <p class="empty">{texts.noShifts}</p>
  return (
    <form
      class="duty-form"
      onSubmit={(event) => {
        event.preventDefault()
        void act.run(send).then((done) => done && changed())
      }}
    >
      <ShiftChoice label={texts.give} shifts={giving} value={given} choose={setGiven} roster={roster} />
      <ShiftChoice label={texts.take} shifts={taking} value={taken} choose={setTaken} roster={roster} />
      <button class="button" type="submit" data-act="ask-swap" disabled={act.busy || take === undefined}>
        {texts.ask}
      </button>
      {act.fault !== null && (
        <p class="error" role="alert">
          {act.fault}
        </p>
      )}
    </form>
  )
}

/** The shifts by turn that begin after `now`, one for each person in them. */
function shiftsOf(spans: readonly OnDuty[], now: number): readonly OwnShift[] {
  return spans
    .filter((span) => span.shift !== null && span.from > now)
    .flatMap(({ role, from, persons }) => persons.map((person) => ({ role, from, person })))
    .sort((a, b) => a.from - b.from)
}

interface ShiftChoiceProps extends Pick<ChangesProps, 'roster'> {
  readonly label: string
  readonly shifts: readonly OwnShift[]
  readonly value: number
  readonly choose: (place: number) => void
}

function ShiftChoice({ label, shifts, value, choose, roster }: ShiftChoiceProps) {
  const { times, preferences } = usePage()
  const zone = times(useZone(null))
  const nameOf = (id: string) => roster.persons.find((person) => person.id === id)?.name ?? id
  const roleOf = (id: string) => roster.roles.find((role) => role.id === id)?.name[preferences.language.value] ?? id
  return (
    <label class="field is-wide">
      <span class="field-label">{label}</span>
      <select value={String(value)} onChange={(event) => choose(Number(event.currentTarget.value))}>
        {shifts.map(({ role, from, person }, place) => (
          <option key={`${role}${from}${person}`} value={String(place)}>
            {zone.full(from).slice(5, 16)} · {nameOf(person)} · {roleOf(role)}
          </option>
        ))}
      </select>
    </label>
  )
}
