import { useState } from 'preact/hooks'
import { UtcMs } from '../../../core/contract/time.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import { DUTY } from '../i18n/duty-words.ts'
import { usePage, useWords } from '../page.ts'
import { fieldOf, instantOf } from '../stores/duty-days.ts'
import type { ChangesProps } from './duty-changes.tsx'
import { useAct } from './use-act.ts'

const HOUR = 3_600_000

/** Puts somebody else on duty for a time, or notes that somebody is away. */
export function StandInForm({ roster, calls, changed }: ChangesProps) {
  const { live, preferences } = usePage()
  const texts = useWords(DUTY)
  const act = useAct(useWords(DUTY).refusals)
  const [role, setRole] = useState(roster.roles[0]?.id ?? '')
  const [person, setPerson] = useState(roster.persons[0]?.id ?? '')
  const [from, setFrom] = useState(() => fieldOf(live.now.value))
  const [to, setTo] = useState(() => fieldOf(live.now.value + 12 * HOUR))
  const [reason, setReason] = useState('')
  const instant = (field: string) => {
    const at = UtcMs.safeParse(instantOf(field))
    if (at.success) return at.data
    throw new HouseError('http/invalid', texts.noTime)
  }
  const send = (kind: 'override' | 'leave') =>
    void act
      .run(async () => {
        const stretch = { from: instant(from), to: instant(to), reason: reason.trim() }
        if (kind === 'leave') await calls.leave({ person, ...stretch })
        else await calls.override({ role, persons: [person], ...stretch })
      })
      .then((done) => done && changed())
  const choice = (label: string, value: string, set: (id: string) => void, words: readonly (readonly string[])[]) => (
    <label class="field">
      <span class="field-label">{label}</span>
      <select value={value} onChange={(event) => set(event.currentTarget.value)}>
        {words.map(([id, word]) => (
          <option key={id} value={id}>
            {word}
          </option>
        ))}
      </select>
    </label>
  )
  const time = (label: string, value: string, set: (text: string) => void) => (
    <label class="field">
      <span class="field-label">{label}</span>
      <input type="datetime-local" value={value} onInput={(event) => set(event.currentTarget.value)} />
    </label>
  )
  const roles = roster.roles.map(({ id, name }) => [id, name[preferences.language.value]])
  const persons = roster.persons.map(({ id, name }) => [id, name])
  return (
    <details class="duty-more" data-form="stand-in">
      <summary>{texts.standIn}</summary>
      <form
        class="duty-form"
        onSubmit={(event) => {
          event.preventDefault()
          send('override')
        }}
      >
        {choice(texts.person, person, setPerson, persons)}
        {choice(texts.role, role, setRole, roles)}
        {time(texts.from, from, setFrom)}
        {time(texts.to, to, setTo)}
        <label class="field is-wide">
          <span class="field-label">{texts.reason}</span>
          <input
            name="reason"
            maxLength={200}
            value={reason}
            onInput={(event) => setReason(event.currentTarget.value)}
          />
        </label>
        <button class="button button-main" type="submit" data-act="override" disabled={act.busy}>
          {texts.putOn}
        </button>
        <button class="button" type="button" data-act="leave" disabled={act.busy} onClick={() => send('leave')}>
          {texts.leave}
        </button>
        {act.fault !== null && (
          <p class="error" role="alert">
            {act.fault}
          </p>
        )}
      </form>
    </details>
  )
}
