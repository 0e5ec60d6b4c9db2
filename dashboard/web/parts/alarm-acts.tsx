import { useState } from 'preact/hooks'
import type { Alarm } from '../../../core/contract/alarm.ts'
import { usePage, useTexts } from '../page.ts'
import { actsFor, type AlarmAct } from '../stores/acts.ts'
import { mayAct } from '../stores/session.ts'
import { ActForm } from './act-form.tsx'

/** The buttons for everything that can be done about an alarm beside acknowledging it. */
export function AlarmActs({ alarm }: { readonly alarm: Alarm }) {
  const texts = useTexts().alarmActs
  const { session } = usePage()
  const [doing, setDoing] = useState<AlarmAct | null>(null)
  if (!mayAct(session.signedIn.value)) return null
  return (
    <div class="acts" role="group" aria-label={texts.more}>
      {actsFor(alarm).map((act) => (
        <button key={act} class="button" type="button" data-act={act} onClick={() => setDoing(act)}>
          {texts.names[act]}
        </button>
      ))}
      <a
        class="button"
        href={`/api/alarms/${encodeURIComponent(alarm.id)}/proof/sheet`}
        target="_blank"
        rel="noopener"
        data-act="sheet"
      >
        {texts.sheet}
      </a>
      {doing !== null && <ActForm key={doing} act={doing} alarm={alarm} close={() => setDoing(null)} />}
    </div>
  )
}
