import type { Alarm, AlarmFeedback } from '../../../core/contract/alarm.ts'
import type { SiteDetail } from '../../../core/contract/http.ts'
import { usePage, useTexts } from '../page.ts'
import { numberText } from '../show/number.ts'
import { mayAct } from '../stores/session.ts'
import { FeedbackForm } from './feedback-form.tsx'
import { pointName } from './point-name.ts'
import { useZone } from './use-zone.ts'

interface FeedbackPanelProps {
  readonly alarm: Alarm
  readonly detail: SiteDetail | null
}

/** What people found out about an alarm, what the gateway made of it, and the form to say more; whatever state the alarm is in. */
export function FeedbackPanel({ alarm, detail }: FeedbackPanelProps) {
  const { session } = usePage()
  const texts = useTexts()
  const { feedback = [] } = alarm
  return (
    <section class="panel" aria-labelledby="feedback-title">
      <h2 id="feedback-title" class="panel-title">
        {texts.feedback.title}
      </h2>
      {feedback.length === 0 ? (
        <p class="empty">{texts.feedback.none}</p>
      ) : (
        <ul class="notes">
          {feedback.map((said) => (
            <Said key={said.id} said={said} alarm={alarm} detail={detail} />
          ))}
        </ul>
      )}
      {mayAct(session.signedIn.value) && <FeedbackForm alarm={alarm} detail={detail} />}
    </section>
  )
}

function Said({ said, alarm, detail }: FeedbackPanelProps & { readonly said: AlarmFeedback }) {
  const { times, preferences } = usePage()
  const texts = useTexts()
  const zone = times(useZone(alarm.site))
  const { kind, power, until, point, state } = said
  const facts = [
    power === undefined ? null : `${numberText(power, 'power')} kW`,
    point === undefined ? null : pointName(point, detail, preferences.language.value),
    until === undefined ? null : texts.feedback.valid(zone.full(until)),
  ].filter((fact) => fact !== null)
  return (
    <li class={`note feedback is-${state}`} data-feedback={kind}>
      <span class="note-by">
        <strong>{texts.feedback.kinds[kind]}</strong> · {said.by} <time>{zone.full(said.at)}</time>
      </span>
      {facts.length > 0 && <p>{facts.join(' · ')}</p>}
      {said.note !== '' && <p>{said.note}</p>}
      <p class="feedback-state" role="status">
        <span aria-hidden="true">{SIGNS[state]}</span> {texts.feedback.states[state]}
        {said.answer !== null && ` · ${whyWord(said.answer, texts.feedback.whys)}`}
      </p>
    </li>
  )
}

const SIGNS: Readonly<Record<AlarmFeedback['state'], string>> = { pending: '○', applied: '●', refused: '✕' }

/** The word before the colon in the reader's language; the gateway's own sentence where there is none. */
function whyWord(answer: string, whys: Readonly<Record<string, string>>): string {
  const word = answer.split(':')[0] ?? ''
  return Object.hasOwn(whys, word) ? (whys[word] ?? answer) : answer
}
