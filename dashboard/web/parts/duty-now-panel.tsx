import type { DutyNow } from '../../../core/contract/duty-acts.ts'
import { usePage, useTexts } from '../page.ts'
import type { DutyCalls } from '../stores/duty-calls.ts'
import { mayAct } from '../stores/session.ts'
import { useAct } from './use-act.ts'
import { useZone } from './use-zone.ts'

interface DutyNowProps {
  readonly now: DutyNow
  readonly calls: DutyCalls
  readonly changed: () => void
}

/** Who is on duty now, since when they are known to be there, and the buttons to say so oneself. */
export function DutyNowPanel({ now, calls, changed }: DutyNowProps) {
  const { preferences, session, times, live } = usePage()
  const texts = useTexts().duty
  const zone = times(useZone(null))
  const act = useAct()
  const language = preferences.language.value
  const say = (onSite: boolean) => void act.run(() => calls.checkIn(onSite)).then((done) => done && changed())
  return (
    <section class="panel">
      <h2 class="panel-title">{texts.now}</h2>
      <dl class="duty-now">
        {now.roles.map((role) => (
          <div key={role.role} data-role={role.role}>
            <dt>{role.name[language]}</dt>
            <dd>
              {role.persons.length === 0 && <strong class="is-bad">{texts.nobody}</strong>}
              {role.persons.map((person) => (
                <span key={person.id} class="duty-person">
                  <strong>{person.name}</strong>{' '}
                  {person.checkedInAt === null
                    ? texts.notIn
                    : texts.in(zone.near(person.checkedInAt, live.now.value), person.onSite)}
                </span>
              ))}
              <span class="hint">
                {texts.sources[role.source]} · {texts.until(zone.near(role.until, live.now.value))}
              </span>
            </dd>
          </div>
        ))}
      </dl>
      {mayAct(session.signedIn.value) && (
        <div class="acts">
          <button class="button" type="button" data-act="check-in" disabled={act.busy} onClick={() => say(false)}>
            {texts.checkIn}
          </button>
          <button class="button" type="button" data-act="check-in-here" disabled={act.busy} onClick={() => say(true)}>
            {texts.checkInHere}
          </button>
          <button
            class="button"
            type="button"
            data-act="answer-spot-check"
            disabled={act.busy}
            onClick={() => void act.run(() => calls.answerSpotCheck())}
          >
            {texts.answerSpotCheck}
          </button>
        </div>
      )}
      {act.fault !== null && (
        <p class="error" role="alert">
          {act.fault}
        </p>
      )}
    </section>
  )
}
