import { useState } from 'preact/hooks'
import type { DutyNow } from '../../../core/contract/duty-acts.ts'
import type { Roster } from '../../../core/contract/roster.ts'
import { DUTY } from '../i18n/duty-words.ts'
import { usePage, useWords } from '../page.ts'
import type { DutyCalls } from '../stores/duty-calls.ts'
import { maySpeakFor } from '../stores/duty-people.ts'
import { mayAct } from '../stores/session.ts'
import { type Act, useAct } from './use-act.ts'
import { useZone } from './use-zone.ts'

interface DutyNowProps {
  readonly now: DutyNow
  readonly roster: Roster
  readonly calls: DutyCalls
  readonly changed: () => void
}

type OnDutyRole = DutyNow['roles'][number]

/** Who is on duty now, since when they are known to be there, and the buttons to say so oneself. */
export function DutyNowPanel({ now, roster, calls, changed }: DutyNowProps) {
  const { preferences, session, times, live } = usePage()
  const texts = useWords(DUTY)
  const zone = times(useZone(null))
  const act = useAct(useWords(DUTY).refusals)
  const language = preferences.language.value
  const hasShifts = (role: string) => roster.tables.some((table) => table.role === role)
  const say = (person: string, onSite: boolean) =>
    void act.run(() => calls.checkIn(person, onSite)).then((done) => done && changed())
  return (
    <section class="panel">
      <h2 class="panel-title">{texts.now}</h2>
      <dl class="duty-now">
        {now.roles.map((role) => (
          <div key={role.role} data-role={role.role}>
            <dt>
              {role.name[language]}
              {hasShifts(role.role) && (
                <span class="hint">
                  {texts.sources[role.source]} · {texts.until(zone.near(role.until, live.now.value).slice(0, -3))}
                </span>
              )}
            </dt>
            <dd>
              {role.persons.length === 0 && <strong class="alert-word">{texts.nobody}</strong>}
              {role.persons.map((person) => (
                <PersonThere
                  key={person.id}
                  person={person}
                  hasShifts={hasShifts(role.role)}
                  mayCheckIn={hasShifts(role.role) && maySpeakFor(person.id, roster, session.signedIn.value)}
                  act={act}
                  say={say}
                />
              ))}
            </dd>
          </div>
        ))}
      </dl>
      {act.fault !== null && (
        <p class="error panel-body" role="alert">
          {act.fault}
        </p>
      )}
      {mayAct(session.signedIn.value) && <SpotCheckAnswer calls={calls} />}
    </section>
  )
}

interface PersonProps {
  readonly person: OnDutyRole['persons'][number]
  /** Somebody without shifts is called when needed, and checks in nowhere. */
  readonly hasShifts: boolean
  readonly mayCheckIn: boolean
  readonly act: Act
  readonly say: (person: string, onSite: boolean) => void
}

function PersonThere({ person, hasShifts, mayCheckIn, act, say }: PersonProps) {
  const { times, live } = usePage()
  const texts = useWords(DUTY)
  const zone = times(useZone(null))
  const { id, name, checkedInAt, onSite } = person
  return (
    <span class="duty-person" data-person={id}>
      <strong>{name}</strong>
      {hasShifts && (
        <span class="hint">
          {checkedInAt === null ? texts.notIn : texts.in(zone.near(checkedInAt, live.now.value).slice(0, -3), onSite)}
        </span>
      )}
      {mayCheckIn && checkedInAt === null && (
        <button class="button" type="button" data-act="check-in" disabled={act.busy} onClick={() => say(id, false)}>
          {texts.checkIn}
        </button>
      )}
      {mayCheckIn && !onSite && (
        <button class="button" type="button" data-act="check-in-here" disabled={act.busy} onClick={() => say(id, true)}>
          {texts.checkInHere}
        </button>
      )}
    </span>
  )
}

/** Answers a test call at a time nobody knows: by its code, or without one for oneself. */
function SpotCheckAnswer({ calls }: { readonly calls: DutyCalls }) {
  const texts = useWords(DUTY)
  const act = useAct(useWords(DUTY).refusals)
  const [code, setCode] = useState('')
  const [verdict, setVerdict] = useState<'waiting' | 'in-time' | 'late' | 'missed' | null>(null)
  return (
    <form
      class="duty-form"
      onSubmit={(event) => {
        event.preventDefault()
        setVerdict(null)
        void act.run(async () => setVerdict((await calls.answerSpotCheck(code.trim())).verdict))
      }}
    >
      <label class="field is-short">
        <span class="field-label">{texts.spotCode}</span>
        <input
          name="spot-code"
          inputMode="numeric"
          autoComplete="off"
          maxLength={4}
          value={code}
          onInput={(event) => setCode(event.currentTarget.value)}
        />
      </label>
      <button class="button" type="submit" data-act="answer-spot-check" disabled={act.busy}>
        {texts.answerSpotCheck}
      </button>
      {verdict !== null && <span role="status">{texts.verdicts[verdict]}</span>}
      {act.fault !== null && (
        <p class="error" role="alert">
          {act.fault}
        </p>
      )}
    </form>
  )
}
